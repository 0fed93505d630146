/**
 * Undoing escapes: JSON's (RFC 8259, section 7) and URLs' (RFC 3986, section 2.1, and the `+` of HTML forms), which may
 * write any character in several ways. Where that is worth while: islands.ts.
 */
import { HEX_DIGITS, NONE } from './forms.ts'
import { BACKSLASH, FROM_FORM, FROM_JSON, type Page, PERCENT } from './page.ts'

const PLUS = 0x2b
const SPACE = 0x20
export const LETTER_U = 0x75

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

/** The character that a backslash and this letter stand for in JSON; 0 where they stand for none, or for a code. */
export function escapedLetter(letter: number): number {
  return letter < 128 ? (MEANT[letter] ?? 0) : 0
}

/** Whether two bytes begin an escape. */
export function beginsEscape(first: number, second: number): boolean {
  if (first === PERCENT) return HEX_DIGITS[second] !== NONE
  return first === BACKSLASH && (escapedLetter(second) !== 0 || second === LETTER_U)
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
  const meant = escapedLetter(next)
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
