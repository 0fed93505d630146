/** Sealed bytes as text, in columns that hold JSON text otherwise. */

/** What it begins with. JSON never does. */
const MARK = '~'

export function isSealedText(text: string): boolean {
  return text.startsWith(MARK)
}

export function toSealedText(sealed: Uint8Array): string {
  return MARK + Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength).toString('base64')
}

export function fromSealedText(text: string): Uint8Array {
  return Buffer.from(text.slice(MARK.length), 'base64')
}
