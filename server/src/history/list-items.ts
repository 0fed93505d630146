/** Pages of the items of one `each`, in the order of its list: those that have ended, and those that are in flight. */
import { Fault } from '@bellhop/sdk'
import type { Reader } from '../storage/tx.ts'
import { failedItemRows, itemCounts, itemLane, itemRows, itemsInFlight } from './item-rows.ts'
import { countsOf, endedItem } from './run-view.ts'
import { StepReader, type RunAt } from './step-reader.ts'
import type { ItemPage, ItemStatus, ItemView } from './views.ts'

export interface ItemListQuery {
  status?: ItemStatus
  /** At most this many items; 1 to 100. */
  limit: number
  /** `next_cursor` of the page before. */
  cursor?: string
}

/** Most items on a page: each is shown with all its steps. */
export const LONGEST_ITEM_PAGE = 100

/** @returns undefined when the run has no such step, or has not come to it. @throws Fault `bad_cursor` (400) */
export async function listItems(
  reader: Reader,
  at: RunAt,
  step: string,
  query: ItemListQuery
): Promise<ItemPage | undefined> {
  const { run } = at
  const counts = (await reader.all(itemCounts, { run })).find(({ name }) => name === step)
  if (counts === undefined) return undefined
  const { position, total } = counts
  const after = query.cursor === undefined ? -1 : indexOf(query.cursor)
  const limit = Math.min(Math.max(1, Math.trunc(query.limit)), LONGEST_ITEM_PAGE)
  const steps = new StepReader(reader)
  // First those in flight: one that ends meanwhile is then found among the others.
  const flying = (await inFlight(reader, at, position)).filter((item) => item > after && item < total)
  const ended = await endedRows(reader, { run, position, after, limit: limit + 1 }, query.status)
  const known = new Set(ended.map(({ item }) => item))
  const shown: (Omit<ItemView, 'steps'> & Partial<Pick<ItemView, 'steps'>>)[] = ended.map(endedItem)
  const status = at.ended ? 'stopped' : 'running'
  if (query.status === undefined || query.status === status)
    for (const index of flying) if (!known.has(index)) shown.push({ index, status })
  const page = shown.toSorted((a, b) => a.index - b.index).slice(0, limit)
  const items = await Promise.all(
    page.map(async (item) => ({ ...item, steps: await steps.ofLane(at, itemLane(position, item.index)) }))
  )
  const last = shown.length > limit ? page.at(-1) : undefined
  return {
    counts: countsOf(counts),
    // An item of a run that has ended was in flight only if it has begun.
    items: items.filter((item) => item.status !== 'stopped' || item.steps.length > 0),
    next_cursor: last === undefined ? null : cursorAt(last.index)
  }
}

async function inFlight(reader: Reader, { run }: RunAt, position: number): Promise<number[]> {
  return (await reader.all(itemsInFlight, { run, position })).map(({ item }) => item)
}

async function endedRows(
  reader: Reader,
  page: { run: number; position: number; after: number; limit: number },
  status: ItemStatus | undefined
) {
  if (status === 'running' || status === 'stopped') return []
  return status === 'failed'
    ? reader.all(failedItemRows, page)
    : reader.all(itemRows, { ...page, status: status ?? null })
}

/** A page's end as opaque text. */
function cursorAt(index: number): string {
  return Buffer.from(`item ${index.toString(36)}`).toString('base64url')
}

function indexOf(cursor: string): number {
  const [, digits] = /^item ([0-9a-z]{1,11})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? []
  const index = digits === undefined ? NaN : parseInt(digits, 36)
  if (Number.isSafeInteger(index)) return index
  throw new Fault('bad_cursor', 'this cursor is not one that a list of items gave out', {
    status: 400,
    hint: 'Start again without a cursor.'
  })
}
