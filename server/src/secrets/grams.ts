/**
 * The grams by which the forms of a piece of a needle are indexed. Runs for every secret of every run, so it works in
 * memory of its own and allocates nothing.
 */
import { BASE64, BASE64_CODES, CODES, digitsInto, type Form, FORMS, HEX, HEX_CODES, RAW } from './forms.ts'
import { type GramIndex, type GramLength, STRIDE } from './gram-index.ts'

/** Symbols of a form that are indexed: a gram of eight at four successive places. */
const WANTED = 8 + STRIDE - 1
/** Bytes of a piece that are enough for `WANTED` symbols of every form. */
export const PIECE = WANTED
/** And the least that the shortest gram needs. */
export const MIN_PIECE = 3 + STRIDE - 1
/** Choices of case that are indexed one by one; beyond them only all lower and all upper case. */
const MAX_CHOICES = 6
const ALL_BITS = 0xff

const inner = new Uint8Array(WANTED)
const text = new Uint8Array(WANTED)
const textMask = new Uint8Array(WANTED)
const symbols = new Uint8Array(WANTED)
const mask = new Uint8Array(WANTED)
const characters = new Uint8Array(WANTED + 1)
/** A gram under a choice of case. */
const chosen = new Uint8Array(8)

/** Indexes by length of gram; made when first needed. */
export type IndexOf = (length: GramLength) => GramIndex

/**
 * Indexes each form of a piece of `length` bytes.
 * @param rawOnly whether there is only the piece as it is
 * @param payload of the needle: the form's place in `FORMS` and the gram's place in the piece go below it
 */
export function indexPiece(
  piece: Uint8Array,
  length: number,
  rawOnly: boolean,
  payload: number,
  indexOf: IndexOf
): void {
  let innerLength = 0
  let open = false
  for (let place = 0; place < FORMS.length; place++) {
    const form = FORMS[place]!
    const source = form.inner === RAW ? piece : text
    if (form.inner !== RAW && form.outer === BASE64 && form.outerShift === 0) {
      innerLength = digitsInto(inner, piece, length, form.inner, form.innerShift, WANTED)
      open = writeDigits(form.inner, innerLength)
    }
    const count = encodeOuter(form, source, form.inner === RAW ? length : innerLength, open)
    indexForm(form, count, form.inner !== RAW && open, (payload << 7) | (place << 2), indexOf)
    if (rawOnly) return
  }
}

/** The inner digits as text, and whether they could be written otherwise. */
function writeDigits(code: typeof BASE64 | typeof HEX, length: number): boolean {
  const { codes, masks } = CODES[code]
  let open = false
  for (let i = 0; i < length; i++) {
    text[i] = codes[inner[i]!]!
    const bits = masks[inner[i]!]!
    textMask[i] = bits
    if (bits !== ALL_BITS) open = true
  }
  return open
}

function encodeOuter(
  { outer, outerShift, inner: code }: Form,
  source: Uint8Array,
  length: number,
  open: boolean
): number {
  if (outer === RAW) {
    const count = Math.min(WANTED, length)
    for (let i = 0; i < count; i++) symbols[i] = source[i]!
    return count
  }
  const count = digitsInto(symbols, source, length, outer, outerShift, WANTED)
  if (open && code !== RAW) digitsInto(mask, textMask, length, outer, outerShift, WANTED)
  return count
}

function indexForm(form: Form, count: number, open: boolean, payload: number, indexOf: IndexOf): void {
  const length = count >= WANTED ? 8 : count >= 4 + STRIDE - 1 ? 4 : 3
  const index = indexOf(length)
  if (open || spell(form.outer, count)) {
    for (let shift = 0; shift < STRIDE; shift++) indexChoices(form, open, shift, length, payload | shift, index)
    return
  }
  for (let shift = 0; shift < STRIDE; shift++) index.add(wordAt(shift), wordAt(shift + 4), payload | shift)
}

/** Writes the symbols as characters, folded. Returns whether there is another way to write them. */
function spell(outer: Form['outer'], count: number): boolean {
  const codes = outer === RAW ? undefined : CODES[outer].codes
  let other = false
  for (let i = 0; i < count; i++) {
    const digit = symbols[i]!
    characters[i] = (codes === undefined ? digit : codes[digit]!) | 0x20
    if (outer === BASE64 && digit >= 62) other = true
  }
  return other
}

function wordAt(at: number): number {
  return characters[at]! | (characters[at + 1]! << 8) | (characters[at + 2]! << 16) | (characters[at + 3]! << 24)
}

/** What an inner encoding may lead to: every choice of case of inner hex, either alphabet of inner base64. */
function indexChoices(
  form: Form,
  open: boolean,
  shift: number,
  length: GramLength,
  payload: number,
  index: GramIndex
): void {
  const full = form.outer === HEX ? 15 : 63
  let choices = 0
  if (!open) mask.fill(ALL_BITS)
  for (let i = 0; i < length; i++) if ((mask[shift + i]! & full) !== full) choices++
  const each = form.inner === HEX && choices <= MAX_CHOICES
  const last = (1 << choices) - 1
  for (let choice = 0; choice <= last; choice = each || choice === last ? choice + 1 : last) {
    for (let i = 0, bit = 0; i < length; i++) {
      const other = ~mask[shift + i]! & full
      chosen[i] = symbols[shift + i]! ^ (other !== 0 && (choice >> bit++) & 1 ? other : 0)
    }
    indexSpellings(form.outer, length, payload, index)
  }
}

/** The chosen digits in the characters that spell them: base64 has two alphabets. */
function indexSpellings(outer: Form['outer'], length: GramLength, payload: number, index: GramIndex): void {
  const codes = outer === HEX ? HEX_CODES : BASE64_CODES
  let a = 0
  let b = 0
  let otherA = 0
  let otherB = 0
  for (let i = 0; i < length; i++) {
    const digit = chosen[i]!
    const code = codes[digit]! | 0x20
    const bits = 8 * (i & 3)
    if (i < 4) a |= code << bits
    else b |= code << bits
    if (outer !== BASE64 || digit < 62) continue
    // `-` for `+` and `_` for `/`, folded like everything
    const other = (code ^ (digit === 62 ? 0x2d : 0x7f)) << bits
    if (i < 4) otherA |= other
    else otherB |= other
  }
  index.add(a, b, payload)
  if ((otherA | otherB) !== 0) index.add(a ^ otherA, b ^ otherB, payload)
}
