/** A few commands over `meta` and `test_events`, for storage's own tests. */
import { Fault } from '@bellhop/sdk'
import { frees, type Command } from '../command.ts'
import { query } from '../query.ts'

const setMeta = query<{ key: string; value: string }>()((db, p) =>
  db
    .insertInto('meta')
    .values({ key: p.key, value: p.value })
    .onConflict((c) => c.doUpdateSet({ value: p.value }))
)
const addEvent = query<{ workflow: number; sealed: Uint8Array; at: number }>()((db, p) =>
  db.insertInto('test_events').values({ workflow_id: p.workflow, sealed: p.sealed, created_at: p.at }).returning('id')
)
const deleteEvents = query<{ workflow: number }>()((db, p) =>
  db.deleteFrom('test_events').where('workflow_id', '=', p.workflow)
)
const deleteEvent = query<{ id: number }>()((db, p) => db.deleteFrom('test_events').where('id', '=', p.id))

export const commands = {
  set: (async (tx, { key, value }) => (await tx.run(setMeta, { key, value })).changes) as Command<
    { key: string; value: string },
    number
  >,
  /** Writes, then throws: what it wrote has to go. */
  setThenFail: (async (tx, { key, value }) => {
    await tx.run(setMeta, { key, value })
    throw new Fault('told_to_fail', 'This command was told to fail.', { status: 409, hint: 'Do not tell it to.' })
  }) as Command<{ key: string; value: string }, never>,
  add: (async (tx, event) => (await tx.get(addEvent, event))?.id ?? 0) as Command<
    { workflow: number; sealed: Uint8Array; at: number },
    number
  >,
  remove: (async (tx, { id }) => (await tx.run(deleteEvent, { id })).changes) as Command<{ id: number }, number>,
  clear: frees((tx, { workflow }: { workflow: number }) =>
    tx.withoutErasing(async () => (await tx.run(deleteEvents, { workflow })).changes)
  )
}
export type TestCommands = typeof commands
