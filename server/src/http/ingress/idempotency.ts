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

/** Headers that differ from one repeat of a request to the next, and that no answer should depend on. */
const TRANSPORT =
  /^(?:host|connection|content-length|content-encoding|content-type|transfer-encoding|accept|accept-.*|user-agent|date|age|via|forwarded|x-forwarded-.*|x-real-ip|x-request-id|x-correlation-id|x-amzn-.*|cf-.*|traceparent|tracestate|baggage|sentry-trace|priority|sec-.*|origin|referer|cache-control|pragma|if-.*|range|te|expect|keep-alive|idempotency-key)$/

/**
 * What makes a request the same one. The caller is whoever holds the same credentials, so that nobody gets another's
 * answer; the request is its method, its path and query, its media type, its decoded body (a repeat may be compressed
 * otherwise, or have another multipart boundary) and every header but those of transport: a workflow may bind any of
 * them as a credential. All of it goes through a keyed hash.
 */
export function idempotencyOf(key: string, event: TriggerEvent): NonNullable<IntakeRequest['idempotency']> {
  const { method, path, query, headers, body } = event
  const caller = JSON.stringify(credentialsOfHeaders(headers).map(({ at, value }) => [at, value]))
  const others = Object.entries(headers)
    .filter(([name]) => !TRANSPORT.test(name))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
  const type = mediaTypeOf(headers['content-type']).essence
  return { key, caller, fingerprint: [method, path, type, JSON.stringify([query, body, others]), caller] }
}
