/** The grams by which the forms of a piece of a needle are indexed. Pure. */
import { BASE64, BASE64_CODES, encode, type Form, FORMS, HEX, HEX_CODES, RAW } from './forms.ts'
import { CASE_FOLD, type GramLength, STRIDE } from './gram-index.ts'

/** Symbols of a form that are indexed: a gram of eight at four successive places. */
const WANTED = 8 + STRIDE - 1
/** Choices of case that are indexed one by one; beyond them only all lower and all upper case. */
const MAX_CHOICES = 6

/** @param a the gram's first four characters, folded, little-endian; `b` the next four */
export type OnGram = (length: GramLength, a: number, b: number, form: number, shift: number) => void

/** Reports the grams of each form of a piece; `shift` is where in the encoded piece the gram begins. */
export function eachGram(piece: Uint8Array, rawOnly: boolean, visit: OnGram): void {
  const forms = rawOnly ? 1 : FORMS.length
  for (let index = 0; index < forms; index++) {
    const form = FORMS[index]
    if (form === undefined) continue
    const { symbols, mask } = encode(piece, form, WANTED)
    const count = symbols.length
    const length = count >= 8 + STRIDE - 1 ? 8 : count >= 4 + STRIDE - 1 ? 4 : 3
    for (let shift = 0; shift < STRIDE; shift++) {
      const report = (gram: Uint8Array) => reportSpellings(gram, form.outer, length, index, shift, visit)
      const gram = symbols.subarray(shift, shift + length)
      if (mask === undefined) report(gram)
      else eachChoice(gram, mask.subarray(shift, shift + length), form, report)
    }
  }
}

/** The symbols that an inner encoding may lead to: every choice of case of inner hex, either alphabet of inner base64. */
function eachChoice(gram: Uint8Array, mask: Uint8Array, form: Form, report: (gram: Uint8Array) => void): void {
  const full = form.outer === HEX ? 15 : 63
  const open: number[] = []
  mask.forEach((bits, at) => {
    if ((bits & full) !== full) open.push(at)
  })
  const flip = (places: readonly number[]) => {
    const other = Uint8Array.from(gram)
    for (const at of places) other[at] = (other[at] ?? 0) ^ (~(mask[at] ?? 0) & full)
    return other
  }
  report(gram)
  if (open.length === 0) return
  if (form.inner === BASE64 || open.length > MAX_CHOICES) {
    report(flip(open))
    return
  }
  for (let choice = 1; choice < 1 << open.length; choice++)
    report(flip(open.filter((_, index) => (choice >> index) & 1)))
}

/** A gram in the characters that spell it: base64 has two alphabets. */
function reportSpellings(
  gram: Uint8Array,
  outer: number,
  length: GramLength,
  form: number,
  shift: number,
  visit: OnGram
): void {
  const words = [0, 0]
  const other = [0, 0]
  let second = false
  for (let i = 0; i < length; i++) {
    const symbol = gram[i] ?? 0
    const code = outer === RAW ? symbol : ((outer === HEX ? HEX_CODES : BASE64_CODES)[symbol] ?? 0)
    const url = outer !== BASE64 || symbol < 62 ? code : symbol === 62 ? 0x2d : 0x5f
    if (url !== code) second = true
    const bits = 8 * (i & 3)
    words[i >> 2] = (words[i >> 2] ?? 0) | (code << bits)
    other[i >> 2] = (other[i >> 2] ?? 0) | (url << bits)
  }
  visit(length, (words[0] ?? 0) | CASE_FOLD, (words[1] ?? 0) | CASE_FOLD, form, shift)
  if (second) visit(length, (other[0] ?? 0) | CASE_FOLD, (other[1] ?? 0) | CASE_FOLD, form, shift)
}
