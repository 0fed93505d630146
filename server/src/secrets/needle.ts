/** A row of bytes that is searched for: which piece of it is indexed, and whether it really stands at some place. */
import { BASE64_DIGITS, encode, type Form, FORMS, HEX, HEX_DIGITS, RAW, type Symbols } from './forms.ts'
import { MIN_PIECE, PIECE } from './grams.ts'
import type { NeedleText } from './needles.ts'
import type { Page } from './page.ts'

/** Before the piece there is room, if there can be, for what a stray escape character takes with it. */
const ROOM = 6

export class Needle {
  readonly bytes: Uint8Array
  readonly text: string
  readonly utf16: boolean
  /** What the scrubber calls the secret. */
  readonly id: number
  /** Where the indexed piece begins, and its length in bytes. */
  from = 0
  pieceLength: number
  readonly #whole = new Map<number, Symbols>()

  constructor({ text, utf16 }: NeedleText, id: number) {
    this.bytes = Buffer.from(text, 'latin1')
    this.text = text
    this.utf16 = utf16
    this.id = id
    this.pieceLength = Math.min(PIECE, Math.max(MIN_PIECE, this.bytes.length - 2))
    this.from = this.bytes.length - this.pieceLength
  }

  get length(): number {
    return this.bytes.length
  }

  /** Places for the piece, the likely best first: the middle, then all over. */
  candidate(attempt: number): number {
    const last = this.length - this.pieceLength
    const first = Math.min(ROOM, last)
    const steps = last - first + 1
    return first + ((Math.floor(steps / 2) + attempt * Math.ceil(steps * 0.382)) % steps)
  }

  piece(): Uint8Array {
    return this.bytes.subarray(this.from, this.from + this.pieceLength)
  }

  /**
   * How many symbols of the whole, from its first, disagree with the page when compared from the end: 0 where the
   * needle stands at `start` in this form, else one more than the place of the last that differs.
   */
  mismatch(page: Page, start: number, form: Form, innerShift: number, outerShift: number): number {
    const { bytes } = page
    const stop = Math.max(0, -start)
    if (form.outer === RAW) {
      const own = this.bytes
      let at = own.length - 1
      while (at >= stop && own[at] === bytes[start + at]) at--
      return at + 1
    }
    const { symbols, mask } = this.#symbols(form, innerShift, outerShift)
    const digits = form.outer === HEX ? HEX_DIGITS : BASE64_DIGITS
    let at = symbols.length - 1
    // The high bits always count: they tell a digit from what is none.
    while (
      at >= stop &&
      (((digits[bytes[start + at] ?? 0] ?? 0) ^ (symbols[at] ?? 0)) & ((mask?.[at] ?? 0xff) | 0xc0)) === 0
    )
      at--
    return at + 1
  }

  /** Whether the symbol at `index` of this form may be written as this character. */
  agrees(code: number, index: number, form: Form, innerShift: number, outerShift: number): boolean {
    if (form.outer === RAW) return this.bytes[index] === code
    const { symbols, mask } = this.#symbols(form, innerShift, outerShift)
    const digit = (form.outer === HEX ? HEX_DIGITS : BASE64_DIGITS)[code] ?? 0xff
    return ((digit ^ (symbols[index] ?? 0)) & ((mask?.[index] ?? 0xff) | 0xc0)) === 0
  }

  /** The page's bytes are the low ones of a string's characters: whether the characters are the needle's too. */
  confirm(text: string, start: number, length: number, form: Form): boolean {
    if (form.outer === RAW) return text.startsWith(this.text, start)
    for (let i = start; i < start + length; i++) if (text.charCodeAt(i) > 0x7f) return false
    return true
  }

  /** The whole needle in a form. Kept: what was nearly found once is looked at again. */
  #symbols(form: Form, innerShift: number, outerShift: number): Symbols {
    const key = FORMS.indexOf(form) * 9 + innerShift * 3 + outerShift
    let symbols = this.#whole.get(key)
    if (symbols === undefined) {
      symbols = encode(this.bytes, form, innerShift, outerShift)
      this.#whole.set(key, symbols)
    }
    return symbols
  }
}
