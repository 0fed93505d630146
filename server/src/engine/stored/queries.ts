/** The engine's SQL. Every write of a run is fenced: it is carried out only while the run is unfinished and ours. */
import { sql, type ExpressionBuilder } from 'kysely'
import type { Schema } from '../../storage/schema.ts'
import { query, type Dialect, type Query } from '../../storage/query.ts'
import { ITEM_JOURNAL } from '../journal.ts'

type Text = string | Uint8Array
interface Run {
  run: number
}
/** A run that this start of the server has in memory, in this life of it: one that was moved on since may be here again. */
export interface Owned extends Run {
  boot: number
  life: number
}
interface At extends Run {
  lane: string
  position: number
}

/**
 * For `insert … select …`: one row if the run is ours, else none. Whoever takes the run over, or ends it, waits for this commit and is
 * waited for: in SQLite all writes do, on PostgreSQL by the row's lock.
 */
export const ours = (p: Owned, dialect: Dialect) =>
  sql`from unfinished where unfinished.run = ${p.run} and unfinished.boot = ${p.boot} and unfinished.life = ${p.life}${lock(dialect)}`

const lock = (dialect: Dialect) => (dialect === 'postgres' ? sql` for no key update` : sql``)

export interface NewRunRow extends Run {
  uuid: string
  workflowId: number
  versionId: number
  keep: number
  at: number
  replayOf: string | null
}

export const runValues = (p: NewRunRow) => ({
  id: p.run,
  uuid: p.uuid,
  workflow_id: p.workflowId,
  version_id: p.versionId,
  status: 'running' as const,
  keep: p.keep,
  accepted_at: p.at,
  replay_of: p.replayOf
})

export const insertRun = query<NewRunRow>()((db, p) =>
  db
    .insertInto('runs')
    .values(runValues(p))
    .onConflict((row) => row.column('id').doNothing())
)

/** This very acceptance, committed before. */
export const sameRun = query<Run & { boot: number; uuid: string }>()((db, p) =>
  db
    .selectFrom('unfinished')
    .innerJoin('runs', 'runs.id', 'unfinished.run')
    .select('unfinished.run')
    .where('unfinished.run', '=', p.run)
    .where('unfinished.boot', '=', p.boot)
    .where('runs.uuid', '=', p.uuid)
)

export interface EventRow extends Run {
  event: Text
}

export const eventValues = (p: EventRow) => ({ run: p.run, body: p.event })

export const insertEvent = query<EventRow>()((db, p) => db.insertInto('events').values(eventValues(p)))

export interface UnfinishedRow extends Run {
  boot: number
  timeoutMs: number
  places: string | null
}

export const unfinishedValues = (p: UnfinishedRow) => ({
  run: p.run,
  timeout_ms: p.timeoutMs,
  boot: p.boot,
  crashes: sql<number>`0`,
  places: p.places
})

export const insertUnfinished = query<UnfinishedRow>()((db, p) =>
  db.insertInto('unfinished').values(unfinishedValues(p))
)

/** Made once and appended; from then on, in SQLite, overwritten where it stands. */
export const putPlace = query<{ id: number; text: string }>()((db, p) =>
  db
    .insertInto('keyring')
    .values({ id: p.id, data: p.text })
    .onConflict((c) => c.column('id').doUpdateSet({ data: p.text }))
)

export const placesOf = query<Run>()((db, p) => db.selectFrom('unfinished').select('places').where('run', '=', p.run))

export const setPlaces = query<Run & { places: string }>()((db, p) =>
  db.updateTable('unfinished').set({ places: p.places }).where('run', '=', p.run)
)

export const progressed = query<Run>()((db, p) =>
  db.updateTable('unfinished').set({ crashes: 0 }).where('run', '=', p.run)
)

export interface StepRow extends At {
  name: string
  kind: string
  status: string
  startedAt: number
  endedAt: number
  attempts: number
  spentMs: number
  value: Text
  logs: Text | null
}

export const STEP_COLUMNS = [
  'run',
  'lane',
  'position',
  'name',
  'kind',
  'status',
  'started_at',
  'ended_at',
  'attempts',
  'spent_ms',
  'value',
  'logs'
] as const

