/** Credentials known by where they stand: request headers, cookies, fields of OAuth answers. Pure. */
import type { Json } from '@bellhop/sdk'
import { HANDLE_PREFIX, handlePattern, isHandleShaped } from './handle.ts'
import { type JsonVisitor, mapJson } from './json.ts'

/** A credential that a header carries. */
export interface HeaderCredential {
  /** The header's name, lower case. */
  at: string
  /** A label for its handle: `headers_authorization`, `headers_cookie_sid`. */
  field: string
  value: string
}

const CREDENTIAL_HEADER =
  /^(?:authorization|proxy-authorization|cookie|set-cookie|.*(?:api-?key|auth-?key|access-?key|secret-?key|subscription-key|functions-key|token|secret|password|passwd|credentials?|session|session-?id|jwt|jwt-assertion|client-cert))$/
/** Keys of their own kind that say "token" or "key" and are none. */
const PLAIN_HEADER = /^(?:idempotency-key|sec-websocket-key|max-tokens|x-ratelimit-.*)$/
/** The name of an authentication scheme (RFC 9110, section 11.1), as far as people use it. */
const SCHEME = /^[A-Za-z][A-Za-z0-9_-]*$/
/** Values shorter than this are not searched inside text, so the text around them is taken too. */
const SEARCHED = 6

/**
 * The credentials in request (or, for `set-cookie`, answer) headers: the token of `Bearer x`, both parts of Basic
 * and their encoded pair (RFC 7617), each cookie, and headers named like `x-api-key`.
 * @param headers names in lower case, repeated ones joined with `, ` (cookies with `; `)
 */
export function credentialsOfHeaders(headers: Readonly<Record<string, string>>): HeaderCredential[] {
  const found: HeaderCredential[] = []
  for (const [at, text] of Object.entries(headers)) {
    if (text === '' || !CREDENTIAL_HEADER.test(at) || PLAIN_HEADER.test(at)) continue
    const field = `headers_${at.replace(/-/g, '_')}`
    const parts = at === 'cookie' || at === 'set-cookie' ? cookies(at, text) : repeated(text).flatMap(authorization)
    for (const { suffix, value } of parts) if (value !== '') found.push({ at, field: field + suffix, value })
  }
  return found
}

interface Part {
  suffix: string
  value: string
}

/** A header that came several times has its values joined by commas: each is a credential, and so is the whole. */
function repeated(text: string): string[] {
  return text.includes(',') ? [text, ...text.split(',').map((part) => part.trim())] : [text]
}

/** `scheme credentials`, or a bare credential. One too short to be searched for goes with the whole header too. */
function authorization(header: string): Part[] {
  const text = header.trim()
  const space = text.search(/[ \t]/)
  const scheme = text.slice(0, Math.max(0, space))
  if (!SCHEME.test(scheme)) return [{ suffix: '', value: text }]
  const token = text.slice(space).trim()
  const parts: Part[] = [{ suffix: '', value: token }]
  if (token.length < SEARCHED) parts.unshift({ suffix: '', value: text })
  if (scheme.toLowerCase() !== 'basic') return parts
  const pair = Buffer.from(token, 'base64').toString('utf8')
  const colon = pair.indexOf(':')
  if (colon < 0) return parts
  parts.push({ suffix: '_user', value: pair.slice(0, colon) }, { suffix: '_password', value: pair.slice(colon + 1) })
  return parts
}

/** Each cookie's value; one too short to be searched for goes with its name, or with the whole header. */
function cookies(at: string, text: string): Part[] {
  // Set-Cookie headers joined by commas: a comma begins a cookie only if a name and `=` follow (not so in dates).
  const lines =
    at === 'cookie' ? text.split(';') : text.split(/,(?=\s*[^\s;,=]+=)/).map((line) => line.split(';')[0] ?? '')
  return lines.flatMap((line) => {
    const pair = line.trim()
    const equals = pair.indexOf('=')
    const name = equals < 0 ? '' : pair.slice(0, equals)
    const value = pair.slice(equals + 1).replace(/^"(.*)"$/, '$1')
    const suffix = name === '' ? '' : `_${name}`
    if (value === '') return []
    if (value.length < SEARCHED) return { suffix, value: pair.length >= SEARCHED ? pair : text }
    return [...new Set([value, decoded(value)])].map((one) => ({ suffix, value: one }))
  })
}

/** What the cookie's owner wrote, before it was made fit for a header. */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

/** What OAuth 2.0 (RFC 6749, section 5.1), OpenID Connect and client registration (RFC 7591) call their secrets. */
const ANSWER_FIELDS = ['access_token', 'refresh_token', 'id_token', 'client_secret']

/**
 * Replaces what stands in fields that hold secrets by name, wherever they are nested; text and numbers below such a
 * field too. Names are compared without case, `_` and `-`. Whole handles stay.
 * @param extra names that an app declares besides OAuth's
 * @param protect returns what takes the value's place
 * @returns the same value where nothing was replaced
 * @throws Fault `value_too_deep`
 */
export function protectAnswerFields(
  value: Json,
  extra: readonly string[],
  protect: (value: string, field: string) => string
): Json {
  const names = new Set([...ANSWER_FIELDS, ...extra].map(plainName))
  const below = (field: string): JsonVisitor => {
    const string = (text: string) => (text === '' || isHandleShaped(text) ? text : protect(text, field))
    return { string, number: (number) => string(String(number)), key: same }
  }
  const visitor: JsonVisitor = {
    string: same,
    number: same,
    key: same,
    under: (key) => (names.has(plainName(key)) ? below(key) : visitor)
  }
  return mapJson(value, visitor)
}

function same<T>(part: T): T {
  return part
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/[_-]/g, '')
}

/**
 * Makes handle-shaped text from outside harmless: its `bhdl.` becomes `bhdl-`. Rule 1 of handles.
 * @param keep says which handles are live and stay
 */
export function defang(text: string, keep?: (handle: string) => boolean): string {
  if (!text.includes(HANDLE_PREFIX)) return text
  return text.replace(handlePattern(), (handle) =>
    keep?.(handle) === true ? handle : `bhdl-${handle.slice(HANDLE_PREFIX.length)}`
  )
}

/** `defang` for every string and key; the same value where there was nothing to do. */
export function defangJson(value: Json, keep?: (handle: string) => boolean): Json {
  const string = (text: string) => defang(text, keep)
  return mapJson(value, { string, number: same, key: string })
}
