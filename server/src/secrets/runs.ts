/**
 * Escapes inside base64 and hex. Escaped text has no canonical form to look for, so runs of digits are searched for
 * digits that encode the beginning of an escape, in any alignment, and the surroundings are decoded.
 */
import { type Alphabet, BACKSLASH, PERCENT, decodeAt } from './escapes.ts'
import { BASE64_CODES, BASE64_DIGITS, HEX_DIGITS, NONE } from './forms.ts'
import { FROM_DIGITS, FROM_JSON, FROM_URL, Page } from './page.ts'

/** An escaped secret of 6 characters has at least 7, and these digits in base64. */
const MIN_RUN = 10
/** Bits of a digit. */
const BASE64_BITS = 6
const HEX_BITS = 4
/** The longest escape that tells whether it concerns us, in bytes. */
const PROBE = 12

// For two neighbouring digits, which of them (by alignment, and for hex) encode a backslash or a percent sign.
const AT_FIRST = 1
const AT_SECOND = 2
const AT_THIRD = 4
const AS_HEX = 8
const PAIRS = new Uint8Array(64 * 64)
for (let a = 0; a < 64; a++) {
  for (let b = 0; b < 64; b++) {
    const hex = ((HEX_DIGITS[BASE64_CODES[a] ?? 0] ?? 0) << 4) | (HEX_DIGITS[BASE64_CODES[b] ?? 0] ?? 0)
    const bytes = [(a << 2) | (b >> 4), ((a & 15) << 4) | (b >> 2), ((a & 3) << 6) | b, hex]
    bytes.forEach((byte, index) => {
      if (byte === BACKSLASH || byte === PERCENT) PAIRS[(a << 6) | b] = (PAIRS[(a << 6) | b] ?? 0) | (1 << index)
    })
  }
}

/** A stretch of digits to decode; bits are counted from the page's first character, each one digit. */
export type OnStretch = (fromBit: number, toBit: number, bitsPerDigit: number) => void

/** Stretches of one alignment that grow while escapes follow each other closely. */
interface Stretch {
  bits: number
  start: number
  end: number
}

const probe = new Page(32)

/**
 * Reports the stretches of digits that encode an escape which concerns the alphabet, with `reach` bytes around it.
 */
export function eachStretch(page: Page, reach: number, alphabet: Alphabet, visit: OnStretch): void {
  const { bytes, length } = page
  for (let at = MIN_RUN - 1; at < length;) {
    if (BASE64_DIGITS[bytes[at] ?? 0] === NONE) {
      at += MIN_RUN
      continue
    }
    let from = at
    while (from > 0 && BASE64_DIGITS[bytes[from - 1] ?? 0] !== NONE) from--
    let to = at + 1
    while (to < length && BASE64_DIGITS[bytes[to] ?? 0] !== NONE) to++
    if (to - from >= MIN_RUN) searchRun(page, from, to, reach, alphabet, visit)
    at = to + MIN_RUN
  }
}

function searchRun(page: Page, from: number, to: number, reach: number, alphabet: Alphabet, visit: OnStretch): void {
  const { bytes } = page
  let stretches: Stretch[] | undefined
  let last = BASE64_DIGITS[bytes[from] ?? 0] ?? 0
  for (let at = from + 1; at < to; at++) {
    const digit = BASE64_DIGITS[bytes[at] ?? 0] ?? 0
    const pair = PAIRS[(last << 6) | digit] ?? 0
    last = digit
    if (pair === 0) continue
    for (let index = 0; index < 4; index++) {
      if (((pair >> index) & 1) === 0) continue
      const bits = 1 << index === AS_HEX ? HEX_BITS : BASE64_BITS
      const bit = bits === HEX_BITS ? HEX_BITS * (at - 1) : BASE64_BITS * (at - 1) + 2 * index
      if (!escapeAt(page, bit, to * bits, bits, alphabet)) continue
      stretches ??= []
      extend(stretches, bit, bits, from * bits, to * bits, 8 * reach, visit)
    }
  }
  if (stretches !== undefined) for (const { start, end, bits } of stretches) visit(start, end, bits)
}

/** Whether an escape that concerns the alphabet is encoded at this bit. */
function escapeAt(page: Page, bit: number, end: number, bits: number, alphabet: Alphabet): boolean {
  const first = byteAt(page, bit, bits)
  const second = bit + 16 <= end ? byteAt(page, bit + 8, bits) : 0
  // Most candidates fail here: no letter of an escape follows.
  if (first === PERCENT ? HEX_DIGITS[second] === NONE : !/["\\/bfnrtu]/.test(String.fromCharCode(second))) return false
  decodeDigits(probe, page, bit, Math.min(end, bit + 8 * PROBE), bits)
  const kind = first === BACKSLASH ? FROM_JSON : FROM_URL
  const decoded = decodeAt(probe, 0, kind)
  return (decoded & 15) > 1 && alphabet.concerns(probe, 0, decoded >> 4, kind)
}

/** Lengthens the stretch of this alignment, or begins another one. All of them stay within the run's bits. */
function extend(
  stretches: Stretch[],
  bit: number,
  bits: number,
  from: number,
  to: number,
  reach: number,
  visit: OnStretch
): void {
  const start = Math.max(bit - reach, from + ((bit - from) & 7))
  const end = Math.min(to, bit + 8 * PROBE + reach)
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
  const { bytes, map } = target
  for (let i = 0; i < count; i++) {
    bytes[i] = byteAt(source, from + 8 * i, bits)
    map[i] = Math.ceil((from + 8 * i) / bits)
  }
  map[count] = Math.ceil((from + 8 * count) / bits)
}

function byteAt(page: Page, bit: number, bits: number): number {
  const at = Math.floor(bit / bits)
  const first = page.bytes[at] ?? 0
  const second = page.bytes[at + 1] ?? 0
  if (bits === HEX_BITS) return ((HEX_DIGITS[first] ?? 0) << 4) | (HEX_DIGITS[second] ?? 0)
  const pair = ((BASE64_DIGITS[first] ?? 0) << 6) | (BASE64_DIGITS[second] ?? 0)
  return (pair >> (4 - (bit - BASE64_BITS * at))) & 0xff
}