export const stepValues = (p: StepRow) =>
  sql`${p.run}, ${p.lane}, ${p.position}, ${p.name}, ${p.kind}, ${p.status}, ${p.startedAt}, ${p.endedAt}, ${p.attempts}, ${p.spentMs}, ${p.value}, ${p.logs}`

/** A step's checkpoint. */
export const insertStep = query<StepRow & Owned>()((db, p, dialect) =>
  db
    .insertInto('steps')
    .columns([...STEP_COLUMNS])
    .expression(sql`select ${stepValues(p)} ${ours(p, dialect)}`)
    .onConflict((row) => row.columns(['run', 'lane', 'position']).doNothing())
)

/** This very checkpoint, committed before. */
export const sameStep = query<At & { startedAt: number; endedAt: number }>()((db, p) =>
  db
    .selectFrom('steps')
    .select('id')
    .where('run', '=', p.run)
    .where('lane', '=', p.lane)
    .where('position', '=', p.position)
    .where('started_at', '=', p.startedAt)
    .where('ended_at', '=', p.endedAt)
)

/** A step's checkpoint in the commit that ends the run, which is fenced as a whole. */
export const insertLastStep = query<StepRow>()((db, p) =>
  db
    .insertInto('steps')
    .columns([...STEP_COLUMNS])
    .expression(sql`select ${stepValues(p)}`)
)

export const insertAttempt = query<
  At &
    Owned & {
      number: number
      step: string
      startedAt: number
      endedAt: number
      nextAt: number
      spentMs: number
      error: Text
      logs: Text | null
    }
>()((db, p, dialect) =>
  db
    .insertInto('attempts')
    .columns([
      'run',
      'lane',
      'position',
      'number',
      'step',
      'started_at',
      'ended_at',
      'next_at',
      'spent_ms',
      'error',
      'logs'
    ])
    .expression(
      sql`select ${p.run}, ${p.lane}, ${p.position}, ${p.number}, ${p.step}, ${p.startedAt}, ${p.endedAt}, ${p.nextAt}, ${p.spentMs}, ${p.error}, ${p.logs} ${ours(p, dialect)}`
    )
    .onConflict((row) => row.columns(['run', 'lane', 'position', 'number']).doNothing())
)

/** This very attempt, committed before. */
export const sameAttempt = query<At & Owned & { number: number; endedAt: number }>()((db, p) =>
  db
    .selectFrom('attempts')
    .select('run')
    .where('run', '=', p.run)
    .where('lane', '=', p.lane)
    .where('position', '=', p.position)
    .where('number', '=', p.number)
    .where('ended_at', '=', p.endedAt)
)

type InAttempt = At & { number: number; text: Text }

const rewrittenStep = (column: 'value' | 'logs'): Query<At & { text: Text }, unknown> =>
  query<At & { text: Text }>()((db, p) =>
    db
      .updateTable('steps')
      .set({ [column]: p.text })
      .where('run', '=', p.run)
      .where('lane', '=', p.lane)
      .where('position', '=', p.position)
  )

const rewrittenAttempt = (column: 'error' | 'logs'): Query<InAttempt, unknown> =>
  query<InAttempt>()((db, p) =>
    db
      .updateTable('attempts')
      .set({ [column]: p.text })
      .where('run', '=', p.run)
      .where('lane', '=', p.lane)
      .where('position', '=', p.position)
      .where('number', '=', p.number)
  )

/** Writes a text of a run's record anew, by what it is. */
export const rewritten = {
  event: query<Run & { text: Text }>()((db, p) =>
    db.updateTable('events').set({ body: p.text }).where('run', '=', p.run)
  ),
  value: rewrittenStep('value'),
  logs: rewrittenStep('logs'),
  error: rewrittenAttempt('error'),
  attempt_logs: rewrittenAttempt('logs')
}

/** What a resumption brought: it stands in one of these. */
export const rewrittenResumption = [
  query<Run & { name: string; text: Text }>()((db, p) =>
    db.updateTable('resumptions').set({ value: p.text }).where('run', '=', p.run).where('name', '=', p.name)
  ),
  query<Run & { name: string; text: Text }>()((db, p) =>
    db
      .updateTable('waits')
      .set({ value: p.text })
      .where('run', '=', p.run)
      .where('lane', '<', ITEM_JOURNAL)
      .where('name', '=', p.name)
      .where('value', 'is not', null)
  )
] as const

