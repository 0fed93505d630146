/**
 * The grams by which the forms of a piece of a needle are indexed. Runs for every secret of every run, so it works in
 * memory of its own and allocates nothing.
 */
import {
  BASE64,
  BASE64_CODES,
  CODES,
  digitCount,
  digitsInto,
  type Form,
  FORMS,
  HEX,
  HEX_CODES,
  RAW,
  RAW_FORM
} from './forms.ts'
import { type GramIndex, type GramLength, STRIDE } from './gram-index.ts'

/** Symbols of a form that are indexed: a gram of eight at four successive places. */
const WANTED = 8 + STRIDE - 1
/** Bytes of a piece that are enough for `WANTED` symbols of every form, and the least for the shortest grams. */
export const PIECE = WANTED
export const MIN_PIECE = 3 + STRIDE - 1
/** Characters of a gram that may be written otherwise; beyond these, only all of them otherwise or none. */
const MAX_OPEN = 6
const MAX_OPTIONS = 3
const ALL_BITS = 0xff
/** The least fold of a character's case; see `CASE_FOLD`. */
const FOLD = 0x20

const inner = new Uint8Array(2 * PIECE)
const text = new Uint8Array(2 * PIECE)
const textMask = new Uint8Array(2 * PIECE)
const symbols = new Uint8Array(WANTED)
const mask = new Uint8Array(WANTED)
const characters = new Uint8Array(WANTED + 1)
/** How each character may be written otherwise: how many ways, and the bits in which they differ. */
const optionCounts = new Uint8Array(WANTED)
const options = new Uint8Array(WANTED * MAX_OPTIONS)

/** Indexes by length of gram; made when first needed. */
export type IndexOf = (length: GramLength) => GramIndex

/**
 * Indexes forms of a piece: the middle of it, where pieces differ most.
 * @param from place in `FORMS` of the first, and `to` behind the last; nested forms of one inner encoding go together
 * @param payload of the needle: the form's place in `FORMS` and the gram's place in what is indexed go below it
 */
export function indexPiece(piece: Uint8Array, from: number, to: number, payload: number, indexOf: IndexOf): void {
  let innerLength = piece.length
  let open = false
  for (let place = from; place < to; place++) {
    const form = FORMS[place] ?? RAW_FORM
    if (form.inner !== RAW && form.outer === BASE64 && form.outerShift === 0) {
      innerLength = digitCount(piece.length, form.inner, form.innerShift)
      digitsInto(inner, piece, form.inner, form.innerShift, 0, innerLength)
      open = writeDigits(form.inner, innerLength)
    }
    const total = digitCount(innerLength, form.outer, form.outerShift)
    const count = Math.min(WANTED, total)
    encodeOuter(form, form.inner === RAW ? piece : text, skipped(total), count, open)
    indexForm(form, count, open, (payload << 7) | (place << 2), indexOf)
  }
}

/** How many symbols of a piece in this form stand before those that are indexed. */
export function skippedOf(pieceLength: number, { inner, innerShift, outer, outerShift }: Form): number {
  return skipped(digitCount(digitCount(pieceLength, inner, innerShift), outer, outerShift))
}

function skipped(total: number): number {
  return Math.max(0, total - WANTED) >> 1
}

/** The inner digits as text, and whether they could be written otherwise. */
function writeDigits(code: typeof BASE64 | typeof HEX, length: number): boolean {
  const { codes, masks } = CODES[code]
  let open = false
  for (let i = 0; i < length; i++) {
    const digit = inner[i] ?? 0
    text[i] = codes[digit] ?? 0
    const bits = masks[digit] ?? ALL_BITS
    textMask[i] = bits
    if (bits !== ALL_BITS) open = true
  }
  return open
}

function encodeOuter({ outer, outerShift }: Form, source: Uint8Array, from: number, count: number, open: boolean) {
  if (outer === RAW) {
    for (let i = 0; i < count; i++) symbols[i] = source[from + i] ?? 0
    return
  }
  digitsInto(symbols, source, outer, outerShift, from, count)
  if (open) digitsInto(mask, textMask, outer, outerShift, from, count)
}

