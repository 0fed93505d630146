/** Connections to the one database file: how they are opened, and the typed view of them that commands and readers get. */
import { closeSync, openSync } from 'node:fs'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { bind, type Args, type Compiled, type Query } from './query.ts'

/** Reads. `Row`s are plain objects; integers are numbers. */
export interface Reader {
  all<P, R>(query: Query<P, R>, ...params: Args<P>): R[]
  /** The first row, or undefined. */
  get<P, R>(query: Query<P, R>, ...params: Args<P>): R | undefined
}

/** What a command does its work with: one savepoint of the writer's current transaction. */
export interface Tx extends Reader {
  run<P, R>(query: Query<P, R>, ...params: Args<P>): { changes: number; lastInsertRowid: number }
  /**
   * Runs `work` without overwriting what it deletes. For rows that hold no sealed secret and are many or large:
   * freed pages are then not written at all.
   */
  withoutErasing<T>(work: () => T): T
}

/** How long a statement waits for another process's lock. */
export const BUSY_MS = 5000

/** A connection with its prepared statements. */
export class Connection implements Tx {
  readonly db: DatabaseSync
  readonly #statements = new Map<Compiled, StatementSync>()

  constructor(db: DatabaseSync) {
    this.db = db
  }

  all<P, R>(query: Query<P, R>, ...params: Args<P>): R[] {
    // SQLite answers with the columns that Kysely typed from the schema.
    return this.#statement(query).all(...bind(query, params[0])) as R[]
  }

  get<P, R>(query: Query<P, R>, ...params: Args<P>): R | undefined {
    return this.#statement(query).get(...bind(query, params[0])) as R | undefined
  }

  run<P, R>(query: Query<P, R>, ...params: Args<P>): { changes: number; lastInsertRowid: number } {
    const { changes, lastInsertRowid } = this.#statement(query).run(...bind(query, params[0]))
    return { changes: Number(changes), lastInsertRowid: Number(lastInsertRowid) }
  }

  withoutErasing<T>(work: () => T): T {
    // The pragma takes effect as it is compiled, so it cannot be prepared once and kept.
    this.db.exec('pragma secure_delete = off')
    try {
      return work()
    } finally {
      this.db.exec('pragma secure_delete = on')
    }
  }

  close(): void {
    this.#statements.clear()
    this.db.close()
  }

  #statement(query: Compiled): StatementSync {
    let statement = this.#statements.get(query)
    if (statement === undefined) {
      statement = this.db.prepare(query.sql)
      this.#statements.set(query, statement)
    }
    return statement
  }
}

/**
 * Opens the writer's connection. Deleted content is overwritten (I5: keyring rows; runs that are not kept), temporary
 * b-trees and savepoint journals stay in memory (I4, I1: no stray files), and checkpoints are made by `wal.ts` alone,
 * because SQLite's automatic ones swallow a failed fsync.
 */
export function openWriter(path: string): Connection {
  // SQLite gives the WAL and its index the mode of the database file.
  closeSync(openSync(path, 'a', 0o600))
  const db = new DatabaseSync(path, { timeout: BUSY_MS })
  // First of all: what follows may write, and the log of a killed process may be long.
  db.exec('pragma wal_autocheckpoint = 0')
  // A new database takes it on; setting it again would write.
  if (db.prepare('pragma auto_vacuum').get()?.['auto_vacuum'] !== 2) db.exec('pragma auto_vacuum = incremental')
  db.exec('pragma journal_mode = wal')
  db.exec('pragma synchronous = full')
  db.exec('pragma temp_store = memory')
  db.exec('pragma secure_delete = on')
  db.exec('pragma cache_size = -8192')
  return new Connection(db)
}

/** Opens a read-only connection. A statement's snapshot ends with its call, so that readers never hold the WAL. */
export function openReader(path: string): Connection {
  const db = new DatabaseSync(path, { readOnly: true, timeout: BUSY_MS })
  db.exec('pragma cache_size = -2048')
  return new Connection(db)
}
