/** What a value is outside of this page: the text that is copied, and the data of a drag. */
import { piecesOf } from './handles.ts'
import type { Json } from './json.ts'
import { referenceText } from './paths.ts'

/** The type under which a drag carries a reference; as text it stands there, too, for fields elsewhere. */
export const REFERENCE_TYPE = 'application/x-bellhop-reference'

export function dragReference(transfer: DataTransfer, path: string): void {
  transfer.setData(REFERENCE_TYPE, referenceText(path))
  transfer.setData('text/plain', referenceText(path))
  transfer.effectAllowed = 'copy'
}

/** The label of a text that is nothing but a handle. */
export function lockOf(value: Json | undefined): string | undefined {
  if (typeof value !== 'string' || !value.startsWith('bhdl.')) return undefined
  const [only, ...more] = piecesOf(value)
  return more.length === 0 && only !== undefined && 'lock' in only ? only.lock : undefined
}

/**
 * The text that copying a value gives: a text as it is, anything else as JSON. Handles die with their run, so words stand in
 * their place. Undefined for a value that is nothing but a handle: there is nothing to copy.
 */
export function copyText(value: Json): string | undefined {
  if (lockOf(value) !== undefined) return undefined
  return readable(typeof value === 'string' ? value : JSON.stringify(value, undefined, 2))
}

function readable(text: string): string {
  if (!text.includes('bhdl.')) return text
  return piecesOf(text)
    .map((piece) => ('lock' in piece ? `[secret ${piece.lock}]` : piece.text))
    .join('')
}

/** What the server writes where it could not tell what of a value is secret. */
export function isWithheld(value: Json | undefined): boolean {
  return typeof value === 'string' && value.startsWith('withheld: it may hold a secret')
}
