/**
 * What bytes say when they are read as base64, hex, a URL, a form or JSON text. A secret hides from a plain search behind
 * any of these, at any alignment and in any mixture of cases; decoding undoes them all, so no form has to be foreseen.
 *
 * A view holds only what was encoded, and its surroundings; pieces are kept apart by a zero byte.
 */

/** A reading of some bytes, and what it is called in a report. */
export interface View {
  name: string
  bytes: Buffer
}

type Decoder = (bytes: Buffer) => Buffer

/** Eight characters of base64, or twelve of hex, hold a secret of six bytes. */
const SHORTEST_BASE64 = 8
const SHORTEST_HEX = 12
/** Bytes kept on both sides of an escape: room for a piece that counts, encoded once more. */
const AROUND = 40

const DECODERS: Readonly<Record<string, Decoder>> = {
  base64: (bytes) => readDigits(bytes, SEXTETS, 6, SHORTEST_BASE64, [0, 1, 2, 3]),
  hex: (bytes) => readDigits(bytes, NIBBLES, 4, SHORTEST_HEX, [0, 1]),
  url: (bytes) => readEscapes(bytes, percent),
  form: (bytes) => readEscapes(bytes, (source, at) => (source[at] === PLUS ? [SPACE, 1] : percent(source, at))),
  json: (bytes) => readEscapes(bytes, backslash)
}

/** All readings of some bytes, one level deep, without those that came to nothing or say the same as another. */
export function viewsOf(bytes: Buffer): View[] {
  const views: View[] = []
  for (const [name, decode] of Object.entries(DECODERS)) {
    const decoded = decode(bytes)
    if (decoded.length > 0 && !views.some((view) => view.bytes.equals(decoded))) views.push({ name, bytes: decoded })
  }
  return views
}

const NO_DIGIT = 255
const PLUS = 0x2b
const SPACE = 0x20

function digits(alphabet: string, ...more: string[]): Uint8Array {
  const values = new Uint8Array(256).fill(NO_DIGIT)
  for (const letters of [alphabet, ...more]) {
    for (const [value, letter] of Array.from(letters).entries()) values[letter.charCodeAt(0)] = value
  }
  return values
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
/** RFC 4648, sections 4 and 5 at once. */
const SEXTETS = digits(`${LETTERS}+/`, `${LETTERS}-_`)
const NIBBLES = digits('0123456789abcdef', '0123456789ABCDEF')

/** Every run of digits, decoded from each of the given places on: a secret may begin anywhere between two bytes. */
function readDigits(
  bytes: Buffer,
  values: Uint8Array,
  width: number,
  shortest: number,
  starts: readonly number[]
): Buffer {
  const out = new Output()
  for (let at = 0; at < bytes.length; at++) {
    if (values[bytes[at] ?? 0] === NO_DIGIT) continue
    const start = at
    while (at < bytes.length && values[bytes[at] ?? 0] !== NO_DIGIT) at++
    if (at - start >= shortest) for (const skip of starts) decodeRun(bytes, start + skip, at, values, width, out)
  }
  return out.bytes
}

function decodeRun(bytes: Buffer, start: number, end: number, values: Uint8Array, width: number, out: Output): void {
  let held = 0
  let bits = 0
  for (let at = start; at < end; at++) {
    held = ((held << width) | (values[bytes[at] ?? 0] ?? 0)) & 0xffff
    bits += width
    if (bits < 8) continue
    bits -= 8
    out.push((held >> bits) & 0xff)
  }
  out.push(0)
}

/** A byte, or several, and how many bytes of the source they took; undefined where there is no escape. */
type Escape = (bytes: Buffer, at: number) => readonly [value: number, length: number] | undefined

/** Undoes escapes, where there are any. */
function readEscapes(bytes: Buffer, escape: Escape): Buffer {
  const out = new Output()
  let done = 0
  let until = -1
  for (let at = 0; at < bytes.length;) {
    const found = escape(bytes, at)
    if (found === undefined) {
      if (at < until) out.push(bytes[at] ?? 0)
      at++
      continue
    }
    if (at >= until) {
      if (until >= 0) out.push(0)
      for (let before = Math.max(done, at - AROUND); before < at; before++) out.push(bytes[before] ?? 0)
    }
    out.pushCharacter(found[0])
    at += found[1]
    done = at
    until = at + AROUND
  }
  return out.bytes
}

const PERCENT = 0x25
const BACKSLASH = 0x5c
const LETTER_U = 0x75
/** RFC 8259, section 7. */
const ESCAPES: Readonly<Record<string, number>> = { b: 8, t: 9, n: 10, f: 12, r: 13, '"': 34, '/': 47, '\\': 92 }

/** `%2F`: one byte. */
const percent: Escape = (bytes, at) => {
  if (bytes[at] !== PERCENT) return undefined
  const value = readHex(bytes, at + 1, 2)
  return value === undefined ? undefined : [BYTE | value, 3]
}

/** `\n`, `\u00e9`, `\ud83d\ude00`. */
const backslash: Escape = (bytes, at) => {
  if (bytes[at] !== BACKSLASH) return undefined
  if (bytes[at + 1] !== LETTER_U) {
    const value = ESCAPES[String.fromCharCode(bytes[at + 1] ?? 0)]
    return value === undefined ? undefined : [value, 2]
  }
  const unit = readHex(bytes, at + 2, 4)
  if (unit === undefined) return undefined
  const low = isHighSurrogate(unit) && bytes[at + 6] === BACKSLASH ? readHex(bytes, at + 8, 4) : undefined
  return low === undefined ? [unit, 6] : [0x10000 + ((unit & 0x3ff) << 10) + (low & 0x3ff), 12]
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00
}

function readHex(bytes: Buffer, at: number, count: number): number | undefined {
  let value = 0
  for (let index = at; index < at + count; index++) {
    const nibble = NIBBLES[bytes[index] ?? 0] ?? NO_DIGIT
    if (nibble === NO_DIGIT) return undefined
    value = value * 16 + nibble
  }
  return value
}

/** Marks a value that is a byte as it stands, and not a character to be written in UTF-8. */
const BYTE = 1 << 24

class Output {
  #bytes = Buffer.allocUnsafe(1024)
  #length = 0

  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length)
  }

  push(byte: number): void {
    if (this.#length === this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes], this.#length * 2)
    this.#bytes[this.#length++] = byte
  }

  pushCharacter(value: number): void {
    if (value < 0x80 || value >= BYTE) this.push(value & 0xff)
    else for (const byte of Buffer.from(String.fromCodePoint(value))) this.push(byte)
  }
}
