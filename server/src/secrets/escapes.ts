/**
 * Undoing escapes: JSON's (RFC 8259, section 7) and URLs' (RFC 3986, section 2.1, and the `+` of HTML forms), which may
 * write any character in several ways. Islands around escapes are decoded to a page of their own and searched there.
 */
import { BASE64_DIGITS, HEX_DIGITS, NONE } from './forms.ts'
import { BACKSLASH, FROM_FORM, FROM_JSON, FROM_URL, type Page, PERCENT } from './page.ts'

const PLUS = 0x2b
const SPACE = 0x20
const LETTER_U = 0x75

/** What follows a backslash, and the character meant; 0 where JSON knows no such escape. */
const MEANT = new Uint8Array(128)
const SIMPLE = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t'
}
for (const [letter, meant] of Object.entries(SIMPLE)) MEANT[letter.charCodeAt(0)] = meant.charCodeAt(0)

/** Whether two bytes begin an escape. */
export function beginsEscape(first: number, second: number): boolean {
  if (first === PERCENT) return HEX_DIGITS[second] !== NONE
  return first === BACKSLASH && second < 128 && (MEANT[second] !== 0 || second === LETTER_U)
}

/**
 * The character that begins at `at` and how long it is written, as `character * 16 + length`. A character is a code
 * point; a byte where an URL escape says one, or where the source has bytes.
 */
export function decodeAt(page: Page, at: number, kind: number): number {
  const code = page.codeAt(at)
  if (kind === FROM_JSON) return code === BACKSLASH ? decodeJson(page, at) : (code << 4) | 1
  if (code === PERCENT) {
    const high = hexAt(page, at + 1)
    const low = hexAt(page, at + 2)
    return high === NONE || low === NONE ? (code << 4) | 1 : (((high << 4) | low) << 4) | 3
  }
  return ((code === PLUS && kind === FROM_FORM ? SPACE : code) << 4) | 1
}

function decodeJson(page: Page, at: number): number {
  const next = page.codeAt(at + 1)
  if (next === LETTER_U) {
    const unit = unitAt(page, at)
    if (unit < 0) return (BACKSLASH << 4) | 1
    if (unit < 0xd800 || unit > 0xdbff) return (unit << 4) | 6
    const low = page.codeAt(at + 6) === BACKSLASH && page.codeAt(at + 7) === LETTER_U ? unitAt(page, at + 6) : -1
    if (low < 0xdc00 || low > 0xdfff) return (unit << 4) | 6
    return ((0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00)) << 4) | 12
  }
  const meant = next < 128 ? (MEANT[next] ?? 0) : 0
  return meant === 0 ? (BACKSLASH << 4) | 1 : (meant << 4) | 2
}

/** The unit that `\uXXXX` at `at` means, or -1. */
function unitAt(page: Page, at: number): number {
  let unit = 0
  for (let i = at + 2; i < at + 6; i++) {
    const digit = hexAt(page, i)
    if (digit === NONE) return -1
    unit = (unit << 4) | digit
  }
  return unit
}

function hexAt(page: Page, at: number): number {
  const code = page.codeAt(at)
  return code < 128 ? (HEX_DIGITS[code] ?? NONE) : NONE
}

/** Decodes `source` from `from` to `to` into `target`: text as UTF-8, bytes as they are. */
export function unescapeInto(target: Page, source: Page, from: number, to: number, kind: number): void {
  const text = source.wide
  target.reserve(text === undefined ? to - from : 3 * (to - from), true)
  target.kind = kind
  target.parent = source
  target.text = undefined
  target.length =
    text === undefined
      ? unescapeBytes(target, source, from, to, kind)
      : unescapeText(target, source, text, from, to, kind)
  target.map[target.length] = to
}

function unescapeBytes({ bytes, map }: Page, source: Page, from: number, to: number, kind: number): number {
  const codes = source.bytes
  const begins = kind === FROM_JSON ? BACKSLASH : PERCENT
  const alsoBegins = kind === FROM_FORM ? PLUS : begins
  let out = 0
  for (let at = from; at < to;) {
    const code = codes[at] ?? 0
    if (code !== begins && code !== alsoBegins) {
      map[out] = at++
      bytes[out++] = code
      continue
    }
    const decoded = decodeAt(source, at, kind)
    const end = out + write(bytes, out, decoded >> 4, kind)
    while (out < end) map[out++] = at
    at += decoded & 15
  }
  return out
}

