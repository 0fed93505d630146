import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }
export type JsonObject = { [key: string]: Json }

/** A request, read whole. */
export interface Visit {
  method: string
  /** Without the query. */
  path: string
  query: URLSearchParams
  headers: IncomingHttpHeaders
  /** The body where it is a JSON object, a form's fields, or nothing. */
  fields: JsonObject
  /** Whose token it carries. */
  customer: string | undefined
  /** That token, for replies that echo it; whatever was sent instead where it is nobody's. */
  token: string | undefined
  /** `http://host:port`, as the caller wrote it. */
  origin: string
}

/** What the vendor answers. */
export interface Reply {
  status: number
  headers?: Record<string, string>
  body?: Json
  /** The body as text that is sent as it is; goes before `body`. */
  raw?: string
}

/** A field as text, where it is a scalar; empty where it is absent or something larger. */
export function text(value: Json | undefined): string {
  return value === undefined || typeof value === 'object' ? '' : String(value)
}

const MAX_BODY = 20 * 1024 * 1024

/**
 * Reads a request's body; undefined when it is larger than any test needs. By events, because iterating a stream costs
 * more than all else that the vendor does for a call.
 * @throws Error when the caller goes away in the middle
 */
export function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= MAX_BODY) chunks.push(chunk)
    })
    request.once('end', () => resolve(size <= MAX_BODY ? Buffer.concat(chunks, size) : undefined))
    request.once('error', reject)
  })
}

/** The fields of a JSON or form body; none where it is something else. */
export function readFields(body: Buffer, type: string | undefined): JsonObject {
  if (body.length === 0) return {}
  if (type?.startsWith('application/x-www-form-urlencoded') === true) {
    return Object.fromEntries(new URLSearchParams(body.toString()))
  }
  try {
    const value = JSON.parse(body.toString()) as Json
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}
  } catch {
    return {}
  }
}
