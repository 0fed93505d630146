/**
 * Escapes inside base64 and hex. Escaped text has no canonical form to look for, so runs of digits are searched for
 * digits that encode the beginning of an escape, in any alignment, and the surroundings are decoded.
 */
import { beginsEscape } from './escapes.ts'
import { base64Digit, BASE64_CODES, BASE64_DIGITS, hexDigit, NONE } from './forms.ts'
import type { Alphabet } from './islands.ts'
import { BACKSLASH, FROM_DIGITS, type Page, PERCENT } from './page.ts'

/** Bits of a digit. */
const BASE64_BITS = 6
const HEX_BITS = 4
/** At which bits of four base64 digits a byte may begin whose first bits are in the first digit. */
const ALIGNMENTS = [0, 2, 4] as const
const AS_HEX = 3

/** For two neighbouring digits: a bit for each of the alignments, and `1 << AS_HEX`, if an escape may begin so. */
const PAIRS = new Uint8Array(64 * 64)
for (let pair = 0; pair < PAIRS.length; pair++) {
  const asHex = (hexDigit(BASE64_CODES[pair >> 6]) << 4) | hexDigit(BASE64_CODES[pair & 63])
  const bytes = [...ALIGNMENTS.map((bit) => (pair >> (4 - bit)) & 0xff), asHex]
  bytes.forEach((byte, index) => {
    if (byte === BACKSLASH || byte === PERCENT) PAIRS[pair] = (PAIRS[pair] ?? 0) | (1 << index)
  })
}

/** A stretch of digits to decode; bits are counted from the page's first character, each one digit. */
export type OnStretch = (fromBit: number, toBit: number, bitsPerDigit: number) => void

/** A run of base64 digits: the characters from `from`, before `to`. */
export type OnRun = (from: number, to: number) => void

/**
 * Reports the runs of digits that are long enough to encode something escaped, and in them the stretches that encode
 * bytes which concern us, an escape among them, and more than the shortest secret has.
 */
export function eachRun(page: Page, shortest: number, alphabet: Alphabet, visitRun: OnRun, visit: OnStretch): void {
  const { bytes, length } = page
  const minRun = Math.ceil((8 * (shortest + 1)) / BASE64_BITS)
  // Every run of that length has a digit at one of these places.
  for (let at = minRun - 1; at < length; at += minRun) {
    if (base64Digit(bytes[at]) === NONE) continue
    let from = at
    while (from > 0 && base64Digit(bytes[from - 1]) !== NONE) from--
    at = searchRun(page, from, shortest, alphabet, visit)
    visitRun(from, at)
  }
}

/** Searches the run of digits that begins at `from`; returns its end. */
function searchRun(page: Page, from: number, shortest: number, alphabet: Alphabet, visit: OnStretch): number {
  const { bytes, length } = page
  DONE.fill(0)
  let last = BASE64_DIGITS[bytes[from] ?? 0] ?? NONE
  let at = from + 1
  // This loop is where the time goes in a text full of base64: two characters at a time.
  for (; at < length; at += 2) {
    const first = BASE64_DIGITS[bytes[at] ?? 0] ?? NONE
    const second = BASE64_DIGITS[bytes[at + 1] ?? 0] ?? NONE
    if ((first | second) > 63) {
      if (first > 63) break
      const pair = PAIRS[(last << BASE64_BITS) | first] ?? 0
      if (pair !== 0) searchPair(page, at - 1, pair, from, shortest, alphabet, visit)
      at++
      break
    }
    const pairs = (PAIRS[(last << BASE64_BITS) | first] ?? 0) | ((PAIRS[(first << BASE64_BITS) | second] ?? 0) << 4)
    last = second
    if (pairs === 0) continue
    if ((pairs & 15) !== 0) searchPair(page, at - 1, pairs & 15, from, shortest, alphabet, visit)
    if (pairs > 15) searchPair(page, at, pairs >> 4, from, shortest, alphabet, visit)
  }
  return Math.min(at, length)
}

