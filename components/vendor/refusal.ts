import type { FetchAnswer, Json, JsonObject } from '@bellhop/sdk'

/** The body of an answer that is not what was hoped for: JSON where it is JSON, else text. Never throws for bad JSON. */
export async function readRefusal(answer: FetchAnswer): Promise<Json> {
  const text = await answer.text()
  try {
    return JSON.parse(text) as Json
  } catch {
    return text
  }
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The first of these that is text with something in it. */
export function firstText(...values: (Json | undefined)[]): string | undefined {
  return values.find((value): value is string => typeof value === 'string' && value.trim() !== '')
}

/**
 * What an unknown API says about its refusal: the usual members of a JSON error (RFC 9457's `detail` and `title`, OAuth's
 * `error_description`, `message` and its like, one level down too), or plain text. Undefined for a web page.
 */
export function messageOf(body: Json): string | undefined {
  if (typeof body === 'string') return /^\s*</.test(body) ? undefined : firstText(body)
  if (Array.isArray(body)) return body[0] === undefined ? undefined : messageOf(body[0])
  if (!isObject(body)) return undefined
  const own = firstText(
    body['message'],
    body['error_description'],
    body['detail'],
    body['error_message'],
    body['title']
  )
  if (own !== undefined) return own
  for (const inner of [body['error'], body['errors'], body['fault']]) {
    const message = inner === undefined ? undefined : messageOf(inner)
    if (message !== undefined) return message
  }
  return firstText(body['code'])
}

/**
 * A `Retry-After` header in milliseconds from `now`: seconds or a date (RFC 9110, section 10.2.3). Undefined where there
 * is none that can be read.
 */
export function retryAfterMs(answer: Pick<FetchAnswer, 'headers'>, now: number): number | undefined {
  const value = answer.headers['retry-after']?.trim()
  if (value === undefined || value === '') return undefined
  if (/^\d+(\.\d+)?$/.test(value)) return Math.ceil(Number(value) * 1000)
  const date = Date.parse(value)
  return Number.isNaN(date) ? undefined : Math.max(date - now, 0)
}
