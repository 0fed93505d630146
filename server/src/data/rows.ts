/** Data stores in the database. Apart from `data-stores.ts`, so that the writer's thread loads nothing else. */
import { sql } from 'kysely'
import { concurrent, frees, type Command } from '../storage/command.ts'
import type { Tx } from '../storage/tx.ts'
import { query } from '../storage/query.ts'

/** Entries of one store. */
export const MAX_ENTRIES = 100_000
/** Bytes of keys and values of one store, in UTF-8. */
export const MAX_STORE_BYTES = 64 * 1024 * 1024
/** Data stores in all. */
export const MAX_STORES = 1_000

/** Of an entry's key and value, in UTF-8. */
const bytesOf = sql<number>`octet_length(key) + octet_length(value)`

export const storeNamed = query<{ store: string }>()((db, p) =>
  db
    .selectFrom('data_stores')
    .select(['id', 'name', 'workflow_id', 'entries', 'bytes', 'created_at'])
    .where('name', '=', p.store)
)

export const allStores = query()((db) =>
  db.selectFrom('data_stores').select(['name', 'workflow_id', 'entries', 'bytes', 'created_at']).orderBy('name')
)

export const entry = query<{ store: string; key: string; now: number }>()((db, p) =>
  db
    .selectFrom('data_entries')
    .innerJoin('data_stores', 'data_stores.id', 'data_entries.store')
    .select(['value', 'written_at', 'expires_at'])
    .where('data_stores.name', '=', p.store)
    .where('key', '=', p.key)
    .where((e) => e.or([e('expires_at', 'is', null), e('expires_at', '>', p.now)]))
)

/** Entries after a key, in the order of keys. */
export const entriesAfter = query<{ store: string; after: string; now: number; limit: number }>()((db, p) =>
  db
    .selectFrom('data_entries')
    .innerJoin('data_stores', 'data_stores.id', 'data_entries.store')
    .select(['key', 'value', 'written_at', 'expires_at'])
    .where('data_stores.name', '=', p.store)
    .where('key', '>', p.after)
    .where((e) => e.or([e('expires_at', 'is', null), e('expires_at', '>', p.now)]))
    .orderBy('key')
    .limit(p.limit)
)

export const countEntries = query<{ store: string; now: number }>()((db, p) =>
  db
    .selectFrom('data_entries')
    .innerJoin('data_stores', 'data_stores.id', 'data_entries.store')
    .select((e) => e.fn.countAll<number>().as('entries'))
    .where('data_stores.name', '=', p.store)
    .where((e) => e.or([e('expires_at', 'is', null), e('expires_at', '>', p.now)]))
)

export interface SetData {
  store: string
  /** For the store of a step: the workflow's. */
  workflow: number | null
  key: string
  value: string
  now: number
  expiresAt: number | null
  run: number
  lane: string
}

export type SetDataResult = 'set' | 'lost' | 'too_many_entries' | 'too_many_bytes' | 'too_many_stores'

