/**
 * What of an answer becomes a handle: every secret of the run, wherever it stands, the tokens that the vendor hands out
 * in a field that is known for it, and its cookies. Handle-shaped text that is no live handle is made harmless. Nobody
 * sees any part of an answer before it went through here. Keeps I1, and rule 6 of the door.
 */
import type { Json } from '@bellhop/sdk'
import { HANDLE_PREFIX } from '../secrets/handle.ts'
import type { Audience, Keyring } from '../secrets/keyring.ts'
import { defang, defangJson, protectAnswerFields } from '../secrets/recognise.ts'
import type { RawHeader } from './exchange.ts'
import { encodeFor, fieldsOf, isJsonType, rewrite } from './fields.ts'

/** What secrets of this answer belong to. */
export interface Belonging {
  keyring: Keyring
  app: string
  audience: Audience
  /** Names of fields that hold secrets, besides OAuth's own. */
  secretFields: readonly string[]
  /** How many cookies may still become handles; more are told without their values. */
  cookies?: { left: number }
}

/** A body that was read whole: its scrubbed text or bytes, and its value where it is JSON. */
export interface WholeBody {
  bytes(): Buffer
  text(): string
  value: Json | undefined
}

// Most answers can be told at a glance to need no walk through their fields. An escaped letter may be any.
const MAY_HOLD_HANDLE = /bhdl\.|\\u/
const MAY_HOLD_TOKEN = /token|secret|\\u/i
/** Shorter cookies are no credentials, and are not searched for in text. */
const SHORTEST_COOKIE = 6
/** Reading these gives the same text whatever the bytes after ASCII mean. */
const UTF8 = /^(?:utf-?8|us-ascii|ascii)$/i

/** Scrubbed text. */
function scrubLine(text: string, keyring: Keyring): string {
  return harmless(keyring.scrubText(text), keyring)
}

/**
 * A status text, and headers with lower-case names, repeated ones joined by `, `. Cookies become handles when they are
 * looked at, so that a vendor which sets a new one with each answer does not fill the keyring with what nobody reads.
 */
export function scrubHead(
  statusText: string,
  raw: readonly RawHeader[],
  to: Belonging,
  leaveOut?: ReadonlySet<string>
): { statusText: string; headers: Record<string, string> } {
  const headers: Record<string, string> = {}
  const clean = isClean(statusText, raw, to.keyring)
  const cookies: string[] = []
  for (const [rawName, rawValue] of raw) {
    const name = (clean ? rawName : scrubLine(rawName, to.keyring)).toLowerCase()
    if (leaveOut?.has(name) === true) continue
    if (name === 'set-cookie') {
      cookies.push(rawValue)
      continue
    }
    const value = clean ? rawValue : scrubLine(rawValue, to.keyring)
    const before = Object.hasOwn(headers, name) ? headers[name] : undefined
    define(headers, name, before === undefined ? value : `${before}, ${value}`)
  }
  if (cookies.length > 0) defineCookies(headers, cookies, to)
  return { statusText: clean ? statusText : scrubLine(statusText, to.keyring), headers }
}

/** As `scrubHead`, but every header as the vendor sent it. */
export function scrubRaw(
  statusText: string,
  raw: readonly RawHeader[],
  to: Belonging,
  leaveOut: ReadonlySet<string>
): { statusText: string; headers: RawHeader[] } {
  const clean = isClean(statusText, raw, to.keyring)
  const headers: RawHeader[] = []
  for (const [rawName, value] of raw) {
    const name = clean ? rawName : scrubLine(rawName, to.keyring)
    const lower = name.toLowerCase()
    if (leaveOut.has(lower)) continue
    if (lower === 'set-cookie') headers.push([name, protectCookie(value, to)])
    else headers.push([name, clean ? value : scrubLine(value, to.keyring)])
  }
  return { statusText: clean ? statusText : scrubLine(statusText, to.keyring), headers }
}

/** One search over all of them: most answers hold nothing. */
function isClean(statusText: string, raw: readonly RawHeader[], keyring: Keyring): boolean {
  let all = `${statusText}\n`
  for (const [name, value] of raw) all += `${name}\n${value}\n`
  return scrubLine(all, keyring) === all
}

function define(headers: Record<string, string>, name: string, value: string): void {
  if (name === '__proto__') Object.defineProperty(headers, name, { value, enumerable: true, configurable: true })
  else headers[name] = value
}

function defineCookies(headers: Record<string, string>, cookies: readonly string[], to: Belonging): void {
  let value: string | undefined
  Object.defineProperty(headers, 'set-cookie', {
    enumerable: true,
    configurable: true,
    get: () => (value ??= cookies.map((cookie) => protectCookie(cookie, to)).join(', '))
  })
}