export const insertWait = query<At & Owned & { name: string; kind: string; startedAt: number; until: number }>()(
  (db, p, dialect) =>
    db
      .insertInto('waits')
      .columns(['run', 'lane', 'position', 'name', 'kind', 'started_at', 'until'])
      .expression(
        sql`select ${p.run}, ${p.lane}, ${p.position}, ${p.name}, ${p.kind}, ${p.startedAt}, ${p.until} ${ours(p, dialect)}`
      )
      .onConflict((row) => row.columns(['run', 'lane', 'position']).doNothing())
)

/** This very wait, committed before. */
export const sameWait = query<At & Owned & { startedAt: number; until: number }>()((db, p) =>
  db
    .selectFrom('waits')
    .select('run')
    .where('run', '=', p.run)
    .where('lane', '=', p.lane)
    .where('position', '=', p.position)
    .where('started_at', '=', p.startedAt)
    .where('until', '=', p.until)
)

export const endWait = query<At & { how: 'resumed' | 'timed_out'; at: number; value: Text | null }>()((db, p) =>
  db
    .updateTable('waits')
    .set({ how: p.how, ended_at: p.at, value: p.value })
    .where('run', '=', p.run)
    .where('lane', '=', p.lane)
    .where('position', '=', p.position)
    .where('how', 'is', null)
)

export const waitAt = query<At>()((db, p) =>
  db
    .selectFrom('waits')
    .select(['until', 'how', 'value'])
    .where('run', '=', p.run)
    .where('lane', '=', p.lane)
    .where('position', '=', p.position)
)

/** The wait of this name. Items have none that can be resumed, and may have any number of others. */
export const waitNamed = query<Run & { name: string }>()((db, p) =>
  db
    .selectFrom('waits')
    .select(['lane', 'position', 'until', 'how'])
    .where('run', '=', p.run)
    .where('lane', '<', ITEM_JOURNAL)
    .where('name', '=', p.name)
    .where('kind', '=', 'wait')
)

/** A resumption that came before its wait. */
export const resumptionNamed = query<Run & { name: string }>()((db, p) =>
  db.selectFrom('resumptions').select('id').where('run', '=', p.run).where('name', '=', p.name)
)

export const insertResumption = query<Run & { name: string; value: Text }>()((db, p) =>
  db.insertInto('resumptions').values({ run: p.run, name: p.name, value: p.value })
)

/** Takes the oldest resumption that came before its wait. */
export const takeResumption = query<Run & { name: string }>()((db, p) =>
  db
    .deleteFrom('resumptions')
    .where('id', '=', (e: ExpressionBuilder<Schema, 'resumptions'>) =>
      e
        .selectFrom('resumptions')
        .select('id')
        .where('run', '=', p.run)
        .where('name', '=', p.name)
        .orderBy('id')
        .limit(1)
    )
    .returning('value')
)

export const leaveMemory = query<Owned & { wakeAt: number }>()((db, p) =>
  db
    .updateTable('unfinished')
    .set({ wake_at: p.wakeAt, boot: 0, crashes: 0, life: sql<number>`life + 1` })
    .where('run', '=', p.run)
    .where('boot', '=', p.boot)
    .where('life', '=', p.life)
)

export const setStatus = query<Run & { status: 'running' | 'waiting' }>()((db, p) =>
  db.updateTable('runs').set({ status: p.status }).where('id', '=', p.run)
)

/** A run that waits outside of memory is due at once. */
export const wakeNow = query<Run & { at: number }>()((db, p) =>
  db
    .updateTable('unfinished')
    .set({ wake_at: sql<number>`case when wake_at < ${p.at} then wake_at else ${p.at} end` })
    .where('run', '=', p.run)
    .where('wake_at', 'is not', null)
)

/** Whether the run is ours, and stays so until this commit. */
export const stillOurs = query<Owned>()((db, p, dialect) =>
  db
    .selectFrom('unfinished')
    .select('run')
    .where('run', '=', p.run)
    .where('boot', '=', p.boot)
    .where('life', '=', p.life)
    .$if(dialect === 'postgres', (ours) => ours.forNoKeyUpdate())
)

/** A run that has left memory at the end of this life, or was moved on, and has not ended. */
export const leftBehindUs = query<Owned>()((db, p) =>
  db.selectFrom('unfinished').select('run').where('run', '=', p.run).where('life', '>', p.life)
)
