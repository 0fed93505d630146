/** Connections to the one database file: how they are opened, and the typed view of them that commands and readers get. */
import { closeSync, openSync } from 'node:fs'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { bind, type Args, type Compiled, type Query, type Statement } from '../query.ts'
import type { Tx } from '../tx.ts'

/** How long a statement waits for another process's lock. */
export const BUSY_MS = 5000

interface Prepared {
  compiled: Compiled
  statement: StatementSync
}

/** A connection with its prepared statements. Its promises are fulfilled when they are returned. */
export class Connection implements Tx {
  readonly dialect = 'sqlite'
  readonly db: DatabaseSync
  readonly #prepareds = new Map<Statement, Prepared>()

  constructor(db: DatabaseSync) {
    this.db = db
  }

  async all<P, R>(query: Query<P, R>, ...params: Args<P>): Promise<R[]> {
    const { statement, compiled } = this.#prepared(query)
    // SQLite answers with the columns that Kysely typed from the schema.
    return statement.all(...bind(compiled, params[0])) as R[]
  }

  async get<P, R>(query: Query<P, R>, ...params: Args<P>): Promise<R | undefined> {
    const { statement, compiled } = this.#prepared(query)
    return statement.get(...bind(compiled, params[0])) as R | undefined
  }

  async run<P, R>(query: Query<P, R>, ...params: Args<P>): Promise<{ changes: number }> {
    const { statement, compiled } = this.#prepared(query)
    return { changes: Number(statement.run(...bind(compiled, params[0])).changes) }
  }

  async withoutErasing<T>(work: () => Promise<T>): Promise<T> {
    // The pragma takes effect as it is compiled, so it cannot be prepared once and kept.
    this.db.exec('pragma secure_delete = off')
    try {
      return await work()
    } finally {
      this.db.exec('pragma secure_delete = on')
    }
  }

  close(): void {
    this.#prepareds.clear()
    this.db.close()
  }

  #prepared(query: Statement): Prepared {
    let prepared = this.#prepareds.get(query)
    if (prepared === undefined) {
      const compiled = query.for('sqlite')
      prepared = { compiled, statement: this.db.prepare(compiled.sql) }
      this.#prepareds.set(query, prepared)
    }
    return prepared
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
