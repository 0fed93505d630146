/**
 * The token that is made for one run, under which everything stands that Vault makes for it: giving it back revokes all
 * of that.
 *
 * A crash leaves nothing behind: the token lapses within two minutes unless it is written down, and what is written down
 * the keeper gives back. It is a child of the store's token, so whoever revokes that takes everything along.
 * https://developer.hashicorp.com/vault/api-docs/auth/token
 */
import { Fault } from '@bellhop/sdk'
import { denied } from '../faults.ts'
import type { Held } from '../store.ts'
import { forbidden, isAboutPolicy, says, tokenOf } from './answers.ts'
import type { VaultClient } from './client.ts'
import type { VaultAnswer } from './connection.ts'
import { heldOf, readHeld, type Lease, type RunToken } from './held.ts'
import { isDead, renewSelf } from './login.ts'
import { renewLeases, ROUNDING_MS } from './renewal.ts'

/** Until it is written down. */
const FIRST_TTL_MS = 120_000
const CREATE = 'auth/token/create'

/** @throws Fault `store_denied` where the store may make none, and what a request throws */
export async function makeRunToken(client: VaultClient, signal: AbortSignal, now: () => number): Promise<Held> {
  const body = {
    ttl: `${FIRST_TTL_MS / 1000}s`,
    renewable: true,
    display_name: 'bellhop-run',
    meta: { made_by: 'bellhop' }
  }
  const { answer, session } = await client.asStore({ method: 'POST', path: CREATE, body }, signal)
  if (answer.status !== 200) throw await whyNone(client, answer, signal)
  const { token, leftMs } = tokenOf(answer)
  const { endsAt, ttlMs } = session
  const parent = session.login && endsAt !== undefined ? { token: session.token, until: endsAt, ttlMs } : undefined
  const held = { at: placeOf(client), token, until: now() + leftMs, leases: [] }
  return heldOf(parent === undefined ? held : { ...held, parent }, undefined, endsAt)
}

/** Where tokens of this client are known. */
function placeOf({ connection: { config } }: VaultClient): string {
  return `${config.address} ${(config.namespace ?? '').replace(/\/$/, '')}`
}

async function whyNone(client: VaultClient, answer: VaultAnswer, signal: AbortSignal): Promise<Fault> {
  if (answer.status === 403) {
    return forbidden('may not make a token for the run, under which secrets are made', CREATE, 'update')
  }
  if (says(answer, /batch tokens cannot create/)) {
    return denied(
      'has given this store a batch token, under which no secret can be made and given back',
      'Set `token_type` of its role to `service`.'
    )
  }
  if (says(answer, /restricted use token/)) {
    return denied(
      'has given this store a token for a number of uses, which can make none for a run',
      'Set `token_num_uses` of its role to 0.'
    )
  }
  return client.fault(answer, 'to make a token for the run', signal)
}

/**
 * Makes the token live as long as what stands under it, and no shorter than it does.
 * @throws Fault `store_denied`, `store_lease_gone`, and what a request throws
 */
export async function extend(
  client: VaultClient,
  held: RunToken,
  leases: readonly Lease[],
  { signal, now }: { signal: AbortSignal; now: number }
): Promise<RunToken> {
  const needed = Math.max(now + FIRST_TTL_MS, held.until, ...leases.map(({ until }) => until))
  const answer = await renewSelf(client.connection, held.token, needed - now, signal)
  if (answer.status === 200) return { ...held, leases: [...leases], until: now + tokenOf(answer).leftMs }
  if (answer.status !== 403) throw await client.fault(answer, 'to renew the token of a run', signal)
  if (!isAboutPolicy(answer) && (await isDead(client.connection, held.token, signal))) throw gone()
  throw forbidden('may not renew the token of a run', 'auth/token/renew-self', 'update')
}

/** @throws Fault, retryable where it makes sense to try again */
export async function renewRunToken(
  client: VaultClient,
  text: string,
  signal: AbortSignal,
  now: () => number
): Promise<Held> {
  const held = readHeld(text)
  const { parent, ends, problem: parentProblem } = await renewParent(client, held, signal, now())
  const wanted = held.leases.map((lease) => (lease.last ? lease : { ...lease, until: extendedTo(lease, now()) }))
  const longer = await extend(client, held, wanted, { signal, now: now() })
  const { leases, problem } = await renewLeases(client, { ...longer, leases: held.leases }, signal, now)
  const late = leases.some(({ until }) => until > longer.until + ROUNDING_MS)
  const tokenProblem = late ? 'the token of the run cannot be extended as long as what stands under it' : undefined
  const renewed = { ...longer, leases, ...(parent === undefined ? {} : { parent }) }
  return heldOf(renewed, problem ?? tokenProblem ?? parentProblem, ends)
}

function extendedTo({ until, ttlMs }: Lease, now: number): number {
  return Math.max(until, now + ttlMs)
}

interface Parent {
  parent?: NonNullable<RunToken['parent']>
  /** When the token of the configuration ends, where that is the parent. */
  ends?: number | undefined
  problem?: string
}

/** The session of the time when the token was made ends it, too, and is renewed for its sake. */
async function renewParent(client: VaultClient, held: RunToken, signal: AbortSignal, now: number): Promise<Parent> {
  if (held.parent === undefined) return renewSession(client, signal)
  const { token, ttlMs, until } = held.parent
  const answer = await renewSelf(client.connection, token, Math.max(ttlMs, until - now), signal)
  const parent = { token, ttlMs, until: answer.status === 200 ? now + tokenOf(answer).leftMs : until }
  if (parent.until >= now + ttlMs - ROUNDING_MS) return { parent }
  const at = new Date(parent.until).toISOString()
  return { parent, problem: `the session that the run began with ends at ${at} and cannot be extended (token_max_ttl)` }
}

/** What stands under it lasts, even where the store has another credential by now that is no good. */
async function renewSession(client: VaultClient, signal: AbortSignal): Promise<Parent> {
  try {
    return { ends: (await client.session(signal)).endsAt }
  } catch (error) {
    if (error instanceof Fault) return { problem: error.message }
    throw error
  }
}

/**
 * Gives the token back, and everything that stands under it. One that is none any more is given back.
 * @throws Fault, retryable where it makes sense to try again
 */
export async function revokeRunToken(client: VaultClient, text: string, signal: AbortSignal): Promise<void> {
  const { token, at, until } = readHeld(text)
  const answer = await client.as(token, { method: 'POST', path: 'auth/token/revoke-self' }, signal)
  if (answer.status === 204 || answer.status === 200) return
  if (answer.status !== 403) throw await client.fault(answer, 'to give back the token of a run', signal)
  if (!isAboutPolicy(answer) && (await isDead(client.connection, token, signal))) {
    if (at === placeOf(client)) return
    throw denied(
      `does not know the token of a run that was made at another address or in another namespace; it lapses at ${new Date(until).toISOString()}`,
      'Revoke it there, or wait.'
    )
  }
  throw forbidden('may not give back the token of a run', 'auth/token/revoke-self', 'update')
}

function gone(): Fault {
  return new Fault(
    'store_lease_gone',
    'does not know the token of the run any more, and all that stood under it is gone',
    {
      hint: 'It was revoked there, or the session that it was made under has ended.'
    }
  )
}
