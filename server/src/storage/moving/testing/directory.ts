/** Data directories with something in every table, for tests; they go when the test ends. */
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { onTestFinished } from 'vitest'
import type { Value } from '../../query.ts'
import { openWriter } from '../../sqlite/connection.ts'
import { migrate } from '../../sqlite/migrate.ts'

/** What breaks where text is quoted by hand. */
const TEXTS = ['', 'plain', 'NULL', '{"a":"b\\\\c"}', '{,}', "it's", '\\x00', 'Grüße 👋\n\t"', '~not sealed']

export interface Directory {
  dir: string
  /** Changes the database as a server would. */
  change: (work: (db: DatabaseSync) => void) => void
}

/** A directory as a server leaves it that was stopped. @param rows in each table */
export function filledDirectory(rows: number): Directory {
  const dir = mkdtempSync(join(tmpdir(), 'bellhop-moving-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  const change = (work: (db: DatabaseSync) => void): void => {
    const connection = openWriter(join(dir, 'bellhop.db'))
    work(connection.db)
    connection.close()
  }
  change((db) => {
    migrate(db)
    db.prepare("insert into meta values ('boot', '1'), ('key_check', ?)").run(randomBytes(16).toString('base64'))
    for (const table of tableNames(db)) fill(db, table, rows)
  })
  return { dir, change }
}

export function tableNames(db: DatabaseSync): string[] {
  const named = db.prepare("select name from sqlite_master where type = 'table' and name not like 'sqlite%'").all()
  return named.map(({ name }) => String(name)).filter((name) => name !== 'meta')
}

/** Rows that no rule of a table forbids: every value of a column is another, but for some that may be null. */
function fill(db: DatabaseSync, table: string, rows: number): void {
  db.prepare(`delete from "${table}"`).run()
  const columns = db.prepare('select name, type, "notnull" as filled, pk from pragma_table_info(?)').all(table)
  const insert = db.prepare(`insert into "${table}" values (${columns.map(() => '?').join(', ')})`)
  for (let row = 1; row <= rows; row++)
    insert.run(
      ...columns.map(({ type, filled, pk }, column) =>
        row % 4 === 3 && filled === 0 && pk === 0 ? null : valueOf(String(type), row, column)
      )
    )
}

function valueOf(type: string, row: number, column: number): Value {
  const text = `${row} ${TEXTS[(row + column) % TEXTS.length]}`
  switch (type) {
    case 'INTEGER':
      return row * 10 + column
    case 'BLOB':
      return Buffer.from(`${text} ${column}`)
    case 'ANY':
      return row % 5 === 0 ? Buffer.from(text) : JSON.stringify(text)
    default:
      return text
  }
}

/** What every file of a directory is, by its name. */
export function filesOf(dir: string): Record<string, string> {
  const files = readdirSync(dir).map((name) => [name, readFileSync(join(dir, name))] as const)
  return Object.fromEntries(files.map(([name, bytes]) => [name, createHash('sha256').update(bytes).digest('hex')]))
}
