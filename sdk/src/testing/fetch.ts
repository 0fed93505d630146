import type { FetchAnswer, FetchInit } from '../action.ts'
import { Fault } from '../fault.ts'
import type { Json } from '../json.ts'

/**
 * `$.fetch`, on top of the runtime's `fetch`, whose requests the test serves.
 * @throws Fault as the door does; what `fetch` throws where nothing answers
 */
export async function doorFetch(text: string, init: FetchInit, signal: AbortSignal): Promise<FetchAnswer> {
  const url = new URL(text)
  for (const [name, value] of Object.entries(init.query ?? {})) {
    for (const one of Array.isArray(value) ? value : [value])
      if (one !== undefined) url.searchParams.append(name, `${one}`)
  }
  const body = encodeBody(init.body)
  const json = typeof init.body === 'object' && !(init.body instanceof Uint8Array)
  const answer = await fetch(url, {
    method: init.method ?? 'GET',
    headers: new Headers({ ...(json ? { 'content-type': 'application/json' } : {}), ...lowerCase(init.headers) }),
    redirect: init.redirect ?? 'follow',
    signal: AbortSignal.any([signal, AbortSignal.timeout(init.timeoutMs ?? 30_000)]),
    ...(body === undefined ? {} : { body })
  }).catch((error: unknown) => {
    throw faultIn(error) ?? error
  })
  return answered(answer, new Uint8Array(await answer.arrayBuffer()))
}

function lowerCase(headers: FetchInit['headers'] = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}

function encodeBody(body: FetchInit['body']): string | Uint8Array<ArrayBuffer> | undefined {
  if (body === undefined || typeof body === 'string') return body
  return body instanceof Uint8Array ? new Uint8Array(body) : JSON.stringify(body)
}

/** What the door said, which `fetch` wraps. */
function faultIn(error: unknown): Fault | undefined {
  for (let next = error; next instanceof Error; next = next.cause) if (next instanceof Fault) return next
  return undefined
}

function answered({ status, statusText, headers, ok }: Response, bytes: Uint8Array): FetchAnswer {
  const text = new TextDecoder().decode(bytes)
  return {
    status,
    statusText,
    headers: Object.fromEntries(headers),
    ok,
    text: async () => text,
    bytes: async () => bytes,
    async json() {
      try {
        return JSON.parse(text) as Json
      } catch {
        throw new Fault('vendor_bad_json', 'the answer is not JSON')
      }
    }
  }
}
