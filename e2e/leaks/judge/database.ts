import { DatabaseSync } from 'node:sqlite'

/** Every text of every table, with the place that it came from: for what is looked for as a whole value. */
export function* textsOf(path: string): Generator<{ place: string; text: string }> {
  const database = new DatabaseSync(path, { readOnly: true })
  try {
    const tables = database.prepare("select name from sqlite_schema where type = 'table'").all()
    for (const { name } of tables) {
      for (const row of database.prepare(`select * from "${String(name)}"`).iterate()) {
        for (const [column, value] of Object.entries(row)) {
          if (typeof value === 'string') yield { place: `${String(name)}.${column}`, text: value }
        }
      }
    }
  } finally {
    database.close()
  }
}
