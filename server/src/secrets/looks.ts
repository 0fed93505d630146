/** Values that look like credentials, by the name they stand under or by their own shape. A guess, for what is shown. */
import type { Json } from '@bellhop/sdk'
import { isHandleShaped } from './handle.ts'

/** A value that looks like a credential, and the last name on its path. */
export interface Suspect {
  field: string
  value: string
}

const NAME =
  /token|secret|passw|pwd|api[_-]?key|access[_-]?key|private[_-]?key|credential|authorization|bearer|session/i

/** Vendors' prefixes, JSON Web Tokens (RFC 7519), PEM blocks (RFC 7468), and AWS access keys. */
const SHAPE =
  /^(?:xox[a-z]-|xapp-|gh[a-z]_|github_pat_|glpat-|sk[-_](?:live|test|ant|proj)|rk_live_|whsec_|pk_live_|shpat_|SG\.|AKIA[0-9A-Z]{12}|eyJ[\w-]+\.eyJ|-----BEGIN [A-Z ]*PRIVATE KEY)/

/** Every text and number of a value that looks like a credential; handles apart. */
export function suspects(value: Json, field = ''): Suspect[] {
  if (typeof value === 'string' || typeof value === 'number') {
    const text = String(value)
    const suspect = text !== '' && !isHandleShaped(text) && (NAME.test(field) || SHAPE.test(text))
    return suspect ? [{ field, value: text }] : []
  }
  if (typeof value !== 'object' || value === null) return []
  // What stands in a list, or below a suspicious name, is judged by that name.
  return Object.entries(value).flatMap(([key, inner]) =>
    suspects(inner, Array.isArray(value) || NAME.test(field) ? field : key)
  )
}
