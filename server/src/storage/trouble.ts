import { Fault } from '@bellhop/sdk'

const DOUBT = 'storage_unavailable'

/** Errors that say that the database could not be used just then, and nothing of what was asked. */
const TROUBLE: ReadonlySet<string> = new Set(['database_unavailable', DOUBT, 'storage_busy', 'storage_full'])

/** @param code of a Fault, or of its record */
export function isStorageTrouble(code: unknown): boolean {
  return typeof code === 'string' && TROUBLE.has(code)
}

/**
 * What became of a write: where its answer was lost, it is given again until that is known. It has to see what the first one has
 * written.
 * @param again resolves when it is worth asking
 * @param givenUp whether nobody wants to know any more
 */
export async function certainly<T>(
  write: () => Promise<T>,
  again: () => Promise<unknown>,
  givenUp: () => boolean
): Promise<T> {
  for (let doubtful = false; ;) {
    try {
      return await write()
    } catch (error) {
      doubtful ||= error instanceof Fault && error.code === DOUBT
      if (!doubtful || givenUp()) throw error
    }
    await again()
  }
}
