/** The engine's commands, and what its tests need besides. */
import type { Command } from '../../../storage/command.ts'
import { query } from '../../../storage/query.ts'
import type { DueSchedule } from '../../contract/fixture.ts'
import { engineCommands } from '../commands.ts'

const TABLES = [
  'runs',
  'unfinished',
  'events',
  'steps',
  'attempts',
  'waits',
  'resumptions',
  'item_lanes',
  'items',
  'idempotency',
  'schedules',
  'ticks',
  'data_stores',
  'data_entries'
] as const
const empty = TABLES.map((table) => query()((db) => db.deleteFrom(table)))

const dropSchedule = query<{ workflow: number }>()((db, p) =>
  db.deleteFrom('schedules').where('workflow_id', '=', p.workflow)
)
const addSchedule = query<DueSchedule>()((db, p) =>
  db
    .insertInto('schedules')
    .values({ workflow_id: p.workflow, version_id: p.version, schedule: '{}', settled_at: 0, next_at: p.next })
)

const wipe: Command<object, void> = async (tx) => {
  for (const each of empty) await tx.run(each)
}

/** The schedule of a workflow, as a deploy leaves it. */
const putSchedule: Command<DueSchedule, void> = async (tx, schedule) => {
  await tx.run(dropSchedule, schedule)
  await tx.run(addSchedule, schedule)
}

export const commands = { ...engineCommands, wipe, putSchedule }
export type TestCommands = typeof commands
