/**
 * One run's rows. Values are sized first and read one by one, because a run may hold more than one answer should; those of
 * a run that is not kept are sealed, and not read at all.
 */
import { sql, type Kysely } from 'kysely'
import { query } from '../storage/query.ts'
import type { Schema } from '../storage/schema.ts'
import { ITEM_LANES } from './item-rows.ts'

type OfRun = { run: number }

/** More steps than this are not shown. */
export const STEPS_SHOWN = 2_000

export const runRow = query<{ id: number }>()((db, p) =>
  db
    .selectFrom('runs')
    .leftJoin('workflows', 'workflows.id', 'runs.workflow_id')
    .leftJoin('versions', 'versions.id', 'runs.version_id')
    .select(['runs.id', 'runs.uuid', 'runs.status', 'runs.keep', 'runs.accepted_at', 'runs.ended_at'])
    .select(['runs.replay_of', 'runs.ending', 'workflows.name as workflow', 'versions.number as version'])
    .where('runs.id', '=', p.id)
)

const attempts = (db: Kysely<Schema>) =>
  db
    .selectFrom('attempts')
    .select(['lane', 'position', 'number', 'step', 'started_at', 'ended_at', 'next_at'])
    .select(bytesOf('error', 'logs').as('bytes'))
    .orderBy('lane')
    .orderBy('position')
    .orderBy('number')
    .limit(STEPS_SHOWN)

/** Attempts that failed and were followed by another. */
export const attemptRows = query<OfRun>()((db, p) =>
  attempts(db).where('run', '=', p.run).where('lane', '<', ITEM_LANES)
)

export const attemptRowsOfStep = query<OfRun & { lane: string; position: number }>()((db, p) =>
  attempts(db).where('run', '=', p.run).where('lane', '=', p.lane).where('position', '=', p.position)
)

export const attemptBody = query<OfRun & { lane: string; position: number; number: number }>()((db, p) =>
  db
    .selectFrom('attempts')
    .select(['error', 'logs'])
    .where('run', '=', p.run)
    .where('lane', '=', p.lane)
    .where('position', '=', p.position)
    .where('number', '=', p.number)
)

export const waitRows = query<OfRun>()((db, p) =>
  db
    .selectFrom('waits')
    .select(['lane', 'position', 'name', 'kind', 'started_at', 'until', 'how', 'ended_at'])
    .select(bytesOf('value').as('bytes'))
    .where('run', '=', p.run)
    .where('lane', '<', ITEM_LANES)
    .limit(STEPS_SHOWN)
)

const steps = (db: Kysely<Schema>) =>
  db
    .selectFrom('steps')
    .select(['id', 'lane', 'position', 'name', 'kind', 'status', 'started_at', 'ended_at', 'attempts'])
    .select(bytesOf('value', 'logs').as('bytes'))
    .orderBy('lane')
    .orderBy('position')
    .limit(STEPS_SHOWN + 1)

export const stepRows = query<OfRun>()((db, p) => steps(db).where('run', '=', p.run).where('lane', '<', ITEM_LANES))

export const stepRowsOfLane = query<OfRun & { lane: string }>()((db, p) =>
  steps(db).where('run', '=', p.run).where('lane', '=', p.lane)
)

export const stepRowsAfter = query<OfRun & { lane: string; position: number }>()((db, p) =>
  steps(db).where('run', '=', p.run).where('lane', '=', p.lane).where('position', '>', p.position)
)

export const stepBody = query<{ id: number }>()((db, p) =>
  db.selectFrom('steps').select(['value', 'logs']).where('id', '=', p.id)
)

/** What a resumption brought. */
export const waitBody = query<OfRun & { lane: string; position: number }>()((db, p) =>
  db
    .selectFrom('waits')
    .select('value')
    .where('run', '=', p.run)
    .where('lane', '=', p.lane)
    .where('position', '=', p.position)
)

export const waitRowsOfLane = query<OfRun & { lane: string }>()((db, p) =>
  db
    .selectFrom('waits')
    .select(['lane', 'position', 'name', 'kind', 'started_at', 'until', 'how', 'ended_at'])
    .select(bytesOf('value').as('bytes'))
    .where('run', '=', p.run)
    .where('lane', '=', p.lane)
)

export const attemptRowsOfLane = query<OfRun & { lane: string }>()((db, p) =>
  attempts(db).where('run', '=', p.run).where('lane', '=', p.lane)
)

export const eventSize = query<OfRun>()((db, p) =>
  db.selectFrom('events').select(bytesOf('body').as('bytes')).where('run', '=', p.run)
)

export const eventBody = query<OfRun>()((db, p) => db.selectFrom('events').select('body').where('run', '=', p.run))

/** How many bytes these columns hold. Reads no overflow page, nor what PostgreSQL keeps beside the row. */
function bytesOf(first: string, second?: string) {
  const more = second === undefined ? sql`` : sql` + coalesce(octet_length(${sql.ref(second)}), 0)`
  return sql<number>`coalesce(octet_length(${sql.ref(first)}), 0)${more}`
}
