/**
 * What a Vault answers to the requests that the client makes and the client understands: statuses, and the words that it
 * looks for. Run against the stand-in and against real servers, which have to agree.
 */
import type { JsonObject } from '@bellhop/sdk'
import type { Asked } from './stand-in.ts'

/** One request: method, path below `/v1/`, body; the answer's status and JSON. */
export type Call = (
  method: 'GET' | 'POST',
  path: string,
  body?: JsonObject,
  token?: Asked['token']
) => Promise<{ status: number; body: unknown }>

interface Said {
  asked: string
  status: number
  /** Of the words that are looked for, those that are there. */
  words: string[]
  /** What a reader of the answer takes from it. */
  parts: JsonObject
}

const WORDS = [
  /^1 error occurred/,
  /invalid token/,
  /permission denied/,
  /batch tokens cannot create/,
  /restricted use token/,
  /lease not found/,
  /check-and-set parameter did not match/,
  /missing data fields/,
  /unsupported operation/,
  /no handler for route/
]

/** Tokens that the server was made to know, by what they may do. */
export interface Cast {
  root: string
  /** May read `secret/data/agreed/*` and make tokens. */
  store: string
  /** The same, as a batch token, and with a limited number of uses. */
  batch: string
  limited: string
}

/** Runs the requests, in order, and says what came back. */
export async function transcript(call: Call, { root, store, batch, limited }: Cast): Promise<Said[]> {
  const said: Said[] = []
  const ask = async (
    token: string,
    method: 'GET' | 'POST',
    path: string,
    body?: JsonObject
  ): Promise<Record<string, unknown>> => {
    const answer = await call(method, path, body, token)
    const read = typeof answer.body === 'object' && answer.body !== null ? (answer.body as Record<string, unknown>) : {}
    const errors = Array.isArray(read['errors']) ? read['errors'].map(String) : []
    const words = WORDS.filter((word) => errors.some((error) => word.test(error))).map(String)
    const asked = `${method} ${path.replace(/[\w-]{20,}/g, '…')}`
    said.push({ asked, status: answer.status, words, parts: partsOf(read) })
    return read
  }
  const secret = 'secret/data/agreed/one'
  await ask(root, 'GET', 'sys/health')
  await ask(store, 'GET', 'sys/internal/ui/mounts/secret/agreed/one')
  await ask(store, 'GET', 'sys/internal/ui/mounts/kv1/agreed/one')
  await ask(root, 'GET', 'sys/internal/ui/mounts/kv1/agreed/one')
  await ask('nobody', 'GET', 'sys/internal/ui/mounts/secret/agreed/one')
  await ask(store, 'GET', 'sys/internal/ui/mounts/nothing/here')
  await ask(root, 'GET', 'sys/internal/ui/mounts/nothing/here')
  await ask(root, 'GET', 'nothing/here')
  await ask(root, 'POST', secret, { data: { token: 'one' } })
  await ask(root, 'POST', secret, { data: { token: 'two' }, options: { cas: 1 } })
  await ask(root, 'POST', secret, { data: { token: 'three' }, options: { cas: 1 } })
  await ask(store, 'GET', secret)
  await ask(store, 'GET', `${secret}?version=1`)
  await ask(store, 'GET', `${secret}?version=9`)
  await ask(store, 'GET', 'secret/data/agreed/none')
  await ask(store, 'GET', 'secret/data/others/one')
  await ask('nobody', 'GET', secret)
  await ask(store, 'GET', 'secret/data/agreed%2Fone')
  await ask(root, 'GET', 'secret/metadata/agreed?list=true')
  await ask(root, 'GET', 'secret/metadata?list=true')
  await ask(root, 'GET', 'secret/metadata/nothing?list=true')
  await ask(root, 'POST', 'kv1/agreed/one', {})
  await ask(root, 'POST', 'kv1/agreed/one', { token: 'one', ttl: '30s' })
  await ask(root, 'GET', 'kv1/agreed/one')
  await ask(root, 'GET', 'kv1/agreed/none')
  await ask(root, 'GET', 'kv1?list=true')
  await ask(store, 'GET', 'auth/token/lookup-self')
  await ask('nobody', 'GET', 'auth/token/lookup-self')
  await ask(store, 'POST', 'sys/capabilities-self', { paths: [secret, 'auth/token/create', 'kv1/x'] })
  await ask(batch, 'POST', 'auth/token/create', { ttl: '120s' })
  await ask(limited, 'POST', 'auth/token/create', { ttl: '120s' })
  const child = await ask(store, 'POST', 'auth/token/create', {
    ttl: '120s',
    renewable: true,
    display_name: 'bellhop-run',
    meta: { made_by: 'bellhop' }
  })
  const token = tokenOf(child)
  await ask(token, 'POST', 'auth/token/create', { ttl: '120s' })
  await ask(token, 'POST', 'auth/token/renew-self', { increment: '300s' })
  await ask(token, 'POST', 'auth/token/renew-self', { increment: '60s' })
  await ask(token, 'GET', secret)
  await ask(token, 'POST', 'sys/leases/renew', { lease_id: 'database/creds/app/none', increment: 60 })
  await ask(token, 'POST', 'auth/token/revoke-self')
  await ask(token, 'POST', 'auth/token/revoke-self')
  await ask(token, 'GET', secret)
  await ask(token, 'POST', 'auth/token/renew-self', { increment: '60s' })
  return said
}

function tokenOf({ auth }: Record<string, unknown>): string {
  const token = (auth as { client_token?: unknown } | null | undefined)?.client_token
  return typeof token === 'string' ? token : ''
}

/** What the client reads, but for what is never the same twice. */
function partsOf(body: Record<string, unknown>): JsonObject {
  const parts: JsonObject = {}
  const take = (from: unknown, prefix: string, names: readonly string[]): void => {
    if (typeof from !== 'object' || from === null) return
    for (const [name, value] of Object.entries(from as JsonObject)) {
      if (names.includes(name)) parts[`${prefix}${name}`] = value ?? null
    }
  }
  take(body, '', ['lease_duration', 'renewable'])
  take(body['data'], 'data.', ['data', 'token', 'keys', 'version', 'path', 'type', 'options', 'creation_ttl'])
  take((body['data'] as JsonObject | null | undefined)?.['metadata'], 'metadata.', ['version', 'destroyed'])
  take(body['auth'], 'auth.', ['lease_duration', 'renewable', 'token_type', 'policies', 'mfa_requirement'])
  return parts
}
