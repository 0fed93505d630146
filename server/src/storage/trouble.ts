import { Fault } from '@bellhop/sdk'

const DOUBT = 'storage_unavailable'

/** Errors that say that the database could not be used just then, and nothing of what was asked. */
const TROUBLE: ReadonlySet<string> = new Set(['database_unavailable', DOUBT, 'storage_busy', 'storage_full'])

/** @param code of a Fault, or of its record */
export function isStorageTrouble(code: unknown): boolean {
  return typeof code === 'string' && TROUBLE.has(code)
}

/** Whether what was asked may have been done all the same. */
export function isDoubtful(error: unknown): boolean {
  return error instanceof Fault && error.code === DOUBT
}
