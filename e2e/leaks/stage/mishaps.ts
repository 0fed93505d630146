/** Requests that start no run, each in its own way. What they carry is nobody's to keep, secret or not. */
import type { Mishap } from '../grammar/scenario.ts'
import type { Cast } from './cast.ts'
import type { TriggerRequest } from './request.ts'

/** More than a body may have. */
const TOO_LARGE = 5 * 1024 * 1024 + 1

/** The request with something wrong with it. What is wrong with the endpoint is not seen here. */
export function spoil(cast: Cast, mishap: Mishap, request: TriggerRequest): TriggerRequest {
  const { headers, body = Buffer.alloc(0) } = request
  const secret = cast.credentials[0]?.value ?? ''
  const json = { ...headers, 'content-type': 'application/json' }
  switch (mishap) {
    case 'bad_json':
      return {
        ...request,
        headers: json,
        body: Buffer.from(`{"token":${JSON.stringify(secret)},"marker":${cast.marker}`)
      }
    case 'forbidden_key':
      return { ...request, headers: json, body: Buffer.from(`{"token":${JSON.stringify(secret)},"__proto__":{"a":1}}`) }
    case 'too_large':
      return {
        ...request,
        body: Buffer.concat([body, Buffer.from(secret), Buffer.alloc(TOO_LARGE, 'x'), Buffer.from(secret)])
      }
    case 'wrong_token':
      return { ...request, headers: { ...headers, authorization: `Bearer ${cast.fresh('wrong')}` } }
    case 'bad_idempotency_key':
      return { ...request, headers: { ...headers, 'idempotency-key': cast.fresh('key').repeat(20) } }
    case 'bad_directive':
      return { ...request, headers: { ...headers, 'x-pd-nostore': cast.marker } }
    case 'bad_encoding':
      return {
        ...request,
        headers: { ...headers, 'content-encoding': 'gzip' },
        body: Buffer.concat([Buffer.from('no gzip'), body])
      }
    case 'notrigger':
      return { ...request, headers: { ...without(headers, 'x-pd-nostore'), 'x-pd-notrigger': '1' } }
    case 'unknown_endpoint':
    case 'disabled':
    case 'none':
      return request
  }
}

function without(headers: Record<string, string>, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name))
}
