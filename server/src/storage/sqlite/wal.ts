/**
 * When the write-ahead log goes back into the database file. It is cut to nothing within seconds of idleness and
 * twice a minute under load, so that what was deleted is soon gone from it too (I5); in between it is only written
 * back, which lets SQLite start over at its beginning.
 *
 * Checkpoints run on the writer, between groups: `FRAMES` bounds how long one stops the ingress (about 10 ms).
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { BUSY_MS, type Connection } from './connection.ts'

const FRAMES = 2000
const IDLE_MS = 1000
const LOADED_MS = 30_000
/** How long a truncation may wait for a reader, with ingress behind it. */
const READER_MS = 10

export interface WalState {
  /** Frames in the log that are not in the database file yet. */
  frames: number
  /** When the first commit after the last truncation was made; undefined: the log is empty. */
  dirtySince: number | undefined
  lastCommitAt: number
  /** When a truncation was last tried: a reader that is in its way is not waited for more than once a second. */
  triedAt: number
}

/** What is due now. */
export function walWork(state: WalState, now: number): 'truncate' | 'write_back' | 'nothing' {
  if (state.dirtySince === undefined) return 'nothing'
  // A clock that was set back counts as elapsed.
  const wanted = since(state.dirtySince, now) >= LOADED_MS || since(state.lastCommitAt, now) >= IDLE_MS
  if (wanted && since(state.triedAt, now) >= IDLE_MS) return 'truncate'
  return state.frames >= FRAMES ? 'write_back' : 'nothing'
}

function since(then: number, now: number): number {
  return now < then ? Infinity : now - then
}

export class Wal {
  readonly #db: DatabaseSync
  readonly #truncate: StatementSync
  readonly #writeBack: StatementSync
  readonly #count: StatementSync
  readonly #state: WalState = { frames: 0, dirtySince: undefined, lastCommitAt: 0, triedAt: 0 }

  constructor(connection: Connection, now: number) {
    this.#db = connection.db
    // https://www.sqlite.org/pragma.html#pragma_wal_checkpoint
    this.#truncate = connection.db.prepare('pragma wal_checkpoint(truncate)')
    this.#writeBack = connection.db.prepare('pragma wal_checkpoint(passive)')
    this.#count = connection.db.prepare('pragma wal_checkpoint(noop)')
    // What a killed process left behind is due at once.
    this.committed(now)
    this.#state.lastCommitAt = now - IDLE_MS
  }

  /** Notes a commit. */
  committed(now: number): void {
    this.#state.dirtySince ??= now
    this.#state.lastCommitAt = now
    this.#state.frames = pending(this.#count.get())
  }

  /** Does what is due. Errors are the caller's: a failed fsync among them is no reason to go on. */
  maintain(now: number): void {
    const work = walWork(this.#state, now)
    if (work === 'truncate') this.truncate(now)
    else if (work === 'write_back') this.#state.frames = pending(this.#writeBack.get())
  }

  /** Cuts the log to nothing. A reader in mid-statement is waited for a moment, or puts it off to the next time. */
  truncate(now: number): void {
    this.#state.triedAt = now
    this.#db.exec(`pragma busy_timeout = ${READER_MS}`)
    const answer = this.#truncate.get()
    this.#db.exec(`pragma busy_timeout = ${BUSY_MS}`)
    if (answer?.['busy'] === 0) {
      this.#state.dirtySince = undefined
      this.#state.frames = 0
    }
  }

  /** Milliseconds until there may be something to do, if nothing is committed meanwhile. */
  dueIn(now: number): number {
    if (this.#state.dirtySince === undefined) return Infinity
    const last = Math.max(this.#state.lastCommitAt, this.#state.triedAt)
    return Math.min(IDLE_MS, Math.max(10, last + IDLE_MS - now))
  }
}

function pending(answer: Record<string, unknown> | undefined): number {
  return Number(answer?.['log'] ?? 0) - Number(answer?.['checkpointed'] ?? 0)
}
