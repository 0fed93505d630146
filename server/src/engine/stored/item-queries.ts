/** The SQL of items: their lanes' cursors, and their checkpoints. */
import { sql } from 'kysely'
import { query } from '../../storage/query.ts'
import { ITEM_JOURNAL } from '../journal.ts'
import { ours, type Owned } from './queries.ts'

interface Run {
  run: number
}
interface Lane extends Run {
  position: number
  lane: number
}
/** Texts of an item's journal: of its own lane, and of lanes within it (`i3.17/0.1`). */
interface Journal extends Run {
  journal: string
}

export const insertLane = query<Lane & Owned & { name: string; total: number; lanes: number; at: number }>()(
  (db, p, dialect) =>
    db
      .insertInto('item_lanes')
      .columns(['run', 'position', 'lane', 'name', 'total', 'lanes', 'started_at'])
      .expression(
        sql`select ${p.run}, ${p.position}, ${p.lane}, ${p.name}, ${p.total}, ${p.lanes}, ${p.at} ${ours(p, dialect)}`
      )
      .onConflict((row) => row.columns(['run', 'position', 'lane']).doNothing())
)

export const placesOfLane = query<Lane>()((db, p) =>
  db
    .selectFrom('item_lanes')
    .select('places')
    .where('run', '=', p.run)
    .where('position', '=', p.position)
    .where('lane', '=', p.lane)
)

export const setLanePlaces = query<Lane & { places: string }>()((db, p) =>
  db
    .updateTable('item_lanes')
    .set({ places: p.places })
    .where('run', '=', p.run)
    .where('position', '=', p.position)
    .where('lane', '=', p.lane)
)

/** The places of all items in flight. */
export const placesInFlight = query<Run>()((db, p) =>
  db.selectFrom('item_lanes').select('places').where('run', '=', p.run).where('places', 'is not', null)
)

export const dropPlaces = query<Run>()((db, p) =>
  db.updateTable('item_lanes').set({ places: null }).where('run', '=', p.run).where('places', 'is not', null)
)

/** Goes on to the lane's next item. Only from the item that it says: a checkpoint is written once. */
export const advance = query<
  Lane & {
    done: number
    spentMs: number
    succeeded: number
    endedEarly: number
    failed: number
    failedAt: number | null
  }
>()((db, p) =>
  db
    .updateTable('item_lanes')
    .set((row) => ({
      done: row('done', '+', 1),
      succeeded: row('succeeded', '+', p.succeeded),
      ended_early: row('ended_early', '+', p.endedEarly),
      failed: row('failed', '+', p.failed),
      failed_at: row.fn.coalesce('failed_at', row.val(p.failedAt)),
      spent_ms: p.spentMs,
      places: null
    }))
    .where('run', '=', p.run)
    .where('position', '=', p.position)
    .where('lane', '=', p.lane)
    .where('done', '=', p.done)
)

/** A lane that has gone on from this item, in a commit before. */
export const wentOn = query<Lane & { done: number; spentMs: number }>()((db, p) =>
  db
    .selectFrom('item_lanes')
    .select('run')
    .where('run', '=', p.run)
    .where('position', '=', p.position)
    .where('lane', '=', p.lane)
    .where('done', '=', sql<number>`cast(${p.done} as bigint) + 1`)
    .where('spent_ms', '=', p.spentMs)
)

export const insertItem = query<
  Run & { position: number; index: number; status: string; startedAt: number; endedAt: number; said: string | null }
>()((db, p) =>
  db.insertInto('items').values({
    run: p.run,
    position: p.position,
    item: p.index,
    status: sql`${p.status}`,
    started_at: p.startedAt,
    ended_at: p.endedAt,
    said: p.said
  })
)

export const amendItem = query<Run & { position: number; index: number; text: string }>()((db, p) =>
  db
    .updateTable('items')
    .set({ said: p.text })
    .where('run', '=', p.run)
    .where('position', '=', p.position)
    .where('item', '=', p.index)
)

/** Whatever an item of a run that is not kept has written. Behind `/` comes `0`. */
export const forgetItem = [
  query<Journal>()((db, p) =>
    db.deleteFrom('steps').where('run', '=', p.run).where('lane', '>=', p.journal).where('lane', '<', behind(p.journal))
  ),
  query<Journal>()((db, p) =>
    db
      .deleteFrom('attempts')
      .where('run', '=', p.run)
      .where('lane', '>=', p.journal)
      .where('lane', '<', behind(p.journal))
  ),
  query<Journal>()((db, p) =>
    db.deleteFrom('waits').where('run', '=', p.run).where('lane', '>=', p.journal).where('lane', '<', behind(p.journal))
  )
] as const

/** The first text behind those that begin with a journal's name alone or followed by `/`. */
function behind(journal: string) {
  return sql<string>`${journal} || '0'`
}

export const lanesOf = query<Run>()((db, p) =>
  db.selectFrom('item_lanes').selectAll().where('run', '=', p.run).orderBy('position').orderBy('lane')
)

/** Behind every item's journal. */
const LAST = `${ITEM_JOURNAL}~`

type After = Run & { first: string; second: number; third: number; limit: number }

export const stepTexts = query<After>()((db, p) =>
  db
    .selectFrom('steps')
    .select(['lane', 'position', 'value', 'logs'])
    .where('run', '=', p.run)
    .where('lane', '<', LAST)
    .where(sql<boolean>`(lane, position) > (${p.first}, ${p.second})`)
    .orderBy('lane')
    .orderBy('position')
    .limit(p.limit)
)

export const attemptTexts = query<After>()((db, p) =>
  db
    .selectFrom('attempts')
    .select(['lane', 'position', 'number', 'error', 'logs'])
    .where('run', '=', p.run)
    .where('lane', '<', LAST)
    .where(sql<boolean>`(lane, position, number) > (${p.first}, ${p.second}, ${p.third})`)
    .orderBy('lane')
    .orderBy('position')
    .orderBy('number')
    .limit(p.limit)
)

export const itemTexts = query<Run & { first: number; second: number; limit: number }>()((db, p) =>
  db
    .selectFrom('items')
    .select(['position', 'item', 'said'])
    .where('run', '=', p.run)
    .where('said', 'is not', null)
    .where(sql<boolean>`(position, item) > (${p.first}, ${p.second})`)
    .orderBy('position')
    .orderBy('item')
    .limit(p.limit)
)
