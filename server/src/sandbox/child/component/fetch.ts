/** `$.fetch` as Bellhop's own actions have it, on the sandbox's `fetch`, which ends at the door. */
import type { FetchAnswer, FetchInit, Json } from '@bellhop/sdk'
import { asText } from './found.ts'

const DEFAULT_TIMEOUT = 30_000

export function doorFetch(signal: AbortSignal): (url: string, init?: FetchInit) => Promise<FetchAnswer> {
  return async (
    url,
    { method = 'GET', headers, body, query, timeoutMs = DEFAULT_TIMEOUT, redirect = 'follow' } = {}
  ) => {
    const target = new URL(url)
    for (const [name, value] of Object.entries(query ?? {})) {
      for (const one of Array.isArray(value) ? (value as Json[]) : [value]) {
        if (one !== undefined) target.searchParams.append(name, asText(one))
      }
    }
    const plain = body === undefined || typeof body === 'string' || body instanceof Uint8Array
    const given = new Headers({ ...headers })
    if (!plain && !given.has('content-type')) given.set('content-type', 'application/json')
    const answer = await fetch(target, {
      method,
      headers: given,
      redirect,
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      ...(body === undefined ? {} : { body: plain ? (body as string) : JSON.stringify(body) })
    })
    const bytes = new Uint8Array(await answer.arrayBuffer())
    const text = async (): Promise<string> => new TextDecoder().decode(bytes)
    return {
      status: answer.status,
      statusText: answer.statusText,
      headers: Object.fromEntries(answer.headers),
      ok: answer.ok,
      text,
      json: async () => JSON.parse(await text()) as Json,
      bytes: async () => bytes
    }
  }
}
