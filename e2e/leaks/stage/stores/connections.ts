/** Nango's types of connections: which field of each is bound, and all else that one holds. */
import type { JsonObject } from '@bellhop/sdk'

type Fresh = (purpose: string) => string

export interface Connection {
  field: string
  /** A connection as Nango keeps it, with this credential. */
  holding(value: string, fresh: Fresh): { credentials: JsonObject; connection_config: JsonObject }
}

const TYPES: readonly [type: string, field: string, more: (fresh: Fresh) => JsonObject][] = [
  ['OAUTH2', 'access_token', inAnHour],
  ['OAUTH2_CC', 'token', inAnHour],
  ['OAUTH1', 'oauth_token', (fresh) => ({ oauth_token_secret: fresh('token secret') })],
  ['API_KEY', 'apiKey', () => ({})],
  ['BASIC', 'password', (fresh) => ({ username: fresh('user') })],
  ['APP', 'access_token', inAnHour],
  ['JWT', 'token', (fresh) => ({ privateKey: { id: fresh('key id'), secret: fresh('key') } })],
  ['TWO_STEP', 'token', (fresh) => ({ client_secret: fresh('client secret') })],
  ['SIGNATURE', 'token', (fresh) => ({ username: fresh('user'), password: fresh('password') })],
  ['TBA', 'token_secret', (fresh) => ({ token_id: fresh('token id') })],
  [
    'AWS_SIGV4',
    'secret_access_key',
    (fresh) => ({
      role_arn: 'arn:aws:iam::123456789012:role/crm',
      region: 'eu-west-1',
      service: 'execute-api',
      access_key_id: fresh('key id'),
      session_token: fresh('session token')
    })
  ]
]

/** Long after it would be renewed. */
function inAnHour(): JsonObject {
  return { expires_at: new Date(Date.now() + 3_600_000).toISOString() }
}

/** @param form modulo the number of types */
export function connectionOf(form: number): Connection {
  const [type, field, more] = TYPES[form % TYPES.length] ?? ['NONE', 'token', inAnHour]
  return {
    field,
    holding: (value, fresh) => ({
      credentials: {
        type,
        [field]: value,
        ...more(fresh),
        raw: { [field]: value, id_token: fresh('id token'), scope: 'read write', expires_in: 3600 }
      },
      connection_config: { instance: fresh('instance'), keys: [fresh('consumer key')] }
    })
  }
}