/** On PostgreSQL the run does not end before what it writes is there. */
const unfinished = query<{ run: number }>()((db, p, dialect) =>
  db
    .selectFrom('unfinished')
    .select('run')
    .where('run', '=', p.run)
    .$if(dialect === 'postgres', (row) => row.forShare())
)
/** On PostgreSQL whoever changes a store's entries has its row first: it counts them. */
const storeToChange = query<{ store: string }>()((db, p, dialect) =>
  db
    .selectFrom('data_stores')
    .select(['id', 'entries', 'bytes'])
    .where('name', '=', p.store)
    .$if(dialect === 'postgres', (row) => row.forUpdate())
)
const countStores = query()((db) => db.selectFrom('data_stores').select((e) => e.fn.countAll<number>().as('stores')))
const insertStore = query<{ store: string; workflow: number | null; now: number }>()((db, p) =>
  db
    .insertInto('data_stores')
    .values({ name: p.store, workflow_id: p.workflow, created_at: p.now })
    .onConflict((c) => c.column('name').doNothing())
)
const sizeOfEntry = query<{ id: number; key: string }>()((db, p) =>
  db.selectFrom('data_entries').select(bytesOf.as('bytes')).where('store', '=', p.id).where('key', '=', p.key)
)
const putEntry = query<Omit<SetData, 'store' | 'workflow'> & { id: number }>()((db, p) =>
  db
    .insertInto('data_entries')
    .values({
      store: p.id,
      key: p.key,
      value: p.value,
      written_at: p.now,
      expires_at: p.expiresAt,
      run: p.run,
      lane: p.lane
    })
    .onConflict((c) =>
      c
        .columns(['store', 'key'])
        .doUpdateSet({ value: p.value, written_at: p.now, expires_at: p.expiresAt, run: p.run, lane: p.lane })
    )
)
const grow = query<{ id: number; entries: number; bytes: number }>()((db, p) =>
  db
    .updateTable('data_stores')
    .set((row) => ({ entries: row('entries', '+', p.entries), bytes: row('bytes', '+', p.bytes) }))
    .where('id', '=', p.id)
)

const setData: Command<SetData, SetDataResult> = async (tx, args) => {
  // What a run writes after its end nobody would look through for what it learnt.
  if ((await tx.get(unfinished, args)) === undefined) return 'lost'
  let store = await tx.get(storeToChange, args)
  if (store === undefined) {
    if (((await tx.get(countStores))?.stores ?? 0) >= MAX_STORES) return 'too_many_stores'
    await tx.run(insertStore, args)
    store = await tx.get(storeToChange, args)
  }
  if (store === undefined) return 'too_many_stores'
  const { id } = store
  const old = (await tx.get(sizeOfEntry, { id, key: args.key }))?.bytes
  const bytes = Buffer.byteLength(args.key) + Buffer.byteLength(args.value) - (old ?? 0)
  const entries = old === undefined ? 1 : 0
  if (store.entries + entries > MAX_ENTRIES) return 'too_many_entries'
  if (bytes > 0 && store.bytes + bytes > MAX_STORE_BYTES) return 'too_many_bytes'
  await tx.run(putEntry, { ...args, id })
  await tx.run(grow, { id, entries, bytes })
  return 'set'
}

const setExpiry = query<{ id: number; key: string; now: number; expiresAt: number | null }>()((db, p) =>
  db
    .updateTable('data_entries')
    .set({ expires_at: p.expiresAt })
    .where('store', '=', p.id)
    .where('key', '=', p.key)
    .where((e) => e.or([e('expires_at', 'is', null), e('expires_at', '>', p.now)]))
)

/** False where the key is not there. */
const setDataExpiry: Command<{ store: string; key: string; now: number; expiresAt: number | null }, boolean> = async (
  tx,
  args
) => {
  const id = (await tx.get(storeNamed, args))?.id
  return id !== undefined && (await tx.run(setExpiry, { ...args, id })).changes > 0
}

const dropEntry = query<{ id: number; key: string }>()((db, p) =>
  db
    .deleteFrom('data_entries')
    .where('store', '=', p.id)
    .where('key', '=', p.key)
    .returning(['store', bytesOf.as('bytes')])
)

/** False where the key was not there. */
const deleteData: Command<{ store: string; key: string }, boolean> = async (tx, { store, key }) => {
  const id = (await tx.get(storeToChange, { store }))?.id
  const gone = id === undefined ? [] : await tx.all(dropEntry, { id, key })
  await discount(tx, gone)
  return gone.length > 0
}

/** Takes entries that are gone out of their stores' counts. */
async function discount(tx: Tx, gone: readonly { store: number; bytes: number }[]): Promise<void> {
  for (const [id, entries] of Map.groupBy(gone, ({ store }) => store)) {
    const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0)
    await tx.run(grow, { id, entries: -entries.length, bytes: -bytes })
  }
}

