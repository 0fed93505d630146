/**
 * From what a caller asks for to a request that can be written anew: parsed, checked, nothing revealed yet.
 *
 * What frames a message or belongs to one connection is the door's own business, so a caller's `Content-Length`,
 * `Transfer-Encoding`, `Connection`, `Keep-Alive`, `TE`, `Trailer`, `Expect` and `Proxy-Connection` are dropped: the
 * request that leaves does not need them. What would change the protocol or speak to a proxy (`Upgrade`, `Proxy-*`) is
 * refused, and so is a `Host` that is not the URL's. Rule 4 of the door.
 */
import { Fault, type FetchInit } from '@bellhop/sdk'
import { targetOf, type Target } from './hosts.ts'

/** Lower-case name and value; and the name as it goes out, where it is another. */
export type Header = readonly [name: string, value: string, spelled?: string]

/** A request with its handles still in it. */
export interface Draft {
  method: string
  /** Canonical: no trailing dot. May still hold user info, which `reveal` refuses. */
  url: URL
  target: Target
  headers: readonly Header[]
  body: string | Buffer | undefined
  /** The protocol that it asks for instead of HTTP. */
  upgrade?: string
}

const DROPPED = new Set([
  'connection',
  'content-length',
  'expect',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding'
])
const DEFAULTS: readonly Header[] = [
  ['accept', '*/*'],
  ['accept-encoding', 'gzip, deflate, br, zstd'],
  ['user-agent', 'bellhop']
]
/** RFC 9110, section 5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
/** RFC 9110, section 5.5: no CR, LF, NUL or other control characters. */
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/
/** They ask for a tunnel, or for the request's own headers back. */
const FORBIDDEN_METHODS = new Set(['CONNECT', 'TRACE', 'TRACK'])

/**
 * @throws Fault `bad_request_url`, `bad_request_method`, `bad_request_header`, `foreign_host`; none quotes its input
 */
export function draft(url: string, init: FetchInit): Draft {
  const parsed = parseUrl(url)
  if (init.query !== undefined) addQuery(parsed.url, init.query)
  const method = checkMethod(init.method)
  const [body, type] = encodeBody(init.body)
  return { method, ...parsed, headers: checkHeaders(init.headers ?? {}, parsed.target, type), body }
}

/** @throws Fault `bad_request_url` */
export function parseUrl(text: string, base?: URL): { url: URL; target: Target } {
  const url = URL.parse(text, base)
  if (url?.hostname.endsWith('.')) url.hostname = url.hostname.slice(0, -1)
  const target = url === null ? undefined : targetOf(url)
  if (url === null || target === undefined) {
    throw new Fault('bad_request_url', "the URL of a request can't be read", {
      hint: 'Give an absolute URL, like https://api.example.com/path.'
    })
  }
  return { url, target }
}

/** Whether this (in lower case) can be the name of a header. */
export function isToken(name: string): boolean {
  return TOKEN.test(name)
}

/** Whether a header frames a message or belongs to one connection. */
export function isDropped(name: string): boolean {
  return DROPPED.has(name)
}

/** Whether a header may carry this text. */
export function isFieldValue(text: string): boolean {
  return FIELD_VALUE.test(text)
}

function addQuery(url: URL, query: NonNullable<FetchInit['query']>): void {
  const pairs: string[] = url.search === '' ? [] : [url.search.slice(1)]
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue
    for (const one of Array.isArray(value) ? value : [value]) {
      pairs.push(`${encodeURIComponent(name)}=${encodeURIComponent(String(one))}`)
    }
  }
  url.search = pairs.join('&')
}

/** @throws Fault `bad_request_method` */
export function checkMethod(given: string | undefined): string {
  const method = (given ?? 'GET').toUpperCase()
  if (!TOKEN.test(method) || FORBIDDEN_METHODS.has(method)) {
    throw new Fault('bad_request_method', 'the method of a request is not one that may be sent', {
      hint: 'Use GET, POST, PUT, PATCH, DELETE, HEAD or OPTIONS.'
    })
  }
  return method
}

/** Text and bytes as they are; anything else as JSON, whose content type is the second of the pair. */
function encodeBody(body: FetchInit['body']): [string | Buffer | undefined, string | undefined] {
  if (body === undefined || body === null) return [undefined, undefined]
  if (typeof body === 'string') return [body, undefined]
  if (body instanceof Uint8Array) return [Buffer.from(body.buffer, body.byteOffset, body.byteLength), undefined]
  return [JSON.stringify(body), 'application/json']
}

function checkHeaders(given: Readonly<Record<string, string>>, target: Target, bodyType: string | undefined): Header[] {
  const headers = new Map<string, string>()
  for (const [name, value] of Object.entries(given)) {
    addHeader(headers, name, value, target)
  }
  if (bodyType !== undefined && !headers.has('content-type')) headers.set('content-type', bodyType)
  for (const [name, value] of DEFAULTS) if (!headers.has(name)) headers.set(name, value)
  return [...headers]
}

function addHeader(headers: Map<string, string>, given: string, value: string, target: Target): void {
  const name = given.toLowerCase()
  if (!TOKEN.test(name))
    throw badHeader(`the name of header ${headers.size + 1} holds characters that no name may hold`)
  if (typeof value !== 'string' || !isFieldValue(value)) {
    throw badHeader(`the value of the header ${name} holds a line break or another character that no header may hold`)
  }
  if (name === 'host') return checkHost(value, target)
  if (DROPPED.has(name)) return
  if (name === 'upgrade' || name.startsWith('proxy-')) throw badHeader(`the header ${name} may not be sent`)
  const before = headers.get(name)
  // Names that differ in case only are one header, as in fetch's Headers.
  headers.set(name, before === undefined ? value : `${before}${name === 'cookie' ? '; ' : ', '}${value}`)
}

function checkHost(value: string, target: Target): void {
  const named = /[/?#@\\]/.test(value) ? null : URL.parse(`${target.protocol}//${value}`)
  const host = named === null ? undefined : parseUrl(named.href).target
  if (host?.origin !== target.origin) {
    throw new Fault('foreign_host', `a request to ${target.host} may not name another host in its Host header`, {
      hint: 'Leave the Host header out; it is set from the URL.'
    })
  }
}

function badHeader(message: string): Fault {
  return new Fault('bad_request_header', message, { hint: 'Leave it out, or correct it.' })
}
