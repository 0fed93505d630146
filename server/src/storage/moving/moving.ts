/**
 * Moves a data directory into a PostgreSQL database: every row of every table, and then compares.
 *
 * Whatever ends it, and whenever: repeated, it goes on where it was (`target.ts`). Nodes start on the database when all of it
 * is there and the same (`postgres/half-moved.ts`). The directory is not changed.
 */
import { Fault } from '@bellhop/sdk'
import { compare, differs } from './comparing.ts'
import type { Source } from './source.ts'
import { keyValues, type Row, type Table } from './tables.ts'
import type { Batch, Target } from './target.ts'

export interface Progress {
  doing: 'moving' | 'comparing'
  table: string
  /** Of this table, and of how many. */
  rows: number
  of: number
  /** Of all tables. */
  done: number
  total: number
}

/** How many rows of a table there are in the directory, and in the database. */
export interface Counted {
  table: string
  here: number
  there: number
}

/** A batch is in memory twice, and once more at the server. */
const ROWS = 2000
const CHARACTERS = 1 << 20

/**
 * @throws Fault `text_not_storable`, `migration_differs`, `migration_elsewhere`, `database_unavailable`, `storage_full`
 */
export async function move(source: Source, target: Target, tell: (progress: Progress) => void): Promise<Counted[]> {
  await moveRows(source, target, new Teller('moving', source, tell))
  const teller = new Teller('comparing', source, tell)
  const counted: Counted[] = []
  for (const table of source.tables) {
    const told = teller.of(table)
    const there = await target.count(table)
    if (there !== table.rows) throw differs(table)
    await compare(source, target, table, told)
    counted.push({ table: table.name, here: table.rows, there })
  }
  for (const table of source.tables)
    if (table.columns[table.key[0] ?? -1]?.name === 'id') await target.numberFrom(table, source.lastId(table))
  await target.end(source.tables)
  return counted
}

async function moveRows(source: Source, target: Target, teller: Teller): Promise<void> {
  const { table: current, after } = target.place
  if (current === null) return
  const at = source.tables.findIndex(({ name }) => name === current)
  for (const table of source.tables.slice(0, at)) teller.of(table)(table.rows)
  for (const table of source.tables.slice(at)) {
    const told = teller.of(table)
    const begun = table.name === current && after !== null
    if (begun) told(await target.count(table))
    await moveTable(target, batchesOf(table, source.rows(table, begun ? after : null)), told)
  }
  await target.endRows()
}

/** Reads the next batch while one is written. */
async function moveTable(target: Target, batches: Iterable<Batch>, told: (rows: number) => void): Promise<void> {
  let written: Promise<void> = Promise.resolve()
  for (const batch of batches) {
    await written
    written = target.put(batch).then(() => told(batch.rows.length))
    // It is waited for in the next round.
    written.catch(() => undefined)
  }
  await written
}

function* batchesOf(table: Table, all: Iterable<Row>): Generator<Batch> {
  let rows: Row[] = []
  let characters = 0
  for (const row of all) {
    refuseUnstorable(table, row)
    rows.push(row)
    characters += lengthOf(row)
    if (rows.length < ROWS && characters < CHARACTERS) continue
    yield { table, rows, last: keyValues(table, row) }
    rows = []
    characters = 0
  }
  const last = rows.at(-1)
  if (last !== undefined) yield { table, rows, last: keyValues(table, last) }
}

/** Of what is sent: bytes go as hex. */
function lengthOf(row: Row): number {
  let length = 0
  for (const value of row)
    if (typeof value === 'string') length += value.length
    else if (value instanceof Uint8Array) length += 2 * value.length
  return length
}

/** As `postgres/values.ts`. */
function refuseUnstorable(table: Table, row: Row): void {
  for (const value of row) {
    if (typeof value !== 'string' || !value.includes('\0')) continue
    const key = JSON.stringify(keyValues(table, row))
    throw new Fault('text_not_storable', `A row of the table \`${table.name}\` holds the character U+0000 (${key}).`, {
      hint: 'PostgreSQL cannot store it. Start the server on the data directory once more, remove what has it, and stop it again.'
    })
  }
}

/** Adds up what is told. */
class Teller {
  readonly #tell: (progress: Progress) => void
  readonly #doing: Progress['doing']
  readonly #total: number
  #done = 0

  constructor(doing: Progress['doing'], source: Source, tell: (progress: Progress) => void) {
    this.#doing = doing
    this.#tell = tell
    this.#total = source.tables.reduce((sum, table) => sum + table.rows, 0)
  }

  of(table: Table): (rows: number) => void {
    let sum = 0
    return (rows) => {
      sum += rows
      this.#done += rows
      const { name, rows: of } = table
      this.#tell({ doing: this.#doing, table: name, rows: sum, of, done: this.#done, total: this.#total })
    }
  }
}
