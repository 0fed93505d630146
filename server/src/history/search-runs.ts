/**
 * Looks for a text in runs as they are shown: scrubbed (I1), and where nothing was kept, nothing is found. There is no index
 * of what runs hold, which every run would have to pay for: rows are read until there is a page of them or the time is up.
 */
import type { Reader } from '../storage/tx.ts'
import { runKey } from '../storage/ids.ts'
import { query, type Dialect } from '../storage/query.ts'
import { isOneOf, keyList } from './key-lists.ts'
import type { RunRow } from './run-view.ts'
import { textHolds } from './text-queries.ts'

type Row = RunRow & { id: number }

/** Whoever looks for a text in SQLite shares the thread with runs; elsewhere only somebody waits for an answer. */
const TIME_MS: Readonly<Record<Dialect, number>> = { sqlite: 40, postgres: 400 }
/** Rows that are looked into between two looks at the time: few at first, as nobody knows how much they hold. */
const FEWEST = 5
const MOST = 50

/** Those of some runs whose event, or what steps of their own line or their lanes left, holds a text in lower case. */
const holding = query<{ runs: string; text: string }>()((db, p, dialect) =>
  db
    .selectFrom('runs')
    .select('id')
    .where(isOneOf('id', p.runs, dialect))
    .where((row) =>
      row.or([
        row.exists(
          row
            .selectFrom('events')
            .select('run')
            .whereRef('run', '=', 'runs.id')
            .where(textHolds('body', p.text, dialect))
        ),
        row.exists(
          row
            .selectFrom('steps')
            .select('steps.id')
            .whereRef('run', '=', 'runs.id')
            // Items have pages of their own, and there may be very many.
            .where('lane', '<', 'i')
            .where(textHolds('value', p.text, dialect))
        )
      ])
    )
)

interface Search {
  text: string
  limit: number
  /** Look below this key. */
  before: number
  timer: () => number
}

/** @param rowsBefore the newest runs below a key */
export async function searchRuns(
  reader: Reader,
  { text, limit, before, timer }: Search,
  rowsBefore: (before: number, most: number) => Promise<Row[]>
): Promise<{ rows: Row[]; next: number | undefined }> {
  const wanted = text.trim().toLowerCase()
  const key = runKey(wanted)
  if (key !== undefined)
    return {
      rows: key < before ? (await rowsBefore(key + 1, 1)).filter(({ uuid }) => uuid === wanted) : [],
      next: undefined
    }
  // As it stands in JSON.
  const inJson = lowered(JSON.stringify(text.trim()).slice(1, -1))
  const found: Row[] = []
  const end = timer() + TIME_MS[reader.dialect]
  for (let from = before, most = FEWEST; ; most = Math.min(2 * most, MOST)) {
    const rows = await rowsBefore(from, most)
    const fitting = await fittingOf(reader, rows, wanted, inJson)
    for (const row of rows) {
      from = row.id
      if (fitting.has(row.id)) found.push(row)
      if (found.length >= limit) return { rows: found, next: from }
    }
    if (rows.length < most) return { rows: found, next: undefined }
    // After some rows, so that however little time there is, every page gets further.
    if (timer() >= end) return { rows: found, next: from }
  }
}

async function fittingOf(
  reader: Reader,
  rows: readonly Row[],
  wanted: string,
  inJson: string
): Promise<ReadonlySet<number>> {
  const { true: saying = [], false: silent = [] } = Object.groupBy(rows, (row) => `${saysOf(row, wanted, inJson)}`)
  const keys = silent.map(({ id }) => id)
  const held = keys.length === 0 ? [] : await reader.all(holding, { runs: keyList(keys), text: inJson })
  return new Set([...saying, ...held].map(({ id }) => id))
}

function saysOf({ uuid, workflow, ending }: RunRow, wanted: string, inJson: string): boolean {
  return (
    uuid.includes(wanted) ||
    workflow?.includes(wanted) === true ||
    (ending !== null && lowered(ending).includes(inJson))
  )
}

/** As SQLite's `lower`: ASCII only. */
function lowered(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}
