import { sql, type Selectable } from 'kysely'
import type { Tx } from '../../storage/tx.ts'
import { keyAt } from '../../storage/ids.ts'
import { query, type Args, type Query } from '../../storage/query.ts'
import type {
  AttemptsTable,
  EventsTable,
  ItemLanesTable,
  ItemsTable,
  IdempotencyTable,
  ResumptionsTable,
  RunsTable,
  StepsTable,
  TicksTable,
  WaitsTable
} from '../../storage/schema.ts'
import { workflowCommands } from '../../workflow/commands.ts'
import { historyCommands } from '../commands.ts'

type Step = Omit<StepsTable, 'id'>
type Resumption = Omit<ResumptionsTable, 'id'>

export type ItemLanesTableRow = Selectable<ItemLanesTable>

/** Rows as they stand in their tables, for any number of runs. */
export interface Rows {
  runs?: RunsTable[]
  unfinished?: number[]
  events?: EventsTable[]
  steps?: Step[]
  attempts?: AttemptsTable[]
  waits?: WaitsTable[]
  resumptions?: Resumption[]
  itemLanes?: ItemLanesTableRow[]
  items?: ItemsTable[]
  idempotency?: IdempotencyTable[]
  ticks?: TicksTable[]
  testEvents?: { workflow_id: number; created_at: number; sealed: Uint8Array }[]
}

const insertRun = query<RunsTable>()((db, p) =>
  db.insertInto('runs').values({
    id: p.id,
    uuid: p.uuid,
    workflow_id: p.workflow_id,
    version_id: p.version_id,
    status: p.status,
    keep: p.keep,
    accepted_at: p.accepted_at,
    ended_at: p.ended_at,
    replay_of: p.replay_of,
    ending: p.ending
  })
)
const insertUnfinished = query<{ run: number }>()((db, p) =>
  db.insertInto('unfinished').values({ run: p.run, timeout_ms: 1, boot: 0, crashes: 0, wake_at: null, places: null })
)
const insertItemLane = query<ItemLanesTableRow>()((db, p) =>
  db.insertInto('item_lanes').values({
    run: p.run,
    position: p.position,
    lane: p.lane,
    name: p.name,
    total: p.total,
    lanes: p.lanes,
    started_at: p.started_at,
    done: p.done,
    succeeded: p.succeeded,
    ended_early: p.ended_early,
    failed: p.failed,
    failed_at: p.failed_at,
    spent_ms: p.spent_ms,
    places: p.places
  })
)
const insertItem = query<ItemsTable>()((db, p) =>
  db.insertInto('items').values({
    run: p.run,
    position: p.position,
    item: p.item,
    status: p.status,
    started_at: p.started_at,
    ended_at: p.ended_at,
    said: p.said
  })
)
const insertEvent = query<EventsTable>()((db, p) => db.insertInto('events').values({ run: p.run, body: p.body }))
const insertStep = query<Step>()((db, p) =>
  db.insertInto('steps').values({
    run: p.run,
    lane: p.lane,
    position: p.position,
    name: p.name,
    kind: p.kind,
    status: p.status,
    started_at: p.started_at,
    ended_at: p.ended_at,
    attempts: p.attempts,
    spent_ms: p.spent_ms,
    value: p.value,
    logs: p.logs
  })
)
const insertAttempt = query<AttemptsTable>()((db, p) =>
  db.insertInto('attempts').values({
    run: p.run,
    lane: p.lane,
    position: p.position,
    number: p.number,
    step: p.step,
    started_at: p.started_at,
    ended_at: p.ended_at,
    next_at: p.next_at,
    spent_ms: p.spent_ms,
    error: p.error,
    logs: p.logs
  })
)
const insertWait = query<WaitsTable>()((db, p) =>
  db.insertInto('waits').values({
    run: p.run,
    lane: p.lane,
    position: p.position,
    name: p.name,
    kind: p.kind,
    started_at: p.started_at,
    until: p.until,
    how: p.how,
    ended_at: p.ended_at,
    value: p.value
  })
)
const insertResumption = query<Resumption>()((db, p) =>
  db.insertInto('resumptions').values({ run: p.run, name: p.name, value: p.value })
)
const insertIdempotency = query<IdempotencyTable>()((db, p) =>
  db.insertInto('idempotency').values({ id: p.id, uuid: p.uuid, scope: p.scope, request: p.request, answer: p.answer })
)
const insertTick = query<TicksTable>()((db, p) =>
  db.insertInto('ticks').values({ id: p.id, workflow_id: p.workflow_id, at: p.at })
)
const insertTestEvent = query<{ workflow_id: number; created_at: number; sealed: Uint8Array }>()((db, p) =>
  db.insertInto('test_events').values({ workflow_id: p.workflow_id, sealed: p.sealed, created_at: p.created_at })
)

