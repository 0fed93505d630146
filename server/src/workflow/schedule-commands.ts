/**
 * Schedules in the writer. Who owns what: a schedule's row says which tick comes next. It is made and changed in the
 * commit that deploys, enables, disables or deletes its workflow, and moved on in the commit that accepts a tick's run.
 *
 * A tick is fired once, whoever tries and however often: a claim is carried out only while the row still stands as it was
 * read (the same version, the same next tick), and leaves a row of the tick's own. Both are in the transaction that
 * accepts the run, so that after a crash there is either all of it or nothing.
 */
import { concurrent } from '../storage/command.ts'
import type { Tx } from '../storage/tx.ts'
import { query } from '../storage/query.ts'
import type { SchedulesTable } from '../storage/schema.ts'
import { sameTimes, tickAfter, type Schedule } from './schedule.ts'

/** As long as a clock that was set back is taken at its word: longer, and it must have been wrong before. */
const DAY_MS = 86_400_000

interface OfWorkflow {
  workflow: number
}

interface NewRow extends OfWorkflow {
  version: number
  schedule: string
  settled: number
  next: number | null
}

/** Locked on PostgreSQL, so that no node claims its next tick meanwhile. */
const rowOf = query<OfWorkflow>()((db, p, dialect) =>
  db
    .selectFrom('schedules')
    .selectAll()
    .where('workflow_id', '=', p.workflow)
    .$if(dialect === 'postgres', (row) => row.forUpdate())
)

const putRow = query<NewRow>()((db, p) =>
  db
    .insertInto('schedules')
    .values({
      workflow_id: p.workflow,
      version_id: p.version,
      schedule: p.schedule,
      settled_at: p.settled,
      next_at: p.next
    })
    .onConflict((conflict) =>
      conflict
        .column('workflow_id')
        .doUpdateSet({ version_id: p.version, schedule: p.schedule, settled_at: p.settled, next_at: p.next })
    )
)

const dropRow = query<OfWorkflow>()((db, p) => db.deleteFrom('schedules').where('workflow_id', '=', p.workflow))

const moveOn = query<Settling & { next: number | null }>()((db, p) =>
  db
    .updateTable('schedules')
    .set({ settled_at: p.settled, next_at: p.next })
    .where('workflow_id', '=', p.workflow)
    .where('version_id', '=', p.version)
    .where('next_at', '=', p.due)
)

const addTick = query<OfWorkflow & { run: number; at: number }>()((db, p) =>
  db
    .insertInto('ticks')
    .values({ id: p.run, workflow_id: p.workflow, at: p.at })
    .onConflict((conflict) => conflict.columns(['workflow_id', 'at']).doNothing())
)

/** Locked as `rowOf`. */
const rowsAhead = query<{ of: number }>()((db, p, dialect) =>
  db
    .selectFrom('schedules')
    .selectAll()
    .where('settled_at', '>', p.of)
    .orderBy('workflow_id')
    .$if(dialect === 'postgres', (row) => row.forUpdate())
)

/** Schedules that have something to do, the longest due first. */
export const dueSchedules = query<{ now: number; limit: number }>()((db, p) =>
  db
    .selectFrom('schedules')
    .select(['workflow_id', 'version_id', 'schedule', 'settled_at', 'next_at'])
    .where('next_at', '<=', p.now)
    .orderBy('next_at')
    .limit(p.limit)
    .$narrowType<{ next_at: number }>()
)

export const nextDue = query()((db) =>
  db.selectFrom('schedules').select('next_at').where('next_at', 'is not', null).orderBy('next_at').limit(1)
)

/** When a workflow's schedule fires next; no row where it has none. */
export const nextTickOf = query<OfWorkflow>()((db, p) =>
  db.selectFrom('schedules').select('next_at').where('workflow_id', '=', p.workflow)
)

/** Whether a schedule has settled more than has happened by `of`. */
export const anyAhead = query<{ of: number }>()((db, p) =>
  db.selectFrom('schedules').select('workflow_id').where('settled_at', '>', p.of).limit(1)
)

