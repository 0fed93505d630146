/** Errors that say that the database could not be used just then, and nothing of what was asked. */
const TROUBLE: ReadonlySet<string> = new Set([
  'database_unavailable',
  'storage_unavailable',
  'storage_busy',
  'storage_full'
])

/** @param code of a Fault, or of its record */
export function isStorageTrouble(code: unknown): boolean {
  return typeof code === 'string' && TROUBLE.has(code)
}
