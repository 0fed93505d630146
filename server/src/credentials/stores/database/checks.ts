/** What a test of a database says, from how far it got. */
import { Fault } from '@bellhop/sdk'
import type { Check } from '../store.ts'

type What = Check['what']

const FAILS: Readonly<Record<string, What>> = {
  store_unreachable: 'address',
  store_slow: 'address',
  store_unavailable: 'address',
  store_tls: 'tls',
  store_unauthenticated: 'authentication',
  store_denied: 'permission',
  store_path_missing: 'path',
  store_bad_answer: 'path',
  store_no_query: 'path'
}

const WELL: Readonly<Record<What, string>> = {
  address: 'The server answers.',
  tls: 'The connection is as `tls` asks.',
  authentication: 'The user and the password are accepted.',
  permission: 'The statement may be run.',
  path: 'One row was found.'
}

/** The checks of this list that went well, and the one that the error is about. */
export function checksUntil(error: unknown, order: readonly What[]): Check[] {
  if (error === undefined) return order.map((what) => ({ what, ok: true, says: WELL[what] }))
  const fault = error instanceof Fault ? error : undefined
  const failed = FAILS[fault?.code ?? '']
  const what = failed !== undefined && order.includes(failed) ? failed : (order.at(-1) ?? 'path')
  const before = order.slice(0, order.indexOf(what))
  const says = fault === undefined ? 'It failed in a way that Bellhop does not know.' : sentence(fault)
  return [...checksUntil(undefined, before), { what, ok: false, says }]
}

/** A fault says what is wrong as a predicate. */
function sentence({ message, hint }: Fault): string {
  return `It ${message}.${hint === undefined ? '' : ` ${hint}`}`
}