const storeOfEntry = query<{ entry: number }>()((db, p, dialect) =>
  db
    .selectFrom('data_stores')
    .select('id')
    .where('id', '=', (e) => e.selectFrom('data_entries').select('store').where('id', '=', p.entry))
    .$if(dialect === 'postgres', (row) => row.forUpdate())
)
const dropNumbered = query<{ entry: number }>()((db, p) =>
  db
    .deleteFrom('data_entries')
    .where('id', '=', p.entry)
    .returning(['store', bytesOf.as('bytes')])
)

/** Takes away an entry that turned out to hold a secret. */
export async function dropData(tx: Tx, entry: number): Promise<void> {
  if ((await tx.get(storeOfEntry, { entry })) === undefined) return
  await discount(tx, await tx.all(dropNumbered, { entry }))
}

const dropSomeOf = query<{ id: number; limit: number }>()((db, p) =>
  db
    .deleteFrom('data_entries')
    .where('id', 'in', (e) => e.selectFrom('data_entries').select('id').where('store', '=', p.id).limit(p.limit))
    .returning(['store', bytesOf.as('bytes')])
)
const dropStore = query<{ id: number }>()((db, p) => db.deleteFrom('data_stores').where('id', '=', p.id))

/** Entries that go at once: so many hold the writer for a moment only. */
const SOME = 200

/** Takes some entries of a store, and the store itself with the last. True when there is nothing left. */
const clearData: Command<{ store: string; whole: boolean }, boolean> = async (tx, { store, whole }) => {
  const id = (await tx.get(storeToChange, { store }))?.id
  return id === undefined || clearSome(tx, id, whole)
}

async function clearSome(tx: Tx, id: number, whole: boolean): Promise<boolean> {
  const gone = await tx.all(dropSomeOf, { id, limit: SOME })
  await discount(tx, gone)
  if (gone.length === SOME) return false
  if (whole) await tx.run(dropStore, { id })
  return true
}

const storesOfExpired = query<{ now: number; limit: number }>()((db, p, dialect) =>
  db
    .selectFrom('data_stores')
    .select('id')
    .where('id', 'in', (e) =>
      e.selectFrom('data_entries').select('store').where('expires_at', '<=', p.now).limit(p.limit)
    )
    .orderBy('id')
    .$if(dialect === 'postgres', (row) => row.forUpdate())
)
const dropExpired = query<{ now: number; limit: number }>()((db, p) =>
  db
    .deleteFrom('data_entries')
    .where('id', 'in', (e) => e.selectFrom('data_entries').select('id').where('expires_at', '<=', p.now).limit(p.limit))
    .returning(['store', bytesOf.as('bytes')])
)
const orphan = query()((db, _, dialect) =>
  db
    .selectFrom('data_stores')
    .select('id')
    .where('workflow_id', 'is not', null)
    .where('workflow_id', 'not in', (e) => e.selectFrom('workflows').select('id'))
    .limit(1)
    .$if(dialect === 'postgres', (row) => row.forUpdate())
)

/** Takes some of what has expired, or whose workflow is gone. True when there is nothing left. */
export const sweepData: Command<{ now: number }, boolean> = concurrent(async (tx, { now }) => {
  if ((await tx.all(storesOfExpired, { now, limit: SOME })).length > 0) {
    const gone = await tx.all(dropExpired, { now, limit: SOME })
    await discount(tx, gone)
    if (gone.length === SOME) return false
  }
  const id = (await tx.get(orphan))?.id
  if (id !== undefined) await clearSome(tx, id, true)
  return id === undefined
})

/** A store's row is locked by whoever changes its entries. */
export const dataCommands = {
  setData: concurrent(setData),
  setDataExpiry: concurrent(setDataExpiry),
  deleteData: frees(concurrent(deleteData)),
  clearData: frees(concurrent(clearData))
}
