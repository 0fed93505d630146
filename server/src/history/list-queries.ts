/** The three ways to a list of runs, each along an index in the order of keys. */
import { sql, type Kysely, type RawBuilder } from 'kysely'
import { query, type Dialect, type Query } from '../storage/query.ts'
import type { Schema } from '../storage/schema.ts'
import type { RunRow } from './run-view.ts'
import { positionIn } from './text-queries.ts'

/** Keys in `[from, before)`. */
interface Range {
  workflow: number | null
  from: number
  before: number
}

interface RowsOf extends Range {
  /** `,failed,crashed,`; null: any. */
  statuses: string | null
  limit: number
}

export interface Source {
  /** The key that stands `skip` rows below `before`, if the range reaches that far. */
  boundary: Query<Range & { skip: number }, { id: number }>
  rows: Query<RowsOf, RunRow & { id: number }>
}

export const workflowId = query<{ name: string }>()((db, p) =>
  db.selectFrom('workflows').select('id').where('name', '=', p.name)
)

const listed = (db: Kysely<Schema>) =>
  db
    .selectFrom('runs')
    .leftJoin('workflows', 'workflows.id', 'runs.workflow_id')
    .leftJoin('versions', 'versions.id', 'runs.version_id')
    .select(['runs.id', 'runs.uuid', 'runs.status', 'runs.accepted_at', 'runs.ended_at', 'runs.replay_of'])
    .select(['runs.ending', 'workflows.name as workflow', 'versions.number as version'])
    .orderBy('runs.id', 'desc')

function isOneOf(statuses: string | null, dialect: Dialect): RawBuilder<boolean> {
  return sql<boolean>`${positionIn(dialect)}(${statuses}, ',' || runs.status || ',') > 0`
}

const all: Source = {
  boundary: query<Range & { skip: number }>()((db, p) =>
    db
      .selectFrom('runs')
      .select('id')
      .where('id', '>=', p.from)
      .where('id', '<', p.before)
      .orderBy('id', 'desc')
      .limit(1)
      .offset(p.skip)
  ),
  rows: query<RowsOf>()((db, p, dialect) =>
    listed(db)
      .where('runs.id', '>=', p.from)
      .where('runs.id', '<', p.before)
      .where((row) => row.or([sql<boolean>`cast(${p.statuses} as text) is null`, isOneOf(p.statuses, dialect)]))
      .limit(p.limit)
  )
}

const ofWorkflow: Source = {
  boundary: query<Range & { skip: number }>()((db, p) =>
    db
      .selectFrom('runs')
      .select('id')
      .where('workflow_id', '=', p.workflow)
      .where('id', '>=', p.from)
      .where('id', '<', p.before)
      .orderBy('id', 'desc')
      .limit(1)
      .offset(p.skip)
  ),
  rows: query<RowsOf>()((db, p, dialect) =>
    listed(db)
      .where('runs.workflow_id', '=', p.workflow)
      .where('runs.id', '>=', p.from)
      .where('runs.id', '<', p.before)
      .where((row) => row.or([sql<boolean>`cast(${p.statuses} as text) is null`, isOneOf(p.statuses, dialect)]))
      .limit(p.limit)
  )
}

/** By way of the unfinished runs, of which there are few beside the others. */
const unfinished: Source = {
  boundary: query<Range & { skip: number }>()((db, p) =>
    db
      .selectFrom('unfinished')
      .select('run as id')
      .where('run', '>=', p.from)
      .where('run', '<', p.before)
      .orderBy('run', 'desc')
      .limit(1)
      .offset(p.skip)
  ),
  rows: query<RowsOf>()((db, p, dialect) =>
    listed(db)
      .where('runs.id', 'in', (row) =>
        row.selectFrom('unfinished').select('run').where('run', '>=', p.from).where('run', '<', p.before)
      )
      .where(isOneOf(p.statuses, dialect))
      .where((row) =>
        row.or([sql<boolean>`cast(${p.workflow} as bigint) is null`, row('runs.workflow_id', '=', p.workflow)])
      )
      .limit(p.limit)
  )
}

export const sources = { all, ofWorkflow, unfinished }
