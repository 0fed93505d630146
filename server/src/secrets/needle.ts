/** A row of bytes that is searched for: which piece of it is indexed, and whether it really stands at some place. */
import { BASE64_DIGITS, encode, type Form, FORMS, HEX, HEX_DIGITS, RAW, RAW_FORM, type Span, spanOf } from './forms.ts'
import { MIN_PIECE, PIECE, skippedOf } from './grams.ts'
import type { NeedleText } from './needles.ts'
import type { Page } from './page.ts'
import { rarest } from './pieces.ts'

/** Before the piece there is room, if there can be, for what a stray escape character takes with it. */
const ROOM = 6
/** Where in a piece a telling byte is best: in each of its grams. */
const MIDDLE = 5
const STEP = 0.382

/** A needle in one form, as seen from the piece that is indexed. */
export interface Whole {
  form: Form
  /** Symbols before those that are indexed, and all. */
  before: number
  length: number
  /** Ready to compare, and which bits of each matter; made when needed, for secrets are long and hits are rare. */
  symbols: Uint8Array | undefined
  mask: Uint8Array
  /** The place of the rarest symbol, of a long needle: a text full of what the needle is mostly made of is dismissed by it. */
  telling: number
  span: Span
}

/** Shorter needles are compared as quickly as refuted. */
const TOLD_APART = 64
/** The high bits of a symbol always matter: they tell a digit from what is none. */
const HIGH_BITS = 0xc0
const ALL_BITS = 0xff
const NO_MASK = new Uint8Array(0)
const IDENTITY = Uint8Array.from({ length: 256 }, (_, byte) => byte)

export class Needle {
  readonly bytes: Uint8Array
  readonly text: string
  readonly utf16: boolean
  /** What the scrubber calls the secret. */
  readonly id: number
  /** Where the indexed piece begins, and its length in bytes. */
  from = 0
  readonly pieceLength: number
  readonly #wholes: (Whole | undefined)[] = []

  constructor({ text, utf16 }: NeedleText, id: number) {
    this.bytes = Buffer.from(text, 'latin1')
    this.text = text
    this.utf16 = utf16
    this.id = id
    this.pieceLength = Math.min(PIECE, Math.max(MIN_PIECE, this.bytes.length - 2))
  }

  get length(): number {
    return this.bytes.length
  }

  get piece(): Uint8Array {
    return this.bytes.subarray(this.from, this.from + this.pieceLength)
  }

  /** Places for the piece: the middle first, then all over. */
  place(attempt: number): number {
    const last = this.length - this.pieceLength
    const first = Math.min(ROOM, last)
    const steps = last - first + 1
    return first + ((Math.floor(steps / 2) + attempt * Math.ceil(steps * STEP)) % steps)
  }

  placeAround(index: number): number {
    return Math.max(0, Math.min(index - MIDDLE, this.length - this.pieceLength))
  }

  /** The needle in the form of this number. */
  whole(number: number): Whole {
    const known = this.#wholes[number]
    if (known !== undefined) return known
    const form = FORMS[number] ?? RAW_FORM
    const span = spanOf(this.length, this.from, form)
    const before = span.before + skippedOf(this.pieceLength, form)
    const whole = { form, span, before, length: span.length, symbols: undefined, mask: NO_MASK, telling: 0 }
    this.#wholes[number] = whole
    return whole
  }

  /**
   * How many symbols, counted from the first, are in doubt when the needle is compared with the page from its end: 0
   * where it stands at `start` in this form.
   * @param quick whether it does not matter how many, if there are any
   */
  mismatch(page: Page, start: number, whole: Whole, quick: boolean): number {
    const { bytes } = page
    const symbols = whole.symbols ?? this.#encode(whole)
    const { mask, telling, form } = whole
    const digits = digitsOf(form)
    if ((quick || telling >= ROOM) && !agree(digits, bytes[start + telling], symbols[telling], mask[telling])) {
      return symbols.length
    }
    const stop = Math.max(0, -start)
    let at = symbols.length - 1
    while (at >= stop && agree(digits, bytes[start + at], symbols[at], mask[at])) at--
    return at + 1
  }

  /** Whether one look tells that the needle does not stand there; only once it was compared before. */
  isRefuted({ bytes }: Page, start: number, { symbols, telling, mask, form }: Whole): boolean {
    if (symbols === undefined) return false
    return !agree(digitsOf(form), bytes[start + telling], symbols[telling], mask[telling])
  }

  /** Whether the symbol at `index` may be written as this character. */
  agrees(code: number, index: number, whole: Whole): boolean {
    const symbols = whole.symbols ?? this.#encode(whole)
    return agree(digitsOf(whole.form), code, symbols[index], whole.mask[index])
  }

  /** The page's bytes are the low ones of a string's characters: whether the characters are the needle's too. */
  confirm(text: string, start: number, { form, length }: Whole): boolean {
    if (form.outer === RAW) return text.startsWith(this.text, start)
    for (let i = start; i < start + length; i++) if (text.charCodeAt(i) > 0x7f) return false
    return true
  }

  #encode(whole: Whole): Uint8Array {
    const { symbols, mask } = encode(this.bytes, whole.form, whole.span.innerShift, whole.span.outerShift)
    whole.mask = mask?.map((bits) => bits | HIGH_BITS) ?? new Uint8Array(symbols.length).fill(ALL_BITS)
    whole.telling = symbols.length > TOLD_APART ? rarest(symbols) : symbols.length - 1
    whole.symbols = symbols
    return symbols
  }
}

/** What a character is in a form: itself, or a digit. */
function digitsOf(form: Form): Uint8Array {
  return form.outer === RAW ? IDENTITY : form.outer === HEX ? HEX_DIGITS : BASE64_DIGITS
}

function agree(digits: Uint8Array, code: number | undefined, symbol = 0, mask = 0): boolean {
  return code !== undefined && (((digits[code] ?? 0) ^ symbol) & mask) === 0
}
