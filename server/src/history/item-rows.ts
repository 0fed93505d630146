/** The rows of items (`each`): how far they have come, and how those ended that have. */
import { sql } from 'kysely'
import { query } from '../storage/query.ts'

type OfRun = { run: number }
type OfItems = OfRun & { position: number }

/** Lanes of items begin with this, which comes behind all others: a run's own view passes over them. */
export const ITEM_LANES = 'i'

export function isItemLane(lane: string): boolean {
  return lane.startsWith(ITEM_LANES)
}

/** Where the steps of an item stand: as the engine names its journal. */
export function itemLane(position: number, item: number): string {
  return `${ITEM_LANES}${position}.${item}`
}

/** How far the items of each `each` have come. */
export const itemCounts = query<OfRun>()((db, p) =>
  db
    .selectFrom('item_lanes')
    .select(['position', 'name', 'total', 'lanes', 'started_at'])
    .select((row) => [
      row.cast<number>(row.fn.sum('succeeded'), 'bigint').as('succeeded'),
      row.cast<number>(row.fn.sum('ended_early'), 'bigint').as('ended_early'),
      row.cast<number>(row.fn.sum('failed'), 'bigint').as('failed')
    ])
    .where('run', '=', p.run)
    .groupBy(['position', 'name', 'total', 'lanes', 'started_at'])
)

/** The item that each lane is at. */
export const itemsInFlight = query<OfItems>()((db, p) =>
  db
    .selectFrom('item_lanes')
    .select(sql<number>`lane + done * lanes`.as('item'))
    .where('run', '=', p.run)
    .where('position', '=', p.position)
)

/** Items that have ended, in order. `status` null: however they ended. */
export const itemRows = query<
  OfItems & { after: number; status: 'succeeded' | 'ended_early' | 'failed' | null; limit: number }
>()((db, p) =>
  db
    .selectFrom('items')
    .select(['item', 'status', 'started_at', 'ended_at', 'said'])
    .where('run', '=', p.run)
    .where('position', '=', p.position)
    .where('item', '>', p.after)
    .where((row) => row.or([sql<boolean>`cast(${p.status} as text) is null`, row('status', '=', p.status)]))
    .orderBy('item')
    .limit(p.limit)
)

/** The same for those that failed, of which there may be few among many. */
export const failedItemRows = query<OfItems & { after: number; limit: number }>()((db, p) =>
  db
    .selectFrom('items')
    .select(['item', 'status', 'started_at', 'ended_at', 'said'])
    .where('run', '=', p.run)
    .where('position', '=', p.position)
    .where('item', '>', p.after)
    .where('status', '=', sql.lit('failed'))
    .orderBy('item')
    .limit(p.limit)
)
