/**
 * Looks for a text in runs as they are shown: scrubbed (I1), and where nothing was kept, nothing is found. There is no index
 * of what runs hold, which every run would have to pay for: rows are read until there is a page of them or the time is up.
 */
import type { Reader } from '../storage/tx.ts'
import { runKey } from '../storage/ids.ts'
import { query } from '../storage/query.ts'
import type { RunRow } from './run-view.ts'
import { textHolds } from './text-queries.ts'

type Row = RunRow & { id: number }

/** Whoever looks for a text shares the thread with runs. */
const TIME_MS = 40
/** Rows that are read at a time. */
const CHUNK = 50
/** Of them so many are looked through at a time: in one turn, or, where the database is elsewhere, in one wait for it. */
const ABREAST = 4

/** Whether the event of a run, or what steps of its own line or its lanes left, holds a text in lower case. */
const holds = query<{ run: number; text: string }>()((db, p, dialect) =>
  db.selectNoFrom((row) =>
    row
      .or([
        row.exists(
          row
            .selectFrom('events')
            .select('run')
            .where('run', '=', p.run)
            .where(textHolds('body', p.text, dialect))
        ),
        row.exists(
          row
            .selectFrom('steps')
            .select('id')
            .where('run', '=', p.run)
            // Items have pages of their own, and there may be very many.
            .where('lane', '<', 'i')
            .where(textHolds('value', p.text, dialect))
        )
      ])
      .as('found')
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
  const end = timer() + TIME_MS
  const says = async (row: Row): Promise<boolean> =>
    saysOf(row, wanted, inJson) || Boolean((await reader.get(holds, { run: row.id, text: inJson }))?.found)
  for (let from = before; ;) {
    const rows = await rowsBefore(from, CHUNK)
    for (let at = 0; at < rows.length; at += ABREAST) {
      const looked = rows.slice(at, at + ABREAST)
      const fits = await Promise.all(looked.map(says))
      for (const [i, row] of looked.entries()) {
        from = row.id
        if (fits[i] === true) found.push(row)
        if (found.length >= limit) return { rows: found, next: from }
      }
      // After the rows, so that however little time there is, every page gets further.
      if (timer() >= end) return { rows: found, next: from }
    }
    if (rows.length < CHUNK) return { rows: found, next: undefined }
  }
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
