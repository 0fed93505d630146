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

export const RAW_FORM: Form = { outer: RAW, outerShift: 0, inner: RAW, innerShift: 0 }

/** All forms; their places in this list name them. First as it is, then encoded once, then nested. */
export const FORMS: readonly Form[] = [
  RAW_FORM,
  ...[[RAW, 0] as const, ...SINGLE].flatMap(([inner, innerShift]) =>
    SINGLE.map(([outer, outerShift]) => ({
      outer,
      outerShift,
      inner,
      innerShift
    }))
  )
]

/** Where in `FORMS` the nested ones begin. */
export const FIRST_NESTED = 1 + SINGLE.length

/** The digits of the shortest nested form of `length` bytes. */
export function shortestNested(length: number): number {
  return digitCount(digitCount(length, BASE64, 1), BASE64, 1)
}

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

/** The base64 digit, in either alphabet, that a character is; else `NONE`. */
export function base64Digit(code: number | undefined): number {
  return BASE64_DIGITS[code ?? 0] ?? NONE
}

/** The hex digit, in either case, that a character is; else `NONE`. */
export function hexDigit(code: number | undefined): number {
  return HEX_DIGITS[code ?? 0] ?? NONE
}

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
  const out = new Uint8Array(digitCount(bytes.length, code, shift))
  digitsInto(out, bytes, code, shift, 0, out.length)
  return out
}

/** Writes `count` of the digits, from the one at `from`, that depend on the bytes only (see `digitCount`). */
export function digitsInto(
  out: Uint8Array,
  bytes: Uint8Array,
  code: typeof BASE64 | typeof HEX,
  shift: number,
  from: number,
  count: number
): void {
  if (code === HEX) {
    for (let i = 0; i < count; i++) out[i] = ((bytes[(from + i) >> 1] ?? 0) >> ((from + i) & 1 ? 0 : 4)) & 15
    return
  }
  for (let i = 0, bit = 6 * (firstSextet(shift) + from) - 8 * shift; i < count; i++, bit += 6) {
    const pair = ((bytes[bit >> 3] ?? 0) << 8) | (bytes[(bit >> 3) + 1] ?? 0)
    out[i] = (pair >> (10 - (bit & 7))) & 63
  }
}

/** How many digits depend on `length` bytes only, when they follow `shift` other bytes of a group of three. */
export function digitCount(length: number, code: Code, shift: number): number {
  if (code === BASE64) return Math.floor((8 * (shift + length)) / 6) - firstSextet(shift)
  return code === HEX ? 2 * length : length
}

function firstSextet(shift: number): number {
  return Math.ceil((8 * shift) / 6)
}

/** Where a whole encoded needle lies, seen from an encoded piece of it. */
export interface Span {
  /** Symbols of the whole before the piece's first. */
  before: number
  /** Symbols of the whole. */
  length: number
  innerShift: number
  outerShift: number
  /** Whether base64 goes on with a digit that depends on the last byte and on what follows. */
  goesOn: boolean
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
    outerShift: outer.shift,
    goesOn: form.outer === BASE64 && (8 * (outer.shift + inner.length)) % 6 !== 0
  }
}

function spanOnce(length: number, from: number, code: Code, pieceShift: number) {
  if (code === RAW) return { before: from, length, shift: 0 }
  if (code === HEX) return { before: 2 * from, length: 2 * length, shift: 0 }
  const shift = (((pieceShift - from) % 3) + 3) % 3
  const before = Math.ceil((8 * (shift + from)) / 6) - firstSextet(shift)
  return { before, length: digitCount(length, code, shift), shift }
}
