/**
 * Lists of runs, newest first. A page is a range of keys, so a cursor stays right while runs come and go, and looks at
 * a bounded number of rows: where a status is rare, a page ends early and says where to go on.
 */
import { Fault } from '@bellhop/sdk'
import type { Reader } from '../storage/tx.ts'
import { keyAt } from '../storage/ids.ts'
import type { RunRow } from './run-view.ts'
import { sources, workflowId, type Source } from './list-queries.ts'
import { searchRuns } from './search-runs.ts'
import type { RunStatus } from './views.ts'

export interface RunListQuery {
  /** The name of a workflow. */
  workflow?: string
  /** One of these. */
  status?: readonly RunStatus[]
  /** Accepted at or after this time, Unix milliseconds. */
  since?: number
  /** Accepted before this time, Unix milliseconds. */
  until?: number
  /** What stands in its id, its error or note, its event, or in what its steps left; without regard to ASCII case. */
  text?: string
  /** At most this many runs; 1 to 200. */
  limit: number
  /** `next_cursor` of the page before. */
  cursor?: string
}

/** Most runs on a page. */
export const LONGEST_PAGE = 200
/** Rows that one page may look at when a status is asked for. */
export const SCAN_BUDGET = 5_000

export interface Page {
  rows: (RunRow & { id: number })[]
  /** Go on below this key; undefined at the end. */
  next: number | undefined
}

/**
 * One page. A workflow that does not exist has no runs.
 * @param timer milliseconds that only grow, for the time that a text may be looked for
 * @throws Fault `bad_cursor` (400)
 */
export async function listPage(reader: Reader, query: RunListQuery, timer: () => number): Promise<Page> {
  const { status, text } = query
  const limit = Math.min(Math.max(1, Math.trunc(query.limit)), LONGEST_PAGE)
  const workflow = query.workflow === undefined ? null : (await reader.get(workflowId, { name: query.workflow }))?.id
  if (workflow === undefined || status?.length === 0) return { rows: [], next: undefined }
  const range = {
    workflow,
    from: query.since === undefined ? 0 : keyAt(query.since),
    before: Math.min(
      query.until === undefined ? Number.MAX_SAFE_INTEGER : keyAt(query.until),
      query.cursor === undefined ? Number.MAX_SAFE_INTEGER : keyOf(query.cursor)
    )
  }
  const source = sourceFor(workflow, status)
  // The key behind which this page does not look any more; every row before it fits on the page if no status is asked.
  const stop =
    status === undefined ? undefined : (await reader.get(source.boundary, { ...range, skip: SCAN_BUDGET }))?.id
  const statuses = status === undefined ? null : `,${status.join(',')},`
  const window = { ...range, from: stop === undefined ? range.from : stop + 1, statuses }
  const rowsBefore = (before: number, most: number): Promise<Page['rows']> =>
    reader.all(source.rows, { ...window, before, limit: most })
  const behind = stop === undefined ? undefined : stop + 1
  if (text !== undefined) {
    const found = await searchRuns(reader, { text, limit, before: window.before, timer }, rowsBefore)
    return { rows: found.rows, next: found.next ?? behind }
  }
  const rows = await rowsBefore(window.before, limit + 1)
  if (rows.length <= limit) return { rows, next: behind }
  return { rows: rows.slice(0, limit), next: rows[limit - 1]?.id }
}

function sourceFor(workflow: number | null, status: readonly RunStatus[] | undefined): Source {
  if (status?.every((one) => one === 'running' || one === 'waiting') === true) return sources.unfinished
  return workflow === null ? sources.all : sources.ofWorkflow
}

/** A page's end as opaque text. */
export function cursorAt(key: number): string {
  return Buffer.from(`before ${key.toString(36)}`).toString('base64url')
}

function keyOf(cursor: string): number {
  const [, digits] = /^before ([0-9a-z]{1,11})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? []
  const key = digits === undefined ? NaN : parseInt(digits, 36)
  if (Number.isSafeInteger(key)) return key
  throw new Fault('bad_cursor', 'this cursor is not one that a list of runs gave out', {
    status: 400,
    hint: 'Start again without a cursor.'
  })
}
