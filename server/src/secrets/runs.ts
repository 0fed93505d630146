/**
 * Escapes inside base64 and hex. Escaped text has no canonical form to look for, so runs of digits are searched for
 * digits that encode the beginning of an escape, in any alignment, and the surroundings are decoded.
 */
import { type Alphabet, beginsEscape, decodeAt } from './escapes.ts'
import { BASE64_CODES, BASE64_DIGITS, HEX_DIGITS, NONE } from './forms.ts'
import { BACKSLASH, FROM_DIGITS, FROM_JSON, FROM_URL, Page, PERCENT } from './page.ts'

/** Bits of a digit. */
const BASE64_BITS = 6
const HEX_BITS = 4
/** The longest escape that tells whether it concerns us, in bytes. */
const PROBE = 12

/** Where in four base64 digits a backslash or percent sign may begin: at these bits, or as hex. */
const ALIGNMENTS = [0, 2, 4] as const
const AS_HEX = 3

/** For the first two of four digits: a bit for each of the alignments, and `1 << AS_HEX`, if an escape begins so. */
const PAIRS = new Uint8Array(64 * 64)
/** The value as a hex digit of what a base64 digit is written as. */
const AS_HEX_DIGIT = BASE64_CODES.map((code) => HEX_DIGITS[code] ?? NONE)

for (let pair = 0; pair < PAIRS.length; pair++) {
  const high = AS_HEX_DIGIT[pair >> 6] ?? NONE
  const low = AS_HEX_DIGIT[pair & 63] ?? NONE
  const bytes = [...ALIGNMENTS.map((bit) => (pair >> (4 - bit)) & 0xff), (high << 4) | low]
  bytes.forEach((byte, index) => {
    if (byte === BACKSLASH || byte === PERCENT) PAIRS[pair] = (PAIRS[pair] ?? 0) | (1 << index)
  })
}

/** A stretch of digits to decode; bits are counted from the page's first character, each one digit. */
export type OnStretch = (fromBit: number, toBit: number, bitsPerDigit: number) => void

/** Stretches of one alignment that grow while escapes follow each other closely. */
interface Stretch {
  bits: number
  start: number
  end: number
}

const probe = new Page(64)

/**
 * Reports the stretches of digits that encode an escape which concerns the alphabet, with `reach` bytes around it.
 * @param shortest bytes of the shortest secret; in a run of digits too short for it nothing is looked for
 */
export function eachStretch(page: Page, shortest: number, reach: number, alphabet: Alphabet, visit: OnStretch): void {
  const { bytes, length } = page
  // Escaped it has one byte more at least, of which base64 needs these digits, the last one begun.
  const minRun = Math.ceil((8 * (shortest + 1)) / 6)
  // Every run of that length has a digit at one of these places.
  for (let at = minRun - 1; at < length; at += minRun) {
    if (BASE64_DIGITS[bytes[at]!] === NONE) continue
    let from = at
    while (from > 0 && BASE64_DIGITS[bytes[from - 1]!] !== NONE) from--
    at = searchRun(page, from, reach, alphabet, visit)
  }
}

/** Searches the run of digits that begins at `from`; returns its end. */
function searchRun(page: Page, from: number, reach: number, alphabet: Alphabet, visit: OnStretch): number {
  const { bytes, length } = page
  let stretches: Stretch[] | undefined
  // The last four digits. An escape has two bytes at least, so its beginning shows once they are read.
  let four = 0
  let at = from
  for (; at < length; at++) {
    const digit = BASE64_DIGITS[bytes[at]!]!
    if (digit === NONE) break
    four = ((four << 6) | digit) & 0xffffff
    const pair = PAIRS[four >> 12]!
    if (pair === 0 || at < from + 3) continue
    for (let index = 0; index < 4; index++) {
      if (((pair >> index) & 1) === 0 || !isLikely(four, index)) continue
      const bits = index === AS_HEX ? HEX_BITS : BASE64_BITS
      const bit = index === AS_HEX ? HEX_BITS * (at - 3) : BASE64_BITS * (at - 3) + 2 * index
      if (!escapeAt(page, bit, bits, alphabet)) continue
      stretches ??= []
      extend(stretches, bit, bits, from * bits, 8 * reach, visit)
    }
  }
  if (stretches !== undefined)
    for (const { start, end, bits } of stretches) visit(start, Math.min(end, at * bits), bits)
  return at
}

/** Whether four digits, read as `PAIRS` says, begin with two bytes of an escape. */
function isLikely(four: number, index: number): boolean {
  if (index !== AS_HEX) return beginsEscape((four >> (16 - 2 * index)) & 0xff, (four >> (8 - 2 * index)) & 0xff)
  const high = AS_HEX_DIGIT[(four >> 6) & 63]!
  const low = AS_HEX_DIGIT[four & 63]!
  const first = (AS_HEX_DIGIT[four >> 18]! << 4) | AS_HEX_DIGIT[(four >> 12) & 63]!
  return high !== NONE && low !== NONE && beginsEscape(first, (high << 4) | low)
}

/** Whether an escape that concerns the alphabet is encoded at this bit. */
function escapeAt(page: Page, bit: number, bits: number, alphabet: Alphabet): boolean {
  decodeDigits(probe, page, bit, Math.min(page.length * bits, bit + 8 * PROBE), bits)
  const kind = probe.bytes[0] === BACKSLASH ? FROM_JSON : FROM_URL
  const decoded = decodeAt(probe, 0, kind)
  return (decoded & 15) > 1 && alphabet.concerns(probe, 0, decoded >> 4, kind)
}

/** Lengthens the stretch of this alignment, or begins another one. All of them stay within the run's bits. */
function extend(stretches: Stretch[], bit: number, bits: number, from: number, reach: number, visit: OnStretch): void {
  const start = Math.max(bit - reach, from + ((bit - from) & 7))
  const end = bit + 8 * PROBE + reach
  const index = stretches.findIndex((one) => one.bits === bits && (one.start & 7) === (bit & 7))
  const known = stretches[index]
  if (known !== undefined && start <= known.end) {
    known.end = end
    return
  }
  if (known !== undefined) {
    visit(known.start, known.end, bits)
    stretches.splice(index, 1)
  }
  stretches.push({ bits, start, end })
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
      bytes[i] = (HEX_DIGITS[digits[at]!]! << 4) | HEX_DIGITS[digits[at + 1]!]!
      at += 2
    } else {
      bytes[i] = ((BASE64_DIGITS[digits[at]!]! << 6) | BASE64_DIGITS[digits[at + 1]!]!) >> (4 - skip)
      skip += 2
      at += skip === 6 ? 2 : 1
      if (skip === 6) skip = 0
    }
  }
}