/** RFC 6265, section 4.1: `name=value`, then attributes. */
const COOKIE = /^([^=;]*)=("?)([^;]*?)\2(\s*(?:;.*)?)$/s

function protectCookie(cookie: string, to: Belonging): string {
  const [, name, quote, value, attributes] = COOKIE.exec(cookie) ?? []
  if (name === undefined || value === undefined || value.length < SHORTEST_COOKIE) return scrubLine(cookie, to.keyring)
  const handle = isSpent(value, to) ? '' : protect(value, `cookie_${name.trim()}`, to)
  return `${scrubLine(name, to.keyring)}=${quote}${handle}${quote}${scrubLine(attributes ?? '', to.keyring)}`
}

function isSpent(value: string, { keyring, cookies }: Belonging): boolean {
  return cookies !== undefined && !keyring.knows(value) && cookies.left-- <= 0
}

/** Cookies that the body repeats are secrets at once: a login may answer with both. */
function protectCookiesIn(body: string | Buffer, raw: readonly RawHeader[], to: Belonging): void {
  for (const [name, cookie] of raw) {
    if (name.length !== 10 || name.toLowerCase() !== 'set-cookie') continue
    const value = COOKIE.exec(cookie)?.[3]
    if (value !== undefined && value.length >= SHORTEST_COOKIE && body.includes(value)) protectCookie(cookie, to)
  }
}

/** The handle of a secret that the vendor sent: the one that it has, or a new one. */
function protect(value: string, field: string, to: Belonging): string {
  const known = to.keyring.scrub(value)
  if (typeof known === 'string' && known !== value && to.keyring.get(known) !== undefined) return known
  if (to.keyring.get(value) !== undefined || value === '') return value
  return to.keyring.mint(value, { app: to.app, field, audience: to.audience })
}

/** What can only be scrubbed as a whole by its type, because its fields matter or its letters are no ASCII. */
export function isDeclaredWhole(type: string): boolean {
  return isJsonType(type) || isForm(type) || foreignCharset(type) !== undefined
}

/** What comes bit by bit, and is no JSON as a whole whatever it begins with. */
export function isDeclaredStream(type: string): boolean {
  return /^(?:text\/event-stream|application\/(?:x-ndjson|octet-stream))/i.test(type)
}

/** What has to be read as JSON. */
function isWhole(type: string, body: Buffer): boolean {
  if (isJsonType(type) || isForm(type)) return true
  return !isDeclaredStream(type) && looksLikeJson(body)
}

/** Token endpoints don't always say that they answer JSON. */
export function looksLikeJson(bytes: Buffer): boolean {
  const start = bytes.subarray(0, 16).toString('latin1').trimStart()[0]
  return start === '{' || start === '['
}

/** The charset of a text whose bytes can't be searched as they are. */
export function foreignCharset(type: string): string | undefined {
  const charset = /;\s*charset="?([\w.:-]+)/i.exec(type)?.[1]
  return charset === undefined || UTF8.test(charset) ? undefined : charset
}

function isForm(type: string): boolean {
  return /^application\/x-www-form-urlencoded\b/i.test(type)
}

/** Scrubs a body that was read whole. */
export function scrubWhole(body: Buffer, type: string, raw: readonly RawHeader[], to: Belonging): WholeBody {
  const charset = foreignCharset(type)
  const foreign = charset !== undefined
  const declared = isJsonType(type) || isForm(type)
  if (foreign || declared || isWhole(type, body)) {
    const text = decodeText(body, charset)
    protectCookiesIn(text, raw, to)
    if (isForm(type)) return ofText(scrubLine(protectForm(text, to), to.keyring))
    const value = isWhole(type, body) ? parseJson(text) : undefined
    if (value !== undefined) return scrubJson(text, value, to)
    if (foreign || declared) return ofText(scrubLine(text, to.keyring))
  }
  protectCookiesIn(body, raw, to)
  return scrubBytes(body, to.keyring)
}

function scrubJson(text: string, value: Json, to: Belonging): WholeBody {
  const live = (handle: string): boolean => to.keyring.get(handle) !== undefined
  const known = MAY_HOLD_HANDLE.test(text) ? defangJson(value, live) : value
  const guarded =
    to.secretFields.length > 0 || MAY_HOLD_TOKEN.test(text)
      ? protectAnswerFields(known, to.secretFields, (secret, field) => protect(secret, field, to))
      : known
  const scrubbed = to.keyring.scrub(guarded)
  const source = scrubbed === value ? text : JSON.stringify(scrubbed)
  const line = to.keyring.scrubText(source)
  // A secret that spans several fields shows in the text alone.
  return line === source ? ofText(source, scrubbed) : ofText(line, parseJson(line))
}

function protectForm(text: string, to: Belonging): string {
  const fields = fieldsOf(text, 'form') ?? []
  return rewrite(text, fields, {
    gap: (raw) => raw,
    value: (raw, { name }) => {
      const value = new URLSearchParams(`v=${raw}`).get('v') ?? raw
      const guarded = protectAnswerFields({ [name]: value }, to.secretFields, (secret, field) =>
        protect(secret, field, to)
      )
      const one = typeof guarded === 'object' && guarded !== null && !Array.isArray(guarded) ? guarded[name] : value
      return typeof one === 'string' && one !== value ? encodeFor('form', one) : raw
    }
  })
}

function scrubBytes(body: Buffer, keyring: Keyring): WholeBody {
  const scrubber = keyring.scrubStream()
  const bytes = Buffer.concat([scrubber.write(body), scrubber.end()])
  const clean = bytes.includes(HANDLE_PREFIX)
    ? Buffer.from(harmless(bytes.toString('latin1'), keyring), 'latin1')
    : bytes
  return {
    bytes: () => clean,
    text: () => clean.toString('utf8'),
    value: undefined
  }
}

function ofText(text: string, value?: Json): WholeBody {
  return { bytes: () => Buffer.from(text, 'utf8'), text: () => text, value }
}

/** Text in UTF-8, whatever it was: secrets are searched for in one encoding only. */
function decodeText(body: Buffer, charset: string | undefined): string {
  if (charset !== undefined) {
    try {
      return new TextDecoder(charset).decode(body)
    } catch {
      // An unknown label: read it as what most of the web is.
    }
  }
  return body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf ? body.toString('utf8', 3) : body.toString('utf8')
}

/** The value of a JSON text, or `undefined`. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

/** Handle-shaped text that is no live handle of this run loses its shape, and keeps its length. */
export function harmless(text: string, keyring: Keyring): string {
  return defang(text, (handle) => keyring.get(handle) !== undefined)
}
