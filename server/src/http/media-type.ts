import { MIMEType } from 'node:util'
import { HttpFault } from './problem.ts'

/** A body's media type: what decides how it is parsed. */
export interface MediaType {
  /** `type/subtype`, lower case. */
  essence: string
  charset: string | undefined
  /** Whether it has a `boundary`, without which multipart cannot be read. */
  boundary: boolean
}

const JSON_TYPE: MediaType = { essence: 'application/json', charset: undefined, boundary: false }
const UNKNOWN: MediaType = { essence: 'application/octet-stream', charset: undefined, boundary: false }

/** Reads a content-type header; what is missing or unreadable is bytes of no known type (RFC 9110, 8.3). */
export function mediaTypeOf(header: string | undefined): MediaType {
  if (header === 'application/json') return JSON_TYPE
  if (header === undefined) return UNKNOWN
  try {
    const { essence, params } = new MIMEType(header)
    return { essence, charset: params.get('charset')?.toLowerCase(), boundary: params.has('boundary') }
  } catch {
    return UNKNOWN
  }
}

/** `application/json`, and everything that ends in `+json` (RFC 6839, 3.1). */
export function isJson({ essence }: MediaType): boolean {
  return essence === 'application/json' || essence.endsWith('+json') || essence === 'text/json'
}

const UTF8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Bytes as text in the charset that the media type names, by default UTF-8.
 * @throws HttpFault `unsupported_charset` (415), `bad_charset` (400)
 */
export function textOf(bytes: Buffer, { charset }: MediaType): string {
  const decoder = charset === undefined || charset === 'utf-8' ? UTF8 : decoderOf(charset)
  try {
    return decoder.decode(bytes)
  } catch {
    throw new HttpFault(
      'bad_charset',
      400,
      `the body is not text in ${charset === undefined ? 'UTF-8' : 'the charset that its content-type names'}`,
      'Send UTF-8, or name the charset in the content-type header.'
    )
  }
}

function decoderOf(charset: string): TextDecoder {
  try {
    return new TextDecoder(charset, { fatal: true })
  } catch {
    throw new HttpFault(
      'unsupported_charset',
      415,
      'the charset of the content-type header is not known',
      'Send UTF-8.'
    )
  }
}
