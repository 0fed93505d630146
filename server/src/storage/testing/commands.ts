/** A few commands and queries over `meta` and `test_events`, for storage's own tests. */
import { sql } from 'kysely'
import { Fault } from '@bellhop/sdk'
import { atOnce, concurrent, frees, shortcut, urgent, type Command } from '../command.ts'
import { query } from '../query.ts'

export const meta = query<{ key: string }>()((db, p) => db.selectFrom('meta').select('value').where('key', '=', p.key))

const setMeta = query<{ key: string; value: string }>()((db, p) =>
  db
    .insertInto('meta')
    .values({ key: p.key, value: p.value })
    .onConflict((c) => c.column('key').doUpdateSet({ value: p.value }))
)
const addEvent = query<{ workflow: number; sealed: Uint8Array; at: number }>()((db, p) =>
  db.insertInto('test_events').values({ workflow_id: p.workflow, sealed: p.sealed, created_at: p.at }).returning('id')
)
const deleteEvents = query<{ workflow: number }>()((db, p) =>
  db.deleteFrom('test_events').where('workflow_id', '=', p.workflow)
)
const deleteEvent = query<{ id: number }>()((db, p) => db.deleteFrom('test_events').where('id', '=', p.id))

const insertMeta = query<{ key: string; value: string }>()((db, p) =>
  db.insertInto('meta').values({ key: p.key, value: p.value })
)
/** Nothing where another was first. */
const claimInOne = query<{ key: string; by: string }>()((db, p) =>
  db
    .insertInto('meta')
    .values({ key: p.key, value: p.by })
    .onConflict((c) => c.column('key').doNothing())
)
const increment = query<{ key: string }>()((db, p) =>
  db
    .updateTable('meta')
    .set({ value: sql<string>`cast(cast(value as bigint) + 1 as text)` })
    .where('key', '=', p.key)
    .returning('value')
)

type Claim = Command<{ key: string; by: string }, string>

/** The first to claim a key has it; answers whose it is. */
const claim: Claim = async (tx, { key, by }) => {
  const there = await tx.get(meta, { key })
  if (there !== undefined) return there.value
  await tx.run(insertMeta, { key, value: by })
  return by
}

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
  claim,
  /** Right as well where nothing but the unique key keeps two apart. */
  claimApart: concurrent((tx, args: { key: string; by: string }) => claim(tx, args)),
  /** As `claimApart`, in one statement for the first. */
  claimAtOnce: atOnce(
    concurrent((tx, args: { key: string; by: string }) => claim(tx, args)),
    (args) => shortcut(claimInOne, args, args.by)
  ),
  /** Reads, and writes what it made of that. */
  readAndAdd: (async (tx, { key }) => {
    const value = Number((await tx.get(meta, { key }))?.value ?? 0) + 1
    await tx.run(setMeta, { key, value: String(value) })
    return value
  }) as Command<{ key: string }, number>,
  /** Adds to a number that is there, in one statement. */
  addApart: concurrent(async (tx, { key }: { key: string }) => Number((await tx.get(increment, { key }))?.value)),
  /** As `addApart`, before others. */
  addSoon: urgent(
    concurrent(async (tx, { key }: { key: string }) => Number((await tx.get(increment, { key }))?.value))
  ),
  /** Goes on after a statement of it has failed. */
  carelessly: (async (tx, { key, value }) => {
    await tx.run(setMeta, { key, value })
    await tx.run(insertMeta, { key, value }).catch(() => undefined)
    return 'done'
  }) as Command<{ key: string; value: string }, string>,
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