/** A tick of a schedule whose row was read with `due` as its next one. */
export interface Settling extends OfWorkflow {
  version: number
  due: number
  /** Every tick up to here is settled from then on. */
  settled: number
  /** The tick after that. */
  next: number | null
}

export interface TickClaim extends Settling {
  /** The tick that is fired. */
  at: number
  /** The key of the run that it starts. */
  run: number
}

/** True for the one claim of a tick that may start its run. A tick that was fired before is settled all the same. */
export async function claimTick(tx: Tx, claim: TickClaim): Promise<boolean> {
  return (await settleTick(tx, claim)) && (await tx.run(addTick, claim)).changes === 1
}

/** Moves a schedule on without firing. False where its row is not as it was read: whoever changed it has decided. */
async function settleTick(tx: Tx, settling: Settling): Promise<boolean> {
  return (await tx.run(moveOn, settling)).changes === 1
}

export interface Scheduled extends OfWorkflow {
  version: number
  enabled: boolean
  /** Undefined where the current version has none. */
  schedule: Schedule | undefined
  at: number
}

/**
 * After a deploy. The same times go on as if nothing had happened, with the new version. Other times count from now on;
 * a tick of the earlier ones that is due and not yet fired is fired with the new version.
 */
export async function putSchedule(tx: Tx, { workflow, version, enabled, schedule, at }: Scheduled): Promise<void> {
  const before = await tx.get(rowOf, { workflow })
  if (schedule === undefined) {
    if (before !== undefined) await tx.run(dropRow, { workflow })
    return
  }
  const text = JSON.stringify(schedule)
  const due = before?.next_at ?? undefined
  const goesOn = before !== undefined && due !== undefined && sameTimes(read(before), schedule)
  const settled = goesOn ? before.settled_at : settledAt(before, at)
  const pending = goesOn || (due !== undefined && due <= at) ? due : undefined
  const next = enabled ? (pending ?? tickAfter(schedule, settled) ?? null) : null
  await tx.run(putRow, { workflow, version, schedule: text, settled, next })
}

/** After a workflow was switched on or off. Ticks from when it was off are not caught up with. */
export async function switchSchedule(
  tx: Tx,
  { workflow, enabled, at }: OfWorkflow & { enabled: boolean; at: number }
): Promise<void> {
  const before = await tx.get(rowOf, { workflow })
  if (before === undefined || (before.next_at !== null) === enabled) return
  const settled = settledAt(before, at)
  const next = enabled ? (tickAfter(read(before), settled) ?? null) : null
  await tx.run(putRow, { workflow, version: before.version_id, schedule: before.schedule, settled, next })
}

export async function dropSchedule(tx: Tx, of: OfWorkflow): Promise<void> {
  await tx.run(dropRow, of)
}

/** A clock that was set back fires nothing twice. */
function settledAt(before: SchedulesTable | undefined, at: number): number {
  return before === undefined || before.settled_at > at + DAY_MS ? at : Math.max(before.settled_at, at)
}

/** Brings schedules back that a clock far in the future has led there. Returns how many. */
async function resyncSchedules(tx: Tx, { now }: { now: number }): Promise<number> {
  const ahead = await tx.all(rowsAhead, { of: now + DAY_MS })
  for (const row of ahead) {
    const next = row.next_at === null ? null : (tickAfter(read(row), now) ?? null)
    await tx.run(putRow, {
      workflow: row.workflow_id,
      version: row.version_id,
      schedule: row.schedule,
      settled: now,
      next
    })
  }
  return ahead.length
}

function read({ schedule }: { schedule: string }): Schedule {
  return JSON.parse(schedule) as Schedule
}

/** A schedule's row is locked by whoever decides about it. */
export const scheduleCommands = { settleTick: concurrent(settleTick), resyncSchedules: concurrent(resyncSchedules) }
export type ScheduleCommands = typeof scheduleCommands
