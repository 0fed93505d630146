import { DatabaseSync } from 'node:sqlite'

/** A text of a row, with the place that it came from. */
export interface RowText {
  place: string
  /** The key of the run whose row it is. */
  run: number | undefined
  text: string
}

/** Every text of every table: for what is looked for as a whole value. */
export function* textsOf(path: string): Generator<RowText> {
  const database = new DatabaseSync(path, { readOnly: true })
  try {
    const tables = database.prepare("select name from sqlite_schema where type = 'table'").all()
    for (const { name } of tables) {
      for (const row of database.prepare(`select * from "${String(name)}"`).iterate()) {
        const key = name === 'runs' ? row['id'] : row['run']
        const run = typeof key === 'number' ? key : undefined
        for (const [column, value] of Object.entries(row)) {
          if (typeof value === 'string') yield { place: `${String(name)}.${column}`, run, text: value }
        }
      }
    }
  } finally {
    database.close()
  }
}
