import type { FetchInit, Json } from '@bellhop/sdk'
import { isObject } from '../vendor/refusal.ts'

export interface EncodedBody {
  body?: NonNullable<FetchInit['body']>
  /** The content type where the step's headers give none. */
  type?: string
}

const FORM = /^application\/x-www-form-urlencoded\b/i

/**
 * The body as it is sent: text as it is (JSON text as JSON), bytes (`{ $binary, media_type }`, as events hold them) as bytes, an object as a
 * form where the content type says so, and everything else as JSON.
 * @param type the content type that the step's headers give
 */
export function encodeBody(body: Json | undefined, type: string | undefined): EncodedBody {
  if (body === undefined || body === null) return {}
  if (typeof body === 'string')
    return { body, type: looksLikeJson(body) ? 'application/json' : 'text/plain; charset=utf-8' }
  if (isObject(body) && typeof body['$binary'] === 'string') return bytes(body['$binary'], body['media_type'])
  if (isObject(body) && type !== undefined && FORM.test(type)) return { body: form(body) }
  return { body: JSON.stringify(body), type: 'application/json' }
}

/** Whether text is an object or a list in JSON. */
function looksLikeJson(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function bytes(base64: string, mediaType: Json | undefined): EncodedBody {
  const type = typeof mediaType === 'string' && mediaType !== '' ? mediaType : 'application/octet-stream'
  return { body: Buffer.from(base64, 'base64'), type }
}

function form(fields: Readonly<Record<string, Json>>): string {
  const pairs = new URLSearchParams()
  for (const [name, value] of Object.entries(fields)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== null) pairs.append(name, typeof one === 'object' ? JSON.stringify(one) : String(one))
    }
  }
  return pairs.toString()
}
