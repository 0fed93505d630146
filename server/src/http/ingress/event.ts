import type { Json, JsonObject } from '@bellhop/sdk'
import type { IncomingHttpHeaders } from 'node:http'
import { plain } from './fields.ts'
import type { Query } from './directives.ts'

/** A trigger request, apart from its body. */
export interface RequestParts {
  method: string
  /** Scheme and authority that the caller used, without a trailing slash. */
  origin: string
  /** Path and query, as sent. */
  target: string
  endpoint: string
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
  return {
    method: parts.method,
    path: pathBelow(parts.target, parts.endpoint),
    query: plain(parts.query),
    headers: headersOf(parts.headers),
    body,
    client_ip: parts.clientIp.startsWith('::ffff:') ? parts.clientIp.slice(7) : parts.clientIp,
    url: parts.origin + parts.target
  }
}

const PREFIX = '/in/'

/** What follows the endpoint, percent-encoded as it was sent; `/` where nothing does. */
export function pathBelow(target: string, endpoint: string): string {
  const end = target.indexOf('?')
  const path = target.slice(PREFIX.length + endpoint.length, end === -1 ? undefined : end)
  return path === '' ? '/' : path
}

/** Node has made the names lower case and joined repeated ones; only `set-cookie` is still a list. */
function headersOf(headers: IncomingHttpHeaders): Record<string, string> {
  const plainHeaders: Record<string, string> = {}
  for (const name in headers) {
    const value = headers[name]
    if (value !== undefined) plainHeaders[name] = typeof value === 'string' ? value : value.join(', ')
  }
  return plainHeaders
}
