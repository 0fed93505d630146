import type { FetchAnswer, Json } from '@bellhop/sdk'

export const RESPONSE_FORMATS = ['auto', 'json', 'text', 'binary'] as const
export type ResponseFormat = (typeof RESPONSE_FORMATS)[number]

const JSON_TYPE = /^(application|text)\/([\w.+-]+\+)?json\b/i
const TEXT_TYPE = /^text\/|^application\/([\w.+-]+\+)?(xml|x-www-form-urlencoded|javascript|yaml|graphql)\b/i

/**
 * The body as later steps see it: JSON decoded, text as text, bytes as `{ $binary, media_type }`. Undefined where there
 * is none.
 * @throws Fault `vendor_bad_json` when the body is said to be JSON and is not
 */
export async function readBody(answer: FetchAnswer, format: ResponseFormat): Promise<Json | undefined> {
  const type = answer.headers['content-type'] ?? ''
  if (format === 'binary') return binary(answer, type)
  const text = await answer.text()
  if (text === '') return undefined
  if (format === 'text') return text
  if (format === 'json' || JSON_TYPE.test(type)) return answer.json()
  if (TEXT_TYPE.test(type)) return text
  return type === '' ? guess(text) : binary(answer, type)
}

async function binary(answer: FetchAnswer, type: string): Promise<Json | undefined> {
  const bytes = await answer.bytes()
  if (bytes.length === 0) return undefined
  const mediaType = type === '' ? 'application/octet-stream' : type
  return { $binary: Buffer.from(bytes).toString('base64'), media_type: mediaType }
}

/** A body without a type is JSON if it reads as JSON. */
function guess(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    return text
  }
}
