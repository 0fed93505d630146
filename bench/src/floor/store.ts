/** What the floor remembers: a row when a request is accepted, and a row when it is answered. */
import { DatabaseSync, type StatementSync } from 'node:sqlite'

/** A row to insert, and into which table. */
export type Row =
  | { into: 'calls'; id: number; at: number; event: string }
  | { into: 'answers'; id: number; at: number; status: number; body: string }

/** The two inserts on one connection, with the durability that is promised for runs. */
export class Store {
  readonly #begin: StatementSync
  readonly #commit: StatementSync
  readonly #call: StatementSync
  readonly #answer: StatementSync

  constructor(path: string) {
    const db = new DatabaseSync(path)
    db.exec('pragma journal_mode = wal')
    db.exec('pragma synchronous = full')
    db.exec('create table calls (id integer primary key, at integer not null, event text not null) strict')
    db.exec(
      'create table answers (id integer primary key, at integer not null, status integer not null, body text not null) strict'
    )
    this.#begin = db.prepare('begin immediate')
    this.#commit = db.prepare('commit')
    this.#call = db.prepare('insert into calls values (?, ?, ?)')
    this.#answer = db.prepare('insert into answers values (?, ?, ?, ?)')
  }

  /** Inserts rows in one transaction, with one sync. */
  insert(rows: readonly Row[]): void {
    this.#begin.run()
    for (const row of rows) {
      if (row.into === 'calls') this.#call.run(row.id, row.at, row.event)
      else this.#answer.run(row.id, row.at, row.status, row.body)
    }
    this.#commit.run()
  }
}
