/** Reads, and for crashes changes, what an engine's data directory holds. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

type Row = Record<string, unknown>

/** Rows as another process would see them. */
export function rows(dir: string, sql: string): Row[] {
  const db = new DatabaseSync(join(dir, 'bellhop.db'))
  try {
    return db.prepare(sql).all()
  } finally {
    db.close()
  }
}

/** How many rows each table has, where it has any. Workflows, versions and places apart. */
export function counts(dir: string): Record<string, number> {
  const tables = ['runs', 'unfinished', 'events', 'steps', 'attempts', 'waits', 'resumptions', 'item_lanes', 'items']
  tables.push('idempotency', 'ticks')
  const all = tables.map((table) => [table, Number(rows(dir, `select count(*) as n from ${table}`)[0]?.['n'])] as const)
  return Object.fromEntries(all.filter(([, n]) => n > 0))
}

/** Which of these texts stand in any file of the directory. */
export function held(dir: string, texts: readonly string[]): string[] {
  const files = readdirSync(dir).map((file) => readFileSync(join(dir, file), 'latin1'))
  return texts.filter((text) => files.some((file) => file.includes(text)))
}
