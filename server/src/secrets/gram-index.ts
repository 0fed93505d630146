/**
 * Finds where one of many grams (8, 4 or 3 characters each) stands in a text, reading the text once, four characters
 * at a time. A gram is looked for at multiples of four only: whoever wants a row of characters found indexes the
 * grams at four successive places of it, one of which falls on such a multiple.
 *
 * Letters are compared without case, and a gram is known by its hash: a hit is a hint, to be verified.
 *
 * One array holds a bitmap with two bits for each gram (what nearly all of a text is dismissed by: a Bloom filter), the
 * heads of chains, and the chains' entries of three: hash, payload, next.
 */

/** Grams begin at multiples of this in the text. */
export const STRIDE = 4
/** Folds the case of four letters at once; other characters move too, in grams and text alike. */
export const CASE_FOLD = 0x20202020

export type GramLength = 8 | 4 | 3

const FACTOR = 0x9e3779b1 | 0
const BITS_PER_ENTRY = 16
const ENTRY = 3
/** Enough for the simple forms of two secrets. */
const FIRST_CAPACITY = 48

/** Takes hits; decides nothing about where to go on. */
export type OnHit = (payload: number, position: number) => void

export class GramIndex {
  /** Characters in a gram. */
  readonly length: GramLength
  /** Which bytes of the two words count. */
  readonly #maskA: number
  readonly #maskB: number
  #data: Int32Array
  #count = 0
  #capacity = FIRST_CAPACITY
  // A hash's top bits are its first place in the bitmap, its low bits the second, and fewer top bits its chain.
  #bitShift = 0
  #bitMask = 0
  #headShift = 0
  #heads = 0
  #entries = 0

  constructor(length: GramLength) {
    this.length = length
    this.#maskA = length === 3 ? 0xffffff : -1
    this.#maskB = length === 8 ? -1 : 0
    this.#data = this.#layOut()
  }

  /**
   * @param a the first four characters, folded, little-endian
   * @param b the second four; not looked at where grams are shorter
   */
  add(a: number, b: number, payload: number): void {
    if (this.#count === this.#capacity) this.#grow()
    this.#insert(hash(a & this.#maskA, b & this.#maskB), payload)
  }

  /**
   * Reports the indexed grams that begin at `from` or later, and before `to`. Needs a word to spare behind the text.
   * @param words the text, four characters each
   */
  scan(words: Int32Array, from: number, to: number, onHit: OnHit): void {
    const data = this.#data
    const bitShift = this.#bitShift
    const bitMask = this.#bitMask
    const maskA = this.#maskA
    const maskB = this.#maskB
    const last = (to + STRIDE - 1) >> 2
    let word = (words[from >> 2] ?? 0) | CASE_FOLD
    for (let i = from >> 2; i < last; i++) {
      const next = (words[i + 1] ?? 0) | CASE_FOLD
      const gram = hash(word & maskA, next & maskB)
      const bit = gram >>> bitShift
      if (((data[bit >>> 5] ?? 0) >>> (bit & 31)) & 1) {
        const other = gram & bitMask
        if (((data[other >>> 5] ?? 0) >>> (other & 31)) & 1) this.#walk(gram, i << 2, onHit)
      }
      word = next
    }
  }

  #walk(gram: number, position: number, onHit: OnHit): void {
    const data = this.#data
    for (let at = data[this.#heads + (gram >>> this.#headShift)] ?? 0; at !== 0; at = data[at + 2] ?? 0) {
      if (data[at] === gram) onHit(data[at + 1] ?? 0, position)
    }
  }

  #insert(gram: number, payload: number): void {
    const data = this.#data
    this.#mark(gram >>> this.#bitShift)
    this.#mark(gram & this.#bitMask)
    const head = this.#heads + (gram >>> this.#headShift)
    const at = this.#entries + ENTRY * this.#count++
    data[at] = gram
    data[at + 1] = payload
    data[at + 2] = data[head] ?? 0
    data[head] = at
  }

  #mark(bit: number): void {
    this.#data[bit >>> 5] = (this.#data[bit >>> 5] ?? 0) | (1 << (bit & 31))
  }

  #layOut(): Int32Array {
    const bits = 31 - Math.clz32(this.#capacity * BITS_PER_ENTRY)
    const headBits = bits - 3
    this.#bitShift = 32 - bits
    this.#bitMask = (1 << bits) - 1
    this.#headShift = 32 - headBits
    this.#heads = 1 << (bits - 5)
    this.#entries = this.#heads + (1 << headBits)
    return new Int32Array(this.#entries + ENTRY * this.#capacity)
  }

  #grow(): void {
    const old = this.#data
    const first = this.#entries
    const count = this.#count
    this.#capacity *= 4
    this.#data = this.#layOut()
    this.#count = 0
    for (let i = 0; i < count; i++) {
      const at = first + ENTRY * i
      this.#insert(old[at] ?? 0, old[at + 1] ?? 0)
    }
  }
}

function hash(a: number, b: number): number {
  return Math.imul(a ^ ((b << 13) | (b >>> 19)), FACTOR)
}
