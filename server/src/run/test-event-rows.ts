/** Test events in the database. Apart from `test-events.ts`, so that the writer's thread loads nothing of plans. */
import { announces, concurrent, type Command } from '../storage/command.ts'
import { query } from '../storage/query.ts'

export interface NewTestEvent {
  workflow: number
  sealed: Uint8Array
  now: number
}

const insertTestEvent = query<NewTestEvent>()((db, p) =>
  db.insertInto('test_events').values({ workflow_id: p.workflow, sealed: p.sealed, created_at: p.now }).returning('id')
)
export interface TestEventRow {
  id: number
  workflow_id: number
  sealed: Uint8Array
  created_at: number
}

export const latestTestEvents = query<{ workflow: number }>()((db, p) =>
  db.selectFrom('test_events').selectAll().where('workflow_id', '=', p.workflow).orderBy('id', 'desc')
)

export const testEventById = query<{ id: number }>()((db, p) =>
  db.selectFrom('test_events').selectAll().where('id', '=', p.id)
)

const dropOlder = query<{ workflow: number; keep: number }>()((db, p) =>
  db
    .deleteFrom('test_events')
    .where('workflow_id', '=', p.workflow)
    .where('id', 'not in', (older) =>
      older
        .selectFrom('test_events')
        .select('id')
        .where('workflow_id', '=', p.workflow)
        .orderBy('id', 'desc')
        .limit(p.keep)
    )
)

/** Whoever knows the address can send test events, so only the latest of a workflow stay. */
const KEPT = 20

const addTestEvent: Command<NewTestEvent, number> = async (tx, event) => {
  const added = await tx.get(insertTestEvent, event)
  await tx.run(dropOlder, { workflow: event.workflow, keep: KEPT })
  return added?.id ?? 0
}

const deleteTestEvent = query<{ id: number; workflow: number }>()((db, p) =>
  db.deleteFrom('test_events').where('id', '=', p.id).where('workflow_id', '=', p.workflow)
)

const removeTestEvent: Command<{ id: number; workflow: number }, boolean> = async (tx, event) =>
  (await tx.run(deleteTestEvent, event)).changes === 1

/** The writer's commands of this subject. */
export const testEventCommands = {
  addTestEvent: announces(concurrent(addTestEvent), ({ workflow }) => `test_event ${workflow}`),
  removeTestEvent: concurrent(removeTestEvent)
}

/** Whose test event another node has kept; `all` where something may have been missed. */
export function testEventElsewhere(subject: string): number | 'all' | undefined {
  if (subject === '') return 'all'
  const [, workflow] = /^test_event (\d+)$/.exec(subject) ?? []
  return workflow === undefined ? undefined : Number(workflow)
}
