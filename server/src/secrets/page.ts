/**
 * A page: a text under search, as bytes. The first page holds what was given; others hold what some part of it decodes
 * to, and know where each byte came from.
 *
 * Pages are reused from search to search, which never interleave: searching is synchronous.
 */

/** What escapes begin with. */
export const BACKSLASH = 0x5c
export const PERCENT = 0x25

/** How a page was made from its parent. */
export const GIVEN = 0
export const FROM_JSON = 1
export const FROM_URL = 2
/** As `FROM_URL`, and `+` is a space. */
export const FROM_FORM = 3
export const FROM_DIGITS = 4

/** A page larger than this is dropped after use, not kept for the next search: its map is four times as large. */
const KEPT_BYTES = 1 << 19
/** Shorter strings are copied faster one by one. */
const COPIED_AT_ONCE = 40

export class Page {
  bytes: Uint8Array
  /** The same memory, four bytes at a time, with at least one word to spare behind the text. */
  words: Int32Array
  length = 0
  kind = GIVEN
  parent: Page | undefined
  /** For each byte and the end: where in the parent the character or escape that it came from begins. */
  map: Int32Array = new Int32Array(0)
  /** On the first page: the string whose low bytes these are. `undefined`: these are bytes themselves. */
  text: string | undefined
  /** Whether the given text has a backslash or a percent sign. */
  hasEscape = false
  /** The string where its characters are not all ASCII and escapes are to be read: the low bytes do not tell. */
  wide: string | undefined
  /** How much was written since `wipe`. */
  #used = 0

  constructor(capacity = 4096) {
    this.words = new Int32Array(capacity / 4)
    this.bytes = new Uint8Array(this.words.buffer)
  }

  /** Makes room for `length` bytes; what was there is lost. */
  reserve(length: number, mapped: boolean): void {
    const needed = length + 16
    if (this.bytes.length < needed) {
      this.words = new Int32Array(1 << (32 - Math.clz32(needed >> 2)))
      this.bytes = new Uint8Array(this.words.buffer)
    }
    if (mapped && this.map.length < needed) this.map = new Int32Array(this.bytes.length)
    if (length > this.#used) this.#used = length
  }

  /** Takes a string's low bytes; whoever finds something makes sure that the string agrees. */
  setText(text: string): void {
    const { length } = text
    this.reserve(length, false)
    this.text = text
    this.length = length
    const bytes = this.bytes
    if (length > COPIED_AT_ONCE) {
      const view = Buffer.from(bytes.buffer, 0, length)
      view.write(text, 0, 'latin1')
      this.hasEscape = view.includes(BACKSLASH) || view.includes(PERCENT)
    } else {
      this.hasEscape = false
      for (let i = 0; i < length; i++) {
        const code = text.charCodeAt(i)
        bytes[i] = code
        if (code === BACKSLASH || code === PERCENT) this.hasEscape = true
      }
    }
    this.wide = this.hasEscape && Buffer.byteLength(text) !== length ? text : undefined
  }

  setBytes(bytes: Uint8Array): void {
    this.reserve(bytes.length, false)
    this.text = this.wide = undefined
    this.length = bytes.length
    this.bytes.set(bytes)
    this.hasEscape = bytes.includes(BACKSLASH) || bytes.includes(PERCENT)
  }

  /** The character at `index`: a UTF-16 unit of a string, else a byte; 0 outside. */
  codeAt(index: number): number {
    if (index >= this.length) return 0
    return this.wide === undefined ? (this.bytes[index] ?? 0) : this.wide.charCodeAt(index)
  }

  /** As `codeAt`, whether or not escapes are to be read. */
  exactAt(index: number): number {
    if (index >= this.length) return 0
    return this.text === undefined ? (this.bytes[index] ?? 0) : this.text.charCodeAt(index)
  }

  /** Whether this is what escapes mean. */
  get isEscaped(): boolean {
    return this.kind !== GIVEN && this.kind !== FROM_DIGITS
  }

  /** Where the first page's character stands that this page's byte came from. */
  origin(index: number): number {
    return this.parent === undefined ? index : this.parent.origin(this.map[index] ?? 0)
  }

  /** Leaves nothing of the text behind. */
  wipe(): void {
    if (this.#used === 0) return
    this.text = this.wide = undefined
    this.length = 0
    if (this.bytes.length <= KEPT_BYTES) this.bytes.fill(0, 0, this.#used)
    else {
      this.words = new Int32Array(1024)
      this.bytes = new Uint8Array(this.words.buffer)
      this.map = new Int32Array(0)
    }
    this.#used = 0
  }
}
