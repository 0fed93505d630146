/**
 * What `bellhop stores test` says, worked out from one request: a fault tells how far it came, and everything before
 * that is well.
 */
import { Fault } from '@bellhop/sdk'
import { isLoopbackHost } from '../../egress/hosts.ts'
import type { Check } from './store.ts'

type What = Check['what']

/** In the order in which a request meets them. */
const ORDER: readonly What[] = ['address', 'tls', 'authentication', 'permission', 'path']

/** What a fault is about. Whatever else goes wrong is about what was asked for last. */
const ABOUT: Readonly<Record<string, What>> = {
  store_unreachable: 'address',
  store_slow: 'address',
  store_unavailable: 'address',
  store_rate_limited: 'address',
  store_bad_answer: 'address',
  store_tls: 'tls',
  store_unauthenticated: 'authentication',
  store_denied: 'permission'
}

/**
 * Makes the request and says what it showed.
 * @param says what to say of each thing that is well, in words; what is left out is not looked at
 * @param request throws a Fault of `faults.ts` where something is not well
 */
export async function checksOf(
  says: Readonly<Partial<Record<What, string>>>,
  request: () => Promise<unknown>
): Promise<Check[]> {
  const checks = ORDER.flatMap((what) => {
    const text = says[what]
    return text === undefined ? [] : [{ what, ok: true, says: text }]
  })
  try {
    await request()
    return checks
  } catch (error) {
    return upTo(checks, error)
  }
}

/** What there is to say of a connection to an address once it is made. */
export function tlsSays(address: string): string {
  const { protocol, hostname } = new URL(address)
  if (protocol === 'https:') return 'its certificate is trusted'
  if (isLoopbackHost(hostname.replace(/^\[|\]$/g, ''))) return 'plain HTTP, within this machine'
  return 'warning: plain HTTP, so whoever sees the network sees what it answers; write `https://`'
}

/** What was met before it, and what is wrong. */
function upTo(checks: readonly Check[], error: unknown): Check[] {
  const fault = error instanceof Fault ? error : new Fault('store_failed', 'failed in a way that Bellhop does not know')
  const about = ABOUT[fault.code] ?? checks.at(-1)?.what ?? 'address'
  const before = checks.filter(({ what }) => ORDER.indexOf(what) < ORDER.indexOf(about))
  const hint = fault.hint === undefined ? '' : ` ${fault.hint}`
  return [...before, { what: about, ok: false, says: `the store ${fault.message}.${hint}` }]
}