async function insert(tx: Tx, rows: Rows): Promise<number> {
  async function each<P>(query: Query<P, unknown>, list: readonly P[] = []): Promise<number> {
    // Args<P> is [P] for every query that has parameters, as all of these have.
    for (const row of list) await tx.run(query, ...([row] as unknown as Args<P>))
    return list.length
  }
  const unfinished = rows.unfinished?.map((run) => ({ run }))
  const counts = [
    await each(insertRun, rows.runs),
    await each(insertUnfinished, unfinished),
    await each(insertEvent, rows.events),
    await each(insertStep, rows.steps),
    await each(insertAttempt, rows.attempts),
    await each(insertWait, rows.waits),
    await each(insertResumption, rows.resumptions),
    await each(insertItemLane, rows.itemLanes),
    await each(insertItem, rows.items),
    await each(insertIdempotency, rows.idempotency),
    await each(insertTick, rows.ticks),
    await each(insertTestEvent, rows.testEvents)
  ]
  return counts.reduce((all, one) => all + one, 0)
}

const endRun = query<{ id: number; status: string; at: number }>()((db, p) =>
  db
    .updateTable('runs')
    .set({ status: p.status as RunsTable['status'], ended_at: p.at })
    .where('id', '=', p.id)
)
const dropUnfinished = query<{ id: number }>()((db, p) => db.deleteFrom('unfinished').where('run', '=', p.id))

async function end(tx: Tx, args: { id: number; status: RunsTable['status']; at: number }): Promise<number> {
  await tx.run(dropUnfinished, { id: args.id })
  return (await tx.run(endRun, args)).changes
}

/** Many succeeded runs, a second apart from `start` on: every tenth is of workflow 2, and number i has `fillUuid(i)`. */
const fillRuns = query<{ count: number; firstKey: number; keyStep: number; start: number }>()((db, p) => {
  const [first, step, start] = [p.firstKey, p.keyStep, p.start].map((number) => sql`cast(${number} as bigint)`)
  return {
    compile: () =>
      sql`with recursive n (i) as (select 0 union all select i + 1 from n where i + 1 < ${p.count})
        insert into runs
        select ${first} + i * ${step}, '00000000-0000-7000-8000-' || substr(cast(1000000000000 + i as text), 2),
          case when i % 10 = 0 then 2 else 1 end, 1,
          'succeeded', 1, ${start} + i * 1000, ${start} + i * 1000 + 10, null, null
        from n`.compile(db)
  }
})

const setStatus = query<{ id: number; status: RunsTable['status'] }>()((db, p) =>
  db.updateTable('runs').set({ status: p.status }).where('id', '=', p.id)
)

/** @param args.failed which of them have failed */
async function fill(
  tx: Tx,
  { count, start, failed }: { count: number; start: number; failed: number[] }
): Promise<void> {
  await tx.run(fillRuns, { count, firstKey: keyAt(start), keyStep: keyAt(start + 1_000) - keyAt(start), start })
  for (const i of failed) await tx.run(setStatus, { id: keyAt(start + i * 1_000), status: 'failed' })
}

export function fillUuid(i: number): string {
  return `00000000-0000-7000-8000-${String(i).padStart(12, '0')}`
}

const TABLES = [
  ...(['runs', 'unfinished', 'events', 'steps', 'attempts', 'waits', 'resumptions', 'item_lanes', 'items'] as const),
  ...(['idempotency', 'test_events', 'workflows', 'versions', 'schedules', 'ticks'] as const)
]
const clearTables = TABLES.map((table) => query()((db) => db.deleteFrom(table)))

async function clear(tx: Tx): Promise<void> {
  for (const table of clearTables) await tx.run(table)
}

export const testCommands = { ...workflowCommands, ...historyCommands, insert, end, fill, clear }
export type TestCommands = typeof testCommands
