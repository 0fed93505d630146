/** What a failed statement or commit means for the server. */
import { Fault } from '@bellhop/sdk'

/**
 * How the database failed:
 * - `full`: no room; nothing was written, and trying again later is right
 * - `busy`: another process holds the database's write lock
 * - `broken`: the storage below lost a write; only a restart, which reads what is really there, is safe
 * - `command`: the command's own mistake (a constraint, a bug); others are not concerned
 */
export type Failure = 'full' | 'busy' | 'broken' | 'command'

// Result codes: https://www.sqlite.org/rescode.html
const BUSY = 5
const NOMEM = 7
const READONLY = 8
const IOERR = 10
const CORRUPT = 11
const FULL = 13
const CANTOPEN = 14
const NOTADB = 26
/** The WAL's index could not grow: on Linux that is a full disk. */
const IOERR_SHMSIZE = 4874

/** The SQLite result code of an error of `node:sqlite`, or undefined. */
function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined
  return typeof error.errcode === 'number' ? error.errcode : undefined
}

/**
 * Sorts an error of a statement, a commit or a checkpoint.
 * @param freeBytes what the file system says is left: tells a quota's or a full disk's I/O error from a broken disk's
 */
export function failureOf(error: unknown, freeBytes: () => number): Failure {
  const code = resultCode(error)
  if (code === undefined) return 'command'
  switch (code & 0xff) {
    case FULL:
      return 'full'
    case BUSY:
      return 'busy'
    case IOERR:
      return code === IOERR_SHMSIZE || (!isSync(code) && freeBytes() < 1 << 20) ? 'full' : 'broken'
    case NOMEM:
    case CORRUPT:
    case NOTADB:
      return 'broken'
    default:
      return 'command'
  }
}

/** IOERR_FSYNC and IOERR_DIR_FSYNC: the kernel may have dropped the pages, so nothing after this can be believed. */
function isSync(code: number): boolean {
  return code === 1034 || code === 1290
}

/** A database that cannot be opened, as a Fault that says so; any other error as it is. */
export function openFault(error: unknown, path: string): unknown {
  switch ((resultCode(error) ?? 0) & 0xff) {
    case CORRUPT:
    case NOTADB:
      return new Fault('data_unreadable', `${path} is damaged, or is no database`, {
        hint: 'Restore the data directory from a backup, or start with another directory.'
      })
    case READONLY:
    case CANTOPEN:
      return new Fault('data_unusable', `${path} cannot be opened for writing`, {
        hint: 'Give the data directory and its files to the user that runs Bellhop.'
      })
    default:
      return error
  }
}

export const storageFull = (): Fault =>
  new Fault('storage_full', 'The disk that holds the data directory is full.', {
    retryable: true,
    status: 503,
    hint: 'Free some space, or shorten the retention of your workflows; the server goes on by itself.'
  })

export const noRoomToStart = (): Fault =>
  new Fault('storage_full', 'The disk that holds the data directory is full, and its ballast is spent.', {
    retryable: true,
    hint: 'Free a few megabytes, and start again.'
  })

export const storageBusy = (): Fault =>
  new Fault('storage_busy', 'Another program holds the database.', {
    retryable: true,
    status: 503,
    hint: 'Close any tool that has the database open for writing.'
  })
