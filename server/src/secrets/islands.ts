/**
 * Where escapes matter. Texts are full of escapes that cannot be part of a secret: those that stand for characters
 * which no secret has, or between characters which none has. What is left are islands, decoded and searched one by one.
 */
import { decodeAt, escapedLetter, LETTER_U } from './escapes.ts'
import { BASE64_DIGITS, hexDigit, NONE } from './forms.ts'
import { BACKSLASH, FROM_JSON, FROM_URL, type Page, PERCENT } from './page.ts'

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

  /**
   * How long the escape at `at` is, if it plainly stands for a character that does not occur; else 0. Most escapes of
   * most texts are such, so this is quick, and may overlook some.
   */
  foreign(bytes: Uint8Array, at: number): number {
    const next = bytes[at + 1] ?? 0
    if (bytes[at] === BACKSLASH) {
      const meant = escapedLetter(next)
      return meant !== 0 && meant !== BACKSLASH && !this.has(meant) ? 2 : 0
    }
    const code = (hexDigit(next) << 4) | hexDigit(bytes[at + 2])
    return code < 0x80 && code !== BACKSLASH && code !== PERCENT && !this.has(code) ? 3 : 0
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
    const letter = next === BACKSLASH ? decodeAt(page, at, FROM_JSON) >> 4 : next
    if (letter === LETTER_U) return true
    const meant = escapedLetter(letter)
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
  let done = 0
  for (let at = 0; at < length;) {
    const byte = bytes[at]
    if (byte !== BACKSLASH && byte !== PERCENT) {
      at++
      continue
    }
    const taken = alphabet.foreign(bytes, at) || escapeAt(page, at, alphabet)
    if (taken > 0) at += taken
    else {
      let start = at
      while (start > done && mayHold(page, start - 1, alphabet)) start--
      done = at = visitIsland(page, start, at, shortest, alphabet, visit)
    }
  }
}

/** Reports the island that begins at `start`, and has an escape at `escape`, unless it is too short. Returns its end. */
function visitIsland(
  page: Page,
  start: number,
  escape: number,
  shortest: number,
  alphabet: Alphabet,
  visit: OnIsland
): number {
  let json = false
  let url = false
  let at = escape
  while (at < page.length && mayHold(page, at, alphabet)) {
    const taken = escapeAt(page, at, alphabet)
    if (taken < 0) {
      if (page.bytes[at] === BACKSLASH) json = true
      else url = true
    }
    at += Math.abs(taken)
  }
  if (at - start > shortest) visit(start, at, json, url)
  return at
}

/** The length of the escape or character at `at`; negative where it is an escape that concerns us. */
function escapeAt(page: Page, at: number, alphabet: Alphabet): number {
  const byte = page.bytes[at]
  if (byte !== BACKSLASH && byte !== PERCENT) return 1
  const kind = byte === BACKSLASH ? FROM_JSON : FROM_URL
  const decoded = decodeAt(page, at, kind)
  const taken = decoded & 15
  return taken > 1 && alphabet.concerns(page, at, decoded >> 4, kind) ? -taken : taken
}

/** Whether the character may be part of what is searched for in some form, escapes included. */
function mayHold(page: Page, at: number, alphabet: Alphabet): boolean {
  // In a string the low byte of a character beyond ASCII says nothing.
  if (page.wide !== undefined && page.codeAt(at) >= 0x80) return alphabet.beyondAscii
  const byte = page.bytes[at] ?? 0
  return byte === BACKSLASH || byte === PERCENT || alphabet.has(byte)
}
