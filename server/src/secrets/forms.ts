/**
 * The forms that can be written down beforehand: a secret's bytes as they are, in base64 or hex, and any two of these
 * nested. Escapes (JSON, URL) have no canonical form; they are undone instead, see views.ts.
 *
 * A form is a row of symbols: bytes, base64 digits (0 to 63) or hex digits (0 to 15), so that both base64 alphabets and
 * both cases are one form. In base64 it is the interior that depends on the secret only, at one of three alignments.
 * Where an inner encoding leaves a choice (the case of inner hex, the alphabet of inner base64), a mask says which bits
 * of a symbol do not matter.
 */

/** What a form's characters are digits of. */
export const RAW = 0
export const BASE64 = 1
export const HEX = 2
type Code = typeof RAW | typeof BASE64 | typeof HEX

/** A form: one encoding of bytes, or an outer one of an inner one. A shift is the alignment of what base64 encodes. */
export interface Form {
  outer: Code
  outerShift: number
  /** `RAW` where there is one encoding only. */
  inner: Code
  innerShift: number
}

const SINGLE: readonly (readonly [code: typeof BASE64 | typeof HEX, shift: number])[] = [
  [BASE64, 0],
  [BASE64, 1],
  [BASE64, 2],
  [HEX, 0]
]

/** All forms; their places in this list name them. Those with the same inner encoding are neighbours. */
export const FORMS: readonly Form[] = [
  { outer: RAW, outerShift: 0, inner: RAW, innerShift: 0 },
  ...[[RAW, 0] as const, ...SINGLE].flatMap(([inner, innerShift]) =>
    SINGLE.map(([outer, outerShift]) => ({
      outer,
      outerShift,
      inner,
      innerShift
    }))
  )
]

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const HEX_ALPHABET = '0123456789abcdef'
/** No digit: what the decoding tables say of other characters. */
export const NONE = 255

/** Character codes by digit. */
export const BASE64_CODES = Uint8Array.from(ALPHABET, (digit) => digit.charCodeAt(0))
export const HEX_CODES = Uint8Array.from(HEX_ALPHABET, (digit) => digit.charCodeAt(0))
/** Digits by character code, `NONE` elsewhere. */
export const BASE64_DIGITS = digits([ALPHABET, `${ALPHABET.slice(0, 62)}-_`])
export const HEX_DIGITS = digits([HEX_ALPHABET, HEX_ALPHABET.toUpperCase()])

// Which bits of a character matter where the text may say another character for the same digit.
const ANY_BIT = 0xff
const BASE64_MASKS = BASE64_CODES.map((_, digit) =>
  digit === 62 ? ~(0x2b ^ 0x2d) : digit === 63 ? ~(0x2f ^ 0x5f) : ANY_BIT
)
const HEX_MASKS = HEX_CODES.map((_, digit) => (digit >= 10 ? ~0x20 : ANY_BIT))

/** How the digits of an encoding are written, and which bits of that count. */
export const CODES = {
  [BASE64]: { codes: BASE64_CODES, masks: BASE64_MASKS },
  [HEX]: { codes: HEX_CODES, masks: HEX_MASKS }
} as const

function digits(alphabets: readonly string[]): Uint8Array {
  const table = new Uint8Array(256).fill(NONE)
  for (const alphabet of alphabets) {
    for (let digit = 0; digit < alphabet.length; digit++) table[alphabet.charCodeAt(digit)] = digit
  }
  return table
}

/** The symbols of a form, and the mask of bits that matter (`undefined`: all of them). */
export interface Symbols {
  symbols: Uint8Array
  mask: Uint8Array | undefined
}

/** Encodes bytes into a form, with these alignments instead of the form's own. */
export function encode(bytes: Uint8Array, form: Form, innerShift: number, outerShift: number): Symbols {
  if (form.outer === RAW) return { symbols: bytes, mask: undefined }
  if (form.inner === RAW)
    return {
      symbols: digitsOf(bytes, form.outer, outerShift),
      mask: undefined
    }
  const inner = digitsOf(bytes, form.inner, innerShift)
  const { codes, masks } = CODES[form.inner]
  const text = inner.map((digit) => codes[digit] ?? 0)
  const textMask = inner.map((digit) => masks[digit] ?? ANY_BIT)
  return {
    symbols: digitsOf(text, form.outer, outerShift),
    mask: digitsOf(textMask, form.outer, outerShift)
  }
}

function digitsOf(bytes: Uint8Array, code: typeof BASE64 | typeof HEX, shift: number): Uint8Array {
  const count = code === BASE64 ? sextetCount(bytes.length, shift) : 2 * bytes.length
  const out = new Uint8Array(count)
  digitsInto(out, bytes, bytes.length, code, shift, count)
  return out
}

/**
 * Writes the digits that depend on the first `length` bytes only, when they follow `shift` other bytes of a group of
 * three; at most `limit`.
 * @returns how many
 */
export function digitsInto(
  out: Uint8Array,
  bytes: Uint8Array,
  length: number,
  code: typeof BASE64 | typeof HEX,
  shift: number,
  limit: number
): number {
  if (code === HEX) {
    const count = Math.min(limit, 2 * length)
    for (let i = 0; i < count; i++) out[i] = (bytes[i >> 1]! >> (i & 1 ? 0 : 4)) & 15
    return count
  }
  const count = Math.min(limit, sextetCount(length, shift))
  for (let i = 0, bit = 6 * firstSextet(shift) - 8 * shift; i < count; i++, bit += 6) {
    const pair = (bytes[bit >> 3]! << 8) | (bytes[(bit >> 3) + 1] ?? 0)
    out[i] = (pair >> (10 - (bit & 7))) & 63
  }
  return count
}

function firstSextet(shift: number): number {
  return Math.ceil((8 * shift) / 6)
}

function sextetCount(length: number, shift: number): number {
  return Math.floor((8 * (shift + length)) / 6) - firstSextet(shift)
}

/** Where a whole encoded needle lies, seen from an encoded piece of it. */
export interface Span {
  /** Symbols of the whole before the piece's first. */
  before: number
  /** Symbols of the whole. */
  length: number
  innerShift: number
  outerShift: number
}

/**
 * The span of a whole of `length` bytes around its piece that begins at byte `from` and stands in the text in `form`,
 * whose shifts are those of the piece.
 */
export function spanOf(length: number, from: number, form: Form): Span {
  const inner = spanOnce(length, from, form.inner, form.innerShift)
  const outer = spanOnce(inner.length, inner.before, form.outer, form.outerShift)
  return {
    before: outer.before,
    length: outer.length,
    innerShift: inner.shift,
    outerShift: outer.shift
  }
}

function spanOnce(length: number, from: number, code: Code, pieceShift: number) {
  if (code === RAW) return { before: from, length, shift: 0 }
  if (code === HEX) return { before: 2 * from, length: 2 * length, shift: 0 }
  const shift = (((pieceShift - from) % 3) + 3) % 3
  const before = Math.ceil((8 * (shift + from)) / 6) - firstSextet(shift)
  return { before, length: sextetCount(length, shift), shift }
}
