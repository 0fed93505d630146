/** What Vault’s answers mean. Its texts are compared with known ones and never passed on. */
import type { Fault, Json, JsonObject } from '@bellhop/sdk'
import { asObject } from '../../../workflow/mistakes.ts'
import { badAnswer, denied, notThere, rateLimited, unavailable } from '../faults.ts'
import type { Connection, VaultAnswer } from './connection.ts'

export interface TokenGiven {
  token: string
  /** How long it lives from now, in milliseconds; 0: for ever, as far as is known. */
  leftMs: number
  /** What it is renewed to, in milliseconds. */
  ttlMs: number
  renewable: boolean
  /** A batch token can neither be renewed nor have children. */
  batch: boolean
}

/** A token in the `auth` of an answer. @throws Fault `store_bad_answer` */
export function tokenOf({ body }: VaultAnswer): TokenGiven {
  const auth = asObject(body?.['auth'])
  const { client_token: token, lease_duration: seconds, renewable, token_type: type } = auth ?? {}
  if (typeof token !== 'string' || token === '' || typeof seconds !== 'number') throw notVault()
  const ms = seconds * 1000
  return { token, leftMs: ms, ttlMs: ms, renewable: renewable === true, batch: type === 'batch' }
}

/** `data` of an answer. */
export function dataOf({ body }: VaultAnswer): JsonObject | undefined {
  return asObject(body?.['data']) as JsonObject | undefined
}

/** The value as an object of JSON. */
export function objectOf(value: Json | undefined): JsonObject | undefined {
  return asObject(value) as JsonObject | undefined
}

/** Whether one of Vault’s own words for what went wrong fits. */
export function says({ body }: VaultAnswer, pattern: RegExp): boolean {
  const errors = body?.['errors']
  return Array.isArray(errors) && errors.some((error) => typeof error === 'string' && pattern.test(error))
}

/**
 * Whether a 403 is about what the token may do and not about the token. Vault and OpenBao count the reasons of a policy
 * (`1 error occurred`), and say of a token that is none `permission denied` alone, or `invalid token` beside it.
 */
export function isAboutPolicy(answer: VaultAnswer): boolean {
  return says(answer, /^1 error occurred/) && !says(answer, /invalid token/)
}

export function notVault(): Fault {
  return badAnswer('does not answer as Vault does', 'Check that its `address` is that of Vault itself.')
}

/** The lines to add to the policy of the store’s token. */
export function stanza(path: string, capability: string): string {
  return `path "${path}" { capabilities = ["${capability}"] }`
}

export function forbidden(what: string, path: string, capability: string): Fault {
  return denied(what, `Add to the policy of its token: ${stanza(path, capability)}`)
}

/**
 * The fault of a status that means the same whatever was asked. Where the server cannot answer, it is asked why.
 * @param what goes on after `refused`: `to read secret/x`
 */
export async function faultOf(
  connection: Connection,
  answer: VaultAnswer,
  what: string,
  signal: AbortSignal
): Promise<Fault> {
  const { status, body } = answer
  if (status === 429) return rateLimited(answer.retryAfterMs)
  if (status === 412) {
    return unavailable('has not yet caught up with what it was told before', 'It does by itself, within seconds.')
  }
  if (status >= 500 || status === 472 || status === 473) {
    const health = await stateOf(connection, signal)
    if (health !== undefined && !health.ok) return unavailable(health.says, health.hint)
    return unavailable(`failed ${what} (status ${status})`, 'What went wrong stands in Vault’s own log.')
  }
  if (status === 405) {
    return notThere(`has nothing that answers when it is asked ${what}`, 'Some engines can only be written to.')
  }
  if (body === undefined) return notVault()
  return badAnswer(`refused ${what} (status ${status})`, 'The same request with Vault’s own command line says why.')
}

export interface Health {
  ok: boolean
  says: string
  hint: string
}

/**
 * What the server says of itself; undefined where it does not.
 * https://developer.hashicorp.com/vault/api-docs/system/health
 */
export async function stateOf(connection: Connection, signal: AbortSignal): Promise<Health | undefined> {
  const { status } = await connection
    .send({ method: 'GET', path: 'sys/health', beside: true }, signal)
    .catch(() => ({ status: 0 }))
  return STATES[status]
}

export const STATES: Readonly<Record<number, Health>> = {
  200: { ok: true, says: 'is unsealed and active', hint: '' },
  429: { ok: true, says: 'is unsealed, a standby node', hint: '' },
  473: { ok: true, says: 'is unsealed, a performance standby node', hint: '' },
  472: {
    ok: false,
    says: 'is a disaster recovery node, which answers nobody',
    hint: 'Write the `address` of the primary cluster.'
  },
  501: { ok: false, says: 'is not initialised', hint: 'Initialise it with `vault operator init`, and unseal it.' },
  503: { ok: false, says: 'is sealed', hint: 'Unseal it with `vault operator unseal`.' }
}
