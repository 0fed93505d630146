/** How a secret is written where it should not be: every form that the design promises to find, and two at once. */
import fc from 'fast-check'

const percent = (text: string, keep: RegExp, upper: boolean): string =>
  Array.from(Buffer.from(text), (byte) => {
    const letter = String.fromCharCode(byte)
    if (byte < 128 && keep.test(letter)) return letter
    const hex = byte.toString(16).padStart(2, '0')
    return `%${upper ? hex.toUpperCase() : hex}`
  }).join('')

const units = (text: string, upper: boolean): string =>
  text.replace(/[\s\S]/g, (unit) => {
    const hex = unit.charCodeAt(0).toString(16).padStart(4, '0')
    return `\\u${upper ? hex.toUpperCase() : hex}`
  })

const base64 = (text: string, before: string, after: string): string =>
  Buffer.from(before + text + after).toString('base64')

export const ENCODINGS = {
  /** The three alignments of base64, with neighbours on both sides, and the other alphabet. */
  base64: (text) => base64(text, '', ''),
  base64_1: (text) => base64(text, '.', '..'),
  base64_2: (text) => base64(text, '..', '.'),
  base64url: (text) => Buffer.from(text).toString('base64url'),
  base64url_1: (text) => Buffer.from(`.${text}.`).toString('base64url'),
  hex: (text) => Buffer.from(text).toString('hex'),
  hex_upper: (text) => Buffer.from(text).toString('hex').toUpperCase(),
  url: encodeURIComponent,
  url_lower: (text) => percent(text, /[\w.~-]/, false),
  url_all: (text) => percent(text, /(?!)/, true),
  form: (text) => new URLSearchParams([['', text]]).toString().slice(1),
  json: (text) => JSON.stringify(text).slice(1, -1),
  json_slash: (text) => JSON.stringify(text).slice(1, -1).replaceAll('/', '\\/'),
  json_units: (text) => units(text, false),
  json_units_upper: (text) => units(text, true)
} satisfies Record<string, (text: string) => string>

export type Encoding = keyof typeof ENCODINGS

/** No encoding, one, or one inside another. */
export const encodingChain: fc.Arbitrary<readonly Encoding[]> = fc.array(
  fc.constantFrom(...(Object.keys(ENCODINGS) as Encoding[])),
  { maxLength: 2, size: 'max' }
)

export function encode(text: string, chain: readonly Encoding[]): string {
  return chain.reduce((written, encoding) => ENCODINGS[encoding](written), text)
}
