/**
 * Compares what was moved with what came, in stretches of each table: how many rows, and the sum of their digests. Each side
 * works its own out, so that no row travels again.
 */
import { hash } from 'node:crypto'
import { Fault } from '@bellhop/sdk'
import type { Value } from '../query.ts'
import type { Source } from './source.ts'
import { keyOf, keyValues, quoted, type Column, type Row, type Table } from './tables.ts'
import type { Target } from './target.ts'

/** Rows whose keys lie behind one and not behind another. */
interface Stretch {
  after: readonly Value[] | null
  last: readonly Value[]
  rows: number
  sum: string
}

const ROWS = 20_000
const CHARACTERS = 32 << 20
/** Of a row's SHA-256: sums of so many stay exact, and two rows that differ have the same once in 2^48. */
const BYTES = 6

/**
 * @param tell how many rows were compared since the last time
 * @throws Fault `migration_differs`
 */
export async function compare(
  source: Source,
  target: Target,
  table: Table,
  tell: (rows: number) => void
): Promise<void> {
  let asked: Promise<void> = Promise.resolve()
  for (const stretch of stretchesOf(source, table)) {
    await asked
    asked = compareStretch(target, table, stretch).then(() => tell(stretch.rows))
    // It is waited for in the next round.
    asked.catch(() => undefined)
  }
  await asked
}

function* stretchesOf(source: Source, table: Table): Generator<Stretch> {
  let after: readonly Value[] | null = null
  let last: Row | undefined
  let rows = 0
  let sum = 0n
  let characters = 0
  for (const row of source.rows(table, null)) {
    const text = textOf(table, row)
    rows += 1
    characters += text.length
    sum += BigInt(Number.parseInt(hash('sha256', text).slice(0, 2 * BYTES), 16))
    last = row
    if (rows < ROWS && characters < CHARACTERS) continue
    const stretch: Stretch = { after, last: keyValues(table, row), rows, sum: String(sum) }
    yield stretch
    after = stretch.last
    last = undefined
    rows = characters = 0
    sum = 0n
  }
  if (last !== undefined) yield { after, last: keyValues(table, last), rows, sum: String(sum) }
}

async function compareStretch(target: Target, table: Table, { after, last, rows, sum }: Stretch): Promise<void> {
  const key = `(${keyOf(table).join(', ')})`
  const values = (from: number): string => `(${table.key.map((_, at) => `$${from + at}`).join(', ')})`
  const from = after === null ? '' : `and ${key} > ${values(1 + last.length)}`
  const found = await target.ask(
    `select count(*) as rows, coalesce(sum(${digestOf(table)}), 0)::text as sum from ${quoted(table.name)}
      where ${table.moved} and ${key} <= ${values(1)} ${from}`,
    [...last, ...(after ?? [])]
  )
  if (found['rows'] !== rows || found['sum'] !== sum) throw differs(table)
}

/** The text of a row: of each value its length and itself. */
function textOf(table: Table, row: Row): string {
  let text = ''
  for (let at = 0; at < table.columns.length; at++) {
    const value = row[at] ?? null
    if (value === null) text += '-'
    else if (typeof value === 'string') text += `${Buffer.byteLength(value)}:${value}`
    else if (typeof value === 'number') text += digits(String(value))
    else text += digits(Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex'))
  }
  return text
}

function digits(ascii: string): string {
  return `${ascii.length}:${ascii}`
}

/** The same of PostgreSQL's row. */
function digestOf(table: Table): string {
  const text = table.columns.map((column) => {
    const value = valueOf(column)
    return `coalesce(octet_length(${value}) || ':' || ${value}, '-')`
  })
  const first = `substring(sha256(convert_to(${text.join(' || ')}, 'UTF8')) from 1 for ${BYTES})`
  return `('x' || encode(${first}, 'hex'))::bit(${8 * BYTES})::bigint`
}

function valueOf({ name, type }: Column): string {
  switch (type) {
    case 'bigint':
      return `${quoted(name)}::text`
    case 'text':
      return quoted(name)
    case 'bytea':
      return `encode(${quoted(name)}, 'hex')`
  }
}

export function differs({ name }: Table): Fault {
  return new Fault('migration_differs', `What came into the table \`${name}\` is not what the data directory holds.`, {
    hint: 'Somebody changed it meanwhile: empty the database (drop schema bellhop cascade), and move once more.'
  })
}
