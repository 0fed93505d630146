/**
 * A connection as Nango answers it, and what of it is a credential. The types and their fields are those of Nango's
 * `packages/types/lib/auth/api.ts`; what they mean is told at https://nango.dev/docs/guides/auth/auth-guide.
 *
 * Besides the credential itself, vendors' answers stand in `raw`, and what a connection was set up with in
 * `connection_config`; both hold secrets, too.
 */
import type { Json, JsonObject } from '@bellhop/sdk'
import { asObject } from '../../../workflow/mistakes.ts'
import { badAnswer, lapsed } from '../faults.ts'
import type { Operated, Reading } from '../store.ts'
import { RECONNECT } from './refusal.ts'

/** By type, the fields that make up the credential; where it is one, it is the credential of a binding without `fields:`. */
const CREDENTIAL: Readonly<Record<string, readonly string[]>> = {
  OAUTH2: ['access_token'],
  OAUTH2_CC: ['token'],
  OAUTH1: ['oauth_token', 'oauth_token_secret'],
  API_KEY: ['apiKey'],
  BASIC: ['username', 'password'],
  APP: ['access_token'],
  JWT: ['token'],
  TWO_STEP: ['token'],
  SIGNATURE: ['token'],
  TBA: ['token_id', 'token_secret'],
  AWS_SIGV4: ['role_arn', 'region', 'service', 'access_key_id', 'secret_access_key', 'session_token'],
  NONE: []
}

/** About a credential, and no part of one. */
const ABOUT_CREDENTIALS = new Set(['type', 'expires_at'])
/** The parts of an answer of OAuth that are no secrets (RFC 6749, section 5.1). */
const ABOUT_TOKENS = new Set(['token_type', 'expires_in', 'scope'])

/** Whether it has none, or they were kept from us. */
export function isWithoutCredentials(connection: JsonObject): boolean {
  return Object.keys(asObject(connection['credentials']) ?? {}).length === 0
}

/**
 * The credential of a connection: its fields by Nango's names, with `raw` and `connection_config` as they are.
 * @throws Fault `store_credential_lapsed`, `store_bad_answer`
 */
export function readingOf(connection: JsonObject, now: number): Reading {
  const credentials = (asObject(connection['credentials']) ?? {}) as JsonObject
  const fields = { ...secretsIn(credentials), connection_config: connection['connection_config'] ?? {} }
  const names = namesOf(credentials)
  const expiresAt = expiryOf(credentials)
  // Nango answers 200 with an expired token where it has nothing to renew it with.
  if (expiresAt !== undefined && expiresAt <= now) {
    throw lapsed('keeps a credential for this connection that has expired, and cannot renew it', RECONNECT)
  }
  return {
    fields,
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(names.length === 1 && names[0] !== undefined ? { credential: names[0] } : {})
  }
}

/** What is secret in a connection, each under the name that its handle will have. */
export function credentialsIn(connection: JsonObject): Operated['secrets'] {
  const { connection_config: config = {}, credentials } = connection
  const secrets = Object.entries(secretsIn((asObject(credentials) ?? {}) as JsonObject))
  return [...secrets, ['connection_config', config] as const].map(([name, value]) => ({ name, value }))
}

function secretsIn(credentials: JsonObject): JsonObject {
  const entries = Object.entries(credentials).filter(([name]) => !ABOUT_CREDENTIALS.has(name))
  return Object.fromEntries(entries.map(([name, value]) => [name, name === 'raw' ? withoutAbout(value) : value]))
}

function withoutAbout(raw: Json): Json {
  const object = asObject(raw) as JsonObject | undefined
  if (object === undefined) return raw
  return Object.fromEntries(Object.entries(object).filter(([name]) => !ABOUT_TOKENS.has(name)))
}

/**
 * The names of the credential's fields. Of a type that is not known here, all that are text.
 * @throws Fault `store_bad_answer`
 */
function namesOf(credentials: JsonObject): readonly string[] {
  const type = credentials['type'] ?? 'NONE'
  const known = typeof type === 'string' && Object.hasOwn(CREDENTIAL, type) ? CREDENTIAL[type] : undefined
  if (known === undefined) return textsOf(credentials, type)
  const missing = known.find((name) => typeof credentials[name] !== 'string' || credentials[name] === '')
  if (missing === undefined) return known
  throw badAnswer(
    `gives a connection of the type ${nameOf(type)} without \`${missing}\``,
    'Look at the connection in Nango: it may have to be connected again.'
  )
}

function textsOf(credentials: JsonObject, type: Json): string[] {
  const names = Object.keys(credentials).filter((name) => !ABOUT_CREDENTIALS.has(name))
  const texts = names.filter((name) => typeof credentials[name] === 'string')
  const parts = names.filter((name) => typeof credentials[name] === 'object' && credentials[name] !== null)
  if (texts.length + parts.length > 0) return texts
  throw badAnswer(
    `gives a connection of the type ${nameOf(type)}, which Bellhop does not know, and without anything in it`,
    'Bellhop knows: ' + Object.keys(CREDENTIAL).join(', ') + '. Of any other type it takes the fields by their names.'
  )
}

/** A type is shown if it looks like one. */
function nameOf(type: Json): string {
  return typeof type === 'string' && /^[A-Z0-9_]{1,40}$/.test(type) ? type : '(unreadable)'
}

/** Unix milliseconds; undefined where it does not expire, or where that cannot be read. */
function expiryOf(credentials: JsonObject): number | undefined {
  const at = credentials['expires_at']
  const ms = typeof at === 'string' ? Date.parse(at) : NaN
  return Number.isNaN(ms) ? undefined : ms
}
