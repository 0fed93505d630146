import { createHash } from 'node:crypto'
import type { Json } from '@bellhop/sdk'

/** JSON text that depends on nothing but the value: keys in UTF-16 order, no space (as in RFC 8785, section 3.2). */
export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const keys = Object.keys(value).toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key] ?? null)}`).join(',')}}`
}

/** What makes a definition the same definition, however it was written: SHA-256 of its canonical JSON, in hex. */
export function definitionHash(definition: Json): string {
  return createHash('sha256').update(canonicalJson(definition)).digest('hex')
}
