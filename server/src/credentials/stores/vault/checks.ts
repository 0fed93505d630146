/** What `bellhop stores test` says of a Vault: everything in turn, up to the first that is not well. */
import { Fault } from '@bellhop/sdk'
import { tlsSays } from '../checks.ts'
import type { Check, Lookup } from '../store.ts'
import { dataOf, notVault, stanza, STATES } from './answers.ts'
import type { VaultClient } from './client.ts'
import type { VaultRequest } from './connection.ts'
import { readStanza, type Mount } from './mounts.ts'
import { encoded, shown, type Segments } from './path.ts'
import type { VaultSecrets } from './secrets.ts'
import type { Session } from './sessions.ts'

interface Parts {
  client: VaultClient
  secrets: VaultSecrets
  /** Unix milliseconds. */
  now: () => number
}

const CREATE = 'auth/token/create'
const NO_HOLDING = {
  open: () => Promise.reject(new Fault('store_failed', 'makes nothing in a test')),
  update: () => Promise.reject(new Fault('store_failed', 'makes nothing in a test'))
}

/** Never throws. */
export async function checkVault(parts: Parts, lookup: Lookup | undefined, signal: AbortSignal): Promise<Check[]> {
  const looks: readonly [Check['what'], () => Promise<Check[]>][] = [
    ['address', () => checkAddress(parts.client, signal)],
    ['authentication', () => checkSession(parts, signal)],
    ['permission', () => checkPermission(parts.client, signal)],
    ['path', () => (lookup === undefined ? Promise.resolve([]) : checkLookup(parts, lookup, signal))]
  ]
  const checks: Check[] = []
  for (const [what, look] of looks) {
    try {
      checks.push(...(await look()))
    } catch (error) {
      return [...checks, ...wrong(what, error)]
    }
    if (checks.at(-1)?.ok === false) break
  }
  return checks
}

function wrong(what: Check['what'], error: unknown): Check[] {
  const fault = error instanceof Fault ? error : new Fault('store_failed', 'failed in a way that Bellhop does not know')
  const says = `the store ${fault.message}.${fault.hint === undefined ? '' : ` ${fault.hint}`}`
  if (fault.code !== 'store_tls') return [{ what, ok: false, says }]
  return [
    { what: 'address', ok: true, says: 'somebody answers there' },
    { what: 'tls', ok: false, says }
  ]
}

async function checkAddress({ connection }: VaultClient, signal: AbortSignal): Promise<Check[]> {
  const { status } = await connection.send({ method: 'GET', path: 'sys/health', beside: true }, signal)
  const health = STATES[status]
  if (health === undefined) throw notVault()
  const { address } = connection.config
  const { host } = new URL(address)
  const says = `${host} ${health.says}${health.ok ? '' : `. ${health.hint}`}`
  const checks: Check[] = [{ what: 'address', ok: health.ok, says }]
  return health.ok ? [...checks, { what: 'tls', ok: true, says: tlsSays(address) }] : checks
}

async function checkSession({ client, now }: Parts, signal: AbortSignal): Promise<Check[]> {
  // Asked anew: the session may have been ended since it was used.
  const { session } = await client.asStore({ method: 'GET', path: 'auth/token/lookup-self' }, signal)
  return [{ what: 'authentication', ok: true, says: `by ${session.method}; ${lifeOf(session, now())}` }]
}

function lifeOf({ endsAt, renewable, login }: Session, now: number): string {
  if (endsAt === undefined) return 'its token does not end'
  const left = `its token lasts ${inWords(endsAt - now)} more`
  if (renewable) return `${left}, and is renewed`
  return login ? `${left}, and then it logs in again` : `${left} and cannot be renewed: replace it before`
}

function inWords(ms: number): string {
  const minutes = Math.floor(ms / 60_000)
  if (minutes < 2) return `${Math.round(ms / 1000)} s`
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h`
}

async function checkPermission(client: VaultClient, signal: AbortSignal): Promise<Check[]> {
  const problem = await whyNoRunTokens(client, signal)
  const says =
    problem === undefined
      ? 'it may make a token for each run, so secrets that are made on demand work'
      : `it reads what is kept; secrets that are made on demand do not work: ${problem}`
  return [{ what: 'permission', ok: true, says }]
}

async function whyNoRunTokens(client: VaultClient, signal: AbortSignal): Promise<string | undefined> {
  const { batch } = await client.session(signal)
  if (batch) return 'its token is a batch token; set `token_type` of its role to `service`'
  return (await may(client, CREATE, 'update', signal))
    ? undefined
    : `add to the policy of its token: ${stanza(CREATE, 'update')}`
}

/** https://developer.hashicorp.com/vault/api-docs/system/capabilities-self. Whoever may not ask that is taken to may. */
async function may(client: VaultClient, path: string, capability: string, signal: AbortSignal): Promise<boolean> {
  const asked: VaultRequest = { method: 'POST', path: 'sys/capabilities-self', body: { paths: [path] } }
  const { answer } = await client.asStore(asked, signal)
  const found = dataOf(answer)?.[path]
  if (answer.status !== 200 || !Array.isArray(found)) return true
  return found.includes(capability) || found.includes('root')
}

async function checkLookup(parts: Parts, { path, version }: Lookup, signal: AbortSignal): Promise<Check[]> {
  const mount = await parts.secrets.mountOf(path, signal)
  if (mount.engine === 'dynamic') return [await checkDynamic(parts.client, mount, path, signal)]
  const { fields } = await parts.secrets.read(path, version, { signal, holding: NO_HOLDING })
  const names = Object.keys(fields).map((name) => `\`${name.slice(0, 60)}\``)
  const says = `${shown(path)} is there (KV version ${mount.engine === 'kv2' ? 2 : 1}), with ${names.slice(0, 30).join(', ') || 'no field'}`
  return [{ what: 'path', ok: true, says }]
}

/** Nothing is made for a test. */
async function checkDynamic(client: VaultClient, mount: Mount, path: Segments, signal: AbortSignal): Promise<Check> {
  const problem = await whyNoRunTokens(client, signal)
  if (problem !== undefined)
    return { what: 'path', ok: false, says: `${shown(path)} is made on demand, and ${problem}` }
  if (await may(client, encoded(path), 'read', signal)) {
    const says = `${shown(path)} may be read; it is made for each run anew, and was not made for this test`
    return { what: 'path', ok: true, says }
  }
  const says = `it may not read ${shown(path)}; add to the policy of its token: ${readStanza(mount, path)}`
  return { what: 'path', ok: false, says }
}