function unescapeText(
  { bytes, map }: Page,
  source: Page,
  text: string,
  from: number,
  to: number,
  kind: number
): number {
  let out = 0
  for (let at = from; at < to;) {
    const decoded = decodeAt(source, at, kind)
    let length = decoded & 15
    let end: number
    if (length > 1) end = out + write(bytes, out, decoded >> 4, kind)
    else {
      const plain = decoded >> 4 === SPACE ? SPACE : (text.codePointAt(at) ?? 0)
      if (plain > 0xffff) length = 2
      end = out + writeUtf8(bytes, out, plain)
    }
    while (out < end) map[out++] = at
    at += length
  }
  return out
}

/** Writes what an escape stands for: a byte in URLs, a code point in JSON. Returns how many bytes that took. */
function write(bytes: Uint8Array, at: number, code: number, kind: number): number {
  if (kind === FROM_JSON) return writeUtf8(bytes, at, code)
  bytes[at] = code
  return 1
}

/** Writes a code point as UTF-8 and returns how many bytes that took; a lone surrogate becomes U+FFFD, as `Buffer` writes it. */
function writeUtf8(bytes: Uint8Array, at: number, point: number): number {
  const code = point >= 0xd800 && point <= 0xdfff ? 0xfffd : point
  const length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
  if (length === 1) {
    bytes[at] = code
    return 1
  }
  for (let i = length - 1, rest = code; i > 0; i--, rest >>= 6) bytes[at + i] = 0x80 | (rest & 63)
  bytes[at] = ((0xf00 >> length) & 0xff) | (code >> (6 * (length - 1)))
  return length
}

/** What base64 and hex are written with, a bit for each byte. */
const ENCODED = new Uint32Array(8)
BASE64_DIGITS.forEach((digit, byte) => {
  if (digit !== NONE) ENCODED[byte >> 5] = (ENCODED[byte >> 5] ?? 0) | (1 << (byte & 31))
})

/**
 * Which bytes occur in what is searched for, in base64 and hex too: an escape that stands for another one cannot be
 * part of it.
 */
export class Alphabet {
  readonly #bits = ENCODED.slice()
  beyondAscii = false

  add(bytes: Uint8Array): void {
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i] ?? 0
      this.#bits[byte >> 5] = (this.#bits[byte >> 5] ?? 0) | (1 << (byte & 31))
      if (byte >= 0x80) this.beyondAscii = true
    }
  }

  has(byte: number): boolean {
    return (((this.#bits[byte >> 5] ?? 0) >> (byte & 31)) & 1) === 1
  }

  /** Whether the escape at `at`, which stands for `code`, may be part of what is searched for. */
  concerns(page: Page, at: number, code: number, kind: number): boolean {
    if (code >= 0x80) return this.beyondAscii
    if (code === PERCENT) return true
    if (code !== BACKSLASH || this.has(BACKSLASH)) return this.has(code)
    if (kind !== FROM_JSON || page.codeAt(at + 1) !== BACKSLASH) return true
    return this.#innerConcerns(page, at + 2)
  }

  /** The same of an escape within JSON within JSON, whose backslash stands before `at`: `\\n`, `\\\"`, `\\u0041`. */
  #innerConcerns(page: Page, at: number): boolean {
    const next = page.codeAt(at)
    const letter = next === BACKSLASH ? decodeJson(page, at) >> 4 : next
    if (letter === LETTER_U) return true
    const meant = letter < 128 ? (MEANT[letter] ?? 0) : 0
    return meant !== 0 && this.has(meant)
  }
}

/** A part of a page with escapes of these kinds. */
export type OnIsland = (from: number, to: number, json: boolean, url: boolean) => void

/**
 * Reports the parts of a page in which something escaped can stand: of characters that concern us, some of them
 * escaped, and longer than the shortest secret.
 */
export function eachIsland(page: Page, shortest: number, alphabet: Alphabet, visit: OnIsland): void {
  const { bytes, length } = page
  const wide = page.wide !== undefined
  let start = 0
  let json = false
  let url = false
  let at = 0
  while (at < length) {
    const byte = bytes[at] ?? 0
    if (byte === BACKSLASH || byte === PERCENT) {
      const kind = byte === BACKSLASH ? FROM_JSON : FROM_URL
      const decoded = decodeAt(page, at, kind)
      const taken = decoded & 15
      if (taken > 1 && alphabet.concerns(page, at, decoded >> 4, kind)) {
        if (kind === FROM_JSON) json = true
        else url = true
      }
      at += taken
      continue
    }
    // In a string the low byte of a character beyond ASCII says nothing.
    if (wide && page.codeAt(at) >= 0x80 ? alphabet.beyondAscii : alphabet.has(byte)) {
      at++
      continue
    }
    if ((json || url) && at - start > shortest) visit(start, at, json, url)
    start = ++at
    json = url = false
  }
  if ((json || url) && at - start > shortest) visit(start, length, json, url)
}
