import type { Json, JsonObject } from '@bellhop/sdk'
import type { IncomingHttpHeaders } from 'node:http'
import { withoutSession } from '../auth/cookie.ts'
import { plain } from './fields.ts'
import type { Query } from './directives.ts'

/** A trigger request, apart from its body. */
export interface RequestParts {
  method: string
  /** Scheme and authority that the caller used, without a trailing slash. */
  origin: string
  /** Path and query, as sent. */
  target: string
  query: Query
  headers: IncomingHttpHeaders
  clientIp: string
}

/** `steps.trigger.event`; a type alias, so that it is JSON. */
export type TriggerEvent = {
  method: string
  /** Below the endpoint, percent-encoded as it was sent. */
  path: string
  query: JsonObject
  /** Names in lower case. */
  headers: Record<string, string>
  body: Json
  client_ip: string
  url: string
}

/**
 * The event, as it came and with secrets in clear: the intake takes them out. A credential that proves the
 * caller's right to trigger stays in `headers` for it, so that it is searched for in the rest of the event too.
 */
export function eventOf(parts: RequestParts, body: Json): TriggerEvent {
  const target = originForm(parts.target)
  return {
    method: parts.method,
    path: pathBelow(target),
    query: plain(parts.query),
    headers: headersOf(parts.headers),
    body,
    client_ip: parts.clientIp.startsWith('::ffff:') ? parts.clientIp.slice(7) : parts.clientIp,
    url: parts.origin + target
  }
}

/** The request target as origin-form: a client that takes us for a proxy sends a whole URL (RFC 9112, 3.2.2). */
function originForm(target: string): string {
  return target.startsWith('/') ? target : target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '')
}

/** What follows `/in/<endpoint>`, percent-encoded as it was sent; `/` where nothing does. */
function pathBelow(target: string): string {
  const end = target.search(/[?#]/)
  const path = end === -1 ? target : target.slice(0, end)
  const below = path.indexOf('/', path.indexOf('/', 1) + 1)
  return below === -1 ? '/' : path.slice(below)
}

/**
 * Node has made the names lower case and joined repeated ones; only `set-cookie` is still a list. A browser that is signed in to
 * the builder sends its session along, which is nobody else's to see.
 */
function headersOf(headers: IncomingHttpHeaders): Record<string, string> {
  const plainHeaders: Record<string, string> = {}
  for (const name in headers) {
    const value = headers[name]
    const text = name === 'cookie' && typeof value === 'string' ? withoutSession(value) : value
    if (text !== undefined) plainHeaders[name] = typeof text === 'string' ? text : text.join(', ')
  }
  return plainHeaders
}
