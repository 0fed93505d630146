/** Which tables move, and in what their rows differ where they come to. Both databases have the same columns (`schema.ts`). */
import type { DatabaseSync } from 'node:sqlite'
import { HALF_MOVED } from '../postgres/half-moved.ts'
import type { Value } from '../query.ts'
import { toSealedText } from '../sealed-text.ts'

export interface Column {
  name: string
  /** PostgreSQL's. */
  type: 'bigint' | 'text' | 'bytea'
}

export interface Table {
  name: string
  columns: readonly Column[]
  /** Positions of the key's columns among them, in the order of the key. */
  key: readonly number[]
  /** Which rows move; SQL of SQLite. */
  moving: string
  /** Which rows came; SQL of PostgreSQL. */
  moved: string
  /** What is selected of each row; SQL of SQLite. */
  selected: string
  rows: number
}

/** In the order of the columns. */
export type Row = readonly Value[]

/** Whoever is signed in signs in again; nodes are starts of other servers. */
const STAYING = new Set(['sessions', 'nodes'])

const TYPES: Readonly<Record<string, Column['type']>> = {
  INTEGER: 'bigint',
  TEXT: 'text',
  BLOB: 'bytea',
  ANY: 'text'
}

/**
 * Of free places there are none where places are not used again. The others keep their numbers, and with them the rows
 * that name them: places that are made there count from a time long after (`Keys`).
 */
const MOVING: Readonly<Record<string, string>> = {
  keyring: "trim(data) <> ''",
  meta: "key not in ('version', 'boot')"
}

const MOVED: Readonly<Record<string, string>> = { meta: `key not in ('version', '${HALF_MOVED}')` }

/**
 * A run that moves is in nobody's memory: its next life is due when its wait is over, or has long been due. One that was in
 * memory when its server was killed counts that, as it would at the server's next start. SQL of SQLite.
 */
const CHANGES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  unfinished: { boot: '0', crashes: 'crashes + (boot <> 0)', life: 'life + 1', wake_at: 'coalesce(wake_at, 0)' }
}

/** The tables of a data directory's database, always in the same order. */
export function tablesOf(db: DatabaseSync): Table[] {
  const names = db
    .prepare(
      "select name from sqlite_master where type = 'table' and name not like 'sqlite\\_%' escape '\\' order by name"
    )
    .all()
    .map(({ name }) => String(name))
  return names.filter((name) => !STAYING.has(name)).map((name) => tableOf(db, name))
}

function tableOf(db: DatabaseSync, name: string): Table {
  const described = db.prepare('select name, type, pk from pragma_table_info(?) order by cid').all(name)
  const columns = described.map((column) => columnOf(String(column['name']), String(column['type'])))
  const key = described
    .map((column, at) => ({ at, place: Number(column['pk']) }))
    .filter(({ place }) => place > 0)
    .sort((a, b) => a.place - b.place)
    .map(({ at }) => at)
  const selected = columns.map((column) => CHANGES[name]?.[column.name] ?? quoted(column.name)).join(', ')
  const moving = MOVING[name] ?? 'true'
  const rows = Number(db.prepare(`select count(*) as n from ${quoted(name)} where ${moving}`).get()?.['n'])
  return { name, columns, key, moving, moved: MOVED[name] ?? 'true', selected, rows }
}

function columnOf(name: string, type: string): Column {
  const found = TYPES[type]
  if (found === undefined) throw new TypeError(`the column ${name} has a type that cannot be moved`)
  return { name, type: found }
}

/** The names of the key's columns, or what stands in for them. */
export function keyOf(table: Table, of: (column: Column) => string = (column) => quoted(column.name)): string[] {
  return table.key.flatMap((at) => table.columns[at] ?? []).map(of)
}

export function keyValues(table: Table, row: Row): Value[] {
  return table.key.map((at) => row[at] ?? null)
}

/** Blobs that an older version wrote into columns of text are sealed. */
export function toMove(table: Table, row: Row): Row {
  return row.map((value, at) =>
    value instanceof Uint8Array && table.columns[at]?.type === 'text' ? toSealedText(value) : value
  )
}

export function quoted(name: string): string {
  return `"${name}"`
}
