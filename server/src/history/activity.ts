/**
 * What workflows did lately, for a list of them: the last run, and the last day by the hour. Reads a bounded number of rows
 * however busy they are: where there are more, it says that there were at least so many.
 */
import { sql } from 'kysely'
import type { Reader } from '../storage/tx.ts'
import { keyAt } from '../storage/ids.ts'
import { query } from '../storage/query.ts'
import { iso } from './run-view.ts'
import type { ActivityView } from './views.ts'

const HOURS = 24
const HOUR_MS = 3_600_000
const HOUR_KEYS = keyAt(Date.UTC(2025, 0, 1, 1))
/** Rows that one list may look at, all its workflows together. */
const ROWS = 60_000
/** Rows of one hour of one workflow: no sparkline shows more. */
const MOST = 500
const LEAST = 10

const lastRun = query<{ workflow: number }>()((db, p) =>
  db
    .selectFrom('runs')
    .select(['uuid', 'status', 'accepted_at'])
    .where('workflow_id', '=', p.workflow)
    .orderBy('id', 'desc')
    .limit(1)
)

/** The newest runs in `[from, before)`, at most `limit`, by their hour since `from`. */
const byHour = query<{ workflow: number; from: number; before: number; limit: number }>()((db, p) =>
  db
    .selectFrom((inner) =>
      inner
        .selectFrom('runs')
        .select(['id', 'status'])
        .where('workflow_id', '=', p.workflow)
        .where('id', '>=', p.from)
        .where('id', '<', p.before)
        .orderBy('id', 'desc')
        .limit(p.limit)
        .as('latest')
    )
    .select([
      sql<number>`cast((id - ${p.from}) / ${sql.lit(HOUR_KEYS)} as bigint)`.as('hour'),
      sql<number>`count(*)`.as('runs'),
      sql<number>`sum(case when status in ('failed', 'timed_out', 'crashed') then 1 else 0 end)`.as('failures')
    ])
    .groupBy('hour')
)

/**
 * What a workflow did lately.
 * @param list.now Unix milliseconds
 * @param list.length how many workflows are asked for at once, which share what may be read
 */
export async function activityOf(
  reader: Reader,
  workflow: number,
  list: { now: number; length: number }
): Promise<ActivityView> {
  const most = Math.min(MOST, Math.max(LEAST, Math.floor(ROWS / HOURS / list.length)))
  const [last, day] = await Promise.all([reader.get(lastRun, { workflow }), dayOf(reader, workflow, list.now, most)])
  return {
    last_run: last === undefined ? null : { id: last.uuid, status: last.status, accepted_at: iso(last.accepted_at) },
    day
  }
}

async function dayOf(reader: Reader, workflow: number, now: number, most: number): Promise<ActivityView['day']> {
  const from = keyAt(now - HOURS * HOUR_MS)
  const day = { runs: Array<number>(HOURS).fill(0), failures: Array<number>(HOURS).fill(0), at_least: false }
  const count = async (start: number, end: number, limit: number): Promise<number> => {
    let seen = 0
    for (const { hour, runs, failures } of await reader.all(byHour, { workflow, from: start, before: end, limit })) {
      // A clock that was set back leaves runs ahead of it: they count as of now.
      const place = Math.min(HOURS - 1, (start - from) / HOUR_KEYS + hour)
      day.runs[place] = (day.runs[place] ?? 0) + runs
      day.failures[place] = (day.failures[place] ?? 0) + failures
      seen += runs
    }
    return seen
  }
  const limit = most * HOURS
  if ((await count(from, Number.MAX_SAFE_INTEGER, limit)) < limit) return day
  // A busy one: the same number of runs of each hour, so that every hour says something. One hour after the other: a list
  // asks for many workflows at once, and others want to read too.
  day.runs.fill(0)
  day.failures.fill(0)
  for (let hour = 0; hour < HOURS; hour++) {
    const start = from + hour * HOUR_KEYS
    const end = hour === HOURS - 1 ? Number.MAX_SAFE_INTEGER : start + HOUR_KEYS
    if ((await count(start, end, most)) === most) day.at_least = true
  }
  return day
}