/** Looks at an escape that may begin within the digit at `at`, in one of these alignments. */
function searchPair(
  page: Page,
  at: number,
  pair: number,
  from: number,
  shortest: number,
  alphabet: Alphabet,
  visit: OnStretch
): void {
  const { bytes } = page
  for (let index = 0; index <= AS_HEX; index++) {
    if (((pair >> index) & 1) === 0 || !beginsSo(bytes, at, index)) continue
    const bits = index === AS_HEX ? HEX_BITS : BASE64_BITS
    const bit = bits * at + (index === AS_HEX ? 0 : 2 * index)
    const alignment = index === AS_HEX ? 4 + (at & 1) : (bit & 7) >> 1
    if (bit < (DONE[alignment] ?? 0)) continue
    DONE[alignment] = expand(page, bit, bits, from, shortest, alphabet, visit)
  }
}

/** Whether the first two bytes, read in this alignment, begin an escape. Behind the run there may be anything. */
function beginsSo(bytes: Uint8Array, at: number, index: number): boolean {
  if (index === AS_HEX) {
    const second = (hexDigit(bytes[at + 2]) << 4) | hexDigit(bytes[at + 3])
    return second < NONE && beginsEscape((hexDigit(bytes[at]) << 4) | hexDigit(bytes[at + 1]), second)
  }
  const ahead = ((base64Digit(bytes[at + 2]) & 63) << BASE64_BITS) | (base64Digit(bytes[at + 3]) & 63)
  const digits = (base64Digit(bytes[at]) << 18) | (base64Digit(bytes[at + 1]) << 12) | ahead
  return beginsEscape((digits >> (16 - 2 * index)) & 0xff, (digits >> (8 - 2 * index)) & 0xff)
}

/** How far each of the four alignments of base64 and the two of hex was looked at, in bits. */
const DONE = new Float64Array(6)

/** Reports the stretch around an escape, if it is long enough; returns its end. */
function expand(
  page: Page,
  bit: number,
  bits: number,
  from: number,
  shortest: number,
  alphabet: Alphabet,
  visit: OnStretch
): number {
  let start = bit
  while (start - 8 >= bits * from && concerns(page, start - 8, bits, alphabet)) start -= 8
  let end = bit
  while (end + 8 <= bits * page.length && concerns(page, end, bits, alphabet)) end += 8
  if (end - start > 8 * shortest) visit(start, end, bits)
  return end
}

/** Whether the byte at this bit may be part of something escaped. */
function concerns(page: Page, bit: number, bits: number, alphabet: Alphabet): boolean {
  const at = Math.floor(bit / bits)
  const isHex = bits === HEX_BITS
  const high = isHex ? hexDigit(page.bytes[at]) : base64Digit(page.bytes[at])
  const low = isHex ? hexDigit(page.bytes[at + 1]) : base64Digit(page.bytes[at + 1])
  if (high === NONE || low === NONE) return false
  const byte = isHex ? (high << 4) | low : (((high << BASE64_BITS) | low) >> (4 - (bit % BASE64_BITS))) & 0xff
  return alphabet.has(byte) || byte === BACKSLASH || byte === PERCENT
}

/** Decodes whole bytes between two bits of a page. */
export function decodeDigits(target: Page, source: Page, from: number, to: number, bits: number): void {
  const count = Math.max(0, (to - from) >> 3)
  target.reserve(count, true)
  target.kind = FROM_DIGITS
  target.parent = source
  target.text = undefined
  target.length = count
  const digits = source.bytes
  const { bytes, map } = target
  // `at` is the digit in which the byte begins, `skip` how many of its bits belong to the byte before.
  let at = Math.floor(from / bits)
  let skip = from - at * bits
  for (let i = 0; i <= count; i++) {
    map[i] = skip === 0 ? at : at + 1
    if (bits === HEX_BITS) {
      bytes[i] = (hexDigit(digits[at]) << 4) | hexDigit(digits[at + 1])
      at += 2
    } else {
      bytes[i] = ((base64Digit(digits[at]) << 6) | base64Digit(digits[at + 1])) >> (4 - skip)
      skip += 2
      at += skip === 6 ? 2 : 1
      if (skip === 6) skip = 0
    }
  }
}
