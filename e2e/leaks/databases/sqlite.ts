import { DatabaseSync, type SQLOutputValue } from 'node:sqlite'
import type { Part } from '../judge/files.ts'
import type { Database, RowValue } from './database.ts'

/** The embedded database: a file of the data directory, which shows all that it holds. */
export class Sqlite implements Database {
  readonly env = {}
  readonly secrets = []
  readonly folders = []
  readonly #path: string

  /** @param data the data directory */
  constructor(data: string) {
    this.#path = `${data}/bellhop.db`
  }

  async ready(): Promise<void> {}

  async settle(): Promise<void> {}

  async rows(): Promise<RowValue[]> {
    const database = new DatabaseSync(this.#path, { readOnly: true })
    try {
      const tables = database.prepare("select name from sqlite_schema where type = 'table'").all()
      return tables.flatMap(({ name }) =>
        database
          .prepare(`select * from "${String(name)}"`)
          .all()
          .flatMap((row) => valuesOf(String(name), row))
      )
    } finally {
      database.close()
    }
  }

  async fresh(): Promise<RowValue[]> {
    return []
  }

  lasting(parts: readonly Part[]): Part[] {
    return [...parts]
  }

  async close(): Promise<void> {}
}

/** Texts only: of blobs nothing is looked for as a whole value. */
function valuesOf(table: string, row: Record<string, SQLOutputValue>): RowValue[] {
  const key = table === 'runs' ? row['id'] : row['run']
  const run = typeof key === 'number' ? key : undefined
  return Object.entries(row).flatMap(([column, value]) =>
    typeof value === 'string' ? [{ place: `${table}.${column}`, run, value }] : []
  )
}