function indexForm({ outer }: Form, count: number, open: boolean, payload: number, indexOf: IndexOf): void {
  const length = count >= WANTED ? 8 : count >= 4 + STRIDE - 1 ? 4 : 3
  const index = indexOf(length)
  const varies = outer === RAW ? spellRaw(count) : spell(outer, count, open)
  for (let shift = 0; shift < STRIDE; shift++) {
    if (varies) addSpellings(index, shift, length, payload | shift)
    else index.add(wordAt(shift), wordAt(shift + 4), payload | shift)
  }
}

function spellRaw(count: number): boolean {
  for (let i = 0; i < count; i++) characters[i] = (symbols[i] ?? 0) | FOLD
  return false
}

/** Writes the digits as characters, folded. Returns whether some may be written otherwise. */
function spell(outer: typeof BASE64 | typeof HEX, count: number, open: boolean): boolean {
  const codes = outer === HEX ? HEX_CODES : BASE64_CODES
  const full = outer === HEX ? 15 : 63
  let varies = false
  for (let i = 0; i < count; i++) {
    const digit = symbols[i] ?? 0
    characters[i] = (codes[digit] ?? 0) | FOLD
    optionCounts[i] = 0
    const other = open ? digit ^ (~(mask[i] ?? ALL_BITS) & full) : digit
    if (other === digit && digit < 62) continue
    offer(i, codes[other] ?? 0)
    if (digit >= 62) offer(i, urlCode(digit))
    if (other >= 62) offer(i, urlCode(other))
    if (optionCounts[i] !== 0) varies = true
  }
  return varies
}

/** The URL alphabet's character for 62 or 63. */
function urlCode(digit: number): number {
  return digit === 62 ? 0x2d : 0x5f
}

function offer(at: number, code: number): void {
  const differing = (characters[at] ?? 0) ^ (code | FOLD)
  const count = optionCounts[at] ?? 0
  if (differing === 0 || count === MAX_OPTIONS) return
  options[at * MAX_OPTIONS + count] = differing
  optionCounts[at] = count + 1
}

/** Adds the gram at `from` in all its spellings. */
function addSpellings(index: GramIndex, from: number, length: GramLength, payload: number): void {
  const a = wordAt(from)
  const b = wordAt(from + 4)
  let open = 0
  for (let i = from; i < from + length; i++) if (optionCounts[i] !== 0) open++
  if (open <= MAX_OPEN) {
    addFrom(index, 0, from, length, a, b, payload)
    return
  }
  index.add(a, b, payload)
  let otherA = a
  let otherB = b
  for (let i = 0; i < length; i++) {
    const differing = optionCounts[from + i] === 0 ? 0 : (options[(from + i) * MAX_OPTIONS] ?? 0)
    if (i < 4) otherA ^= differing << (8 * i)
    else otherB ^= differing << (8 * (i - 4))
  }
  index.add(otherA, otherB, payload)
}

function addFrom(
  index: GramIndex,
  at: number,
  from: number,
  length: GramLength,
  a: number,
  b: number,
  payload: number
): void {
  for (let i = at; i < length; i++) {
    for (let option = 0; option < (optionCounts[from + i] ?? 0); option++) {
      const differing = options[(from + i) * MAX_OPTIONS + option] ?? 0
      if (i < 4) addFrom(index, i + 1, from, length, a ^ (differing << (8 * i)), b, payload)
      else addFrom(index, i + 1, from, length, a, b ^ (differing << (8 * (i - 4))), payload)
    }
  }
  index.add(a, b, payload)
}

function wordAt(at: number): number {
  return (
    (characters[at] ?? 0) |
    ((characters[at + 1] ?? 0) << 8) |
    ((characters[at + 2] ?? 0) << 16) |
    ((characters[at + 3] ?? 0) << 24)
  )
}
