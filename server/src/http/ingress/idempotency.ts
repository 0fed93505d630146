import type { IncomingHttpHeaders } from 'node:http'
import type { IntakeRequest } from '../../run/intake.ts'
import { credentialsOfHeaders } from '../../secrets/recognise.ts'
import { HttpFault } from '../problem.ts'
import type { TriggerEvent } from './event.ts'
import { mediaTypeOf } from '../media-type.ts'

const KEY = /^[\x20-\x7e]{1,255}$/

/**
 * The `Idempotency-Key` of a request, if it has one (IETF draft-ietf-httpapi-idempotency-key-header).
 * @throws HttpFault `bad_idempotency_key` (400)
 */
export function idempotencyKeyOf(headers: IncomingHttpHeaders): string | undefined {
  const key = headers['idempotency-key']
  if (key === undefined) return undefined
  if (typeof key === 'string' && KEY.test(key)) return key
  throw new HttpFault(
    'bad_idempotency_key',
    400,
    'the idempotency-key header is not 1 to 255 printable ASCII characters',
    'A UUID makes a good key.'
  )
}

/** Headers that say on whose behalf, and where, a run acts: another value is another request. */
const MEANINGFUL = ['x-pd-external-user-id', 'x-pd-environment']

/**
 * What makes a request the same one. The caller is whoever holds the same credentials, so that nobody gets another's
 * answer; the request is its method, its path and query, its media type, its decoded body (a repeat may be compressed otherwise, or
 * have another multipart boundary) and its credentials. All of it goes through a keyed hash.
 */
export function idempotencyOf(key: string, event: TriggerEvent): NonNullable<IntakeRequest['idempotency']> {
  const { method, path, query, headers, body } = event
  const caller = JSON.stringify(credentialsOfHeaders(headers).map(({ at, value }) => [at, value]))
  const about = MEANINGFUL.map((name) => headers[name] ?? null)
  const type = mediaTypeOf(headers['content-type']).essence
  return { key, caller, fingerprint: [method, path, type, JSON.stringify([about, query, body]), caller] }
}
