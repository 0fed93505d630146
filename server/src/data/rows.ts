/** Data stores in the database. Apart from `data-stores.ts`, so that the writer's thread loads nothing else. */
import { sql } from 'kysely'
import { frees, type Command } from '../storage/command.ts'
import type { Tx } from '../storage/tx.ts'
import { query } from '../storage/query.ts'

/** Entries of one store. */
export const MAX_ENTRIES = 100_000
/** Bytes of keys and values of one store, in UTF-8. */
export const MAX_STORE_BYTES = 64 * 1024 * 1024
/** Data stores in all. */
export const MAX_STORES = 1_000

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

const unfinished = query<{ run: number }>()((db, p) =>
  db.selectFrom('unfinished').select('run').where('run', '=', p.run)
)
const countStores = query()((db) => db.selectFrom('data_stores').select((e) => e.fn.countAll<number>().as('stores')))
const insertStore = query<{ store: string; workflow: number | null; now: number }>()((db, p) =>
  db.insertInto('data_stores').values({ name: p.store, workflow_id: p.workflow, created_at: p.now })
)
const sizeOfEntry = query<{ id: number; key: string }>()((db, p) =>
  db
    .selectFrom('data_entries')
    .select(sql<number>`octet_length(key) + octet_length(value)`.as('bytes'))
    .where('store', '=', p.id)
    .where('key', '=', p.key)
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
    .set({ entries: sql<number>`entries + ${p.entries}`, bytes: sql<number>`bytes + ${p.bytes}` })
    .where('id', '=', p.id)
)

const setData: Command<SetData, SetDataResult> = (tx, args) => {
  // What a run writes after its end nobody would look through for what it learnt.
  if (tx.get(unfinished, args) === undefined) return 'lost'
  let store = tx.get(storeNamed, args)
  if (store === undefined) {
    if ((tx.get(countStores)?.stores ?? 0) >= MAX_STORES) return 'too_many_stores'
    tx.run(insertStore, args)
    store = tx.get(storeNamed, args)
  }
  if (store === undefined) return 'too_many_stores'
  const { id } = store
  const old = tx.get(sizeOfEntry, { id, key: args.key })?.bytes
  const bytes = Buffer.byteLength(args.key) + Buffer.byteLength(args.value) - (old ?? 0)
  const entries = old === undefined ? 1 : 0
  if (store.entries + entries > MAX_ENTRIES) return 'too_many_entries'
  if (bytes > 0 && store.bytes + bytes > MAX_STORE_BYTES) return 'too_many_bytes'
  tx.run(putEntry, { ...args, id })
  tx.run(grow, { id, entries, bytes })
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
const setDataExpiry: Command<{ store: string; key: string; now: number; expiresAt: number | null }, boolean> = (
  tx,
  args
) => {
  const id = tx.get(storeNamed, args)?.id
  return id !== undefined && tx.run(setExpiry, { ...args, id }).changes > 0
}

const dropEntry = query<{ id: number; key: string }>()((db, p) =>
  db.deleteFrom('data_entries').where('store', '=', p.id).where('key', '=', p.key)
)

/** False where the key was not there. */
const deleteData: Command<{ store: string; key: string }, boolean> = (tx, args) => {
  const id = tx.get(storeNamed, args)?.id
  const bytes = id === undefined ? undefined : tx.get(sizeOfEntry, { id, key: args.key })?.bytes
  if (id === undefined || bytes === undefined) return false
  drop(tx, { store: id, key: args.key, bytes })
  return true
}

function drop(tx: Tx, { store: id, key, bytes }: { store: number; key: string; bytes: number }): void {
  tx.run(dropEntry, { id, key })
  tx.run(grow, { id, entries: -1, bytes: -bytes })
}

const entryNumbered = query<{ entry: number }>()((db, p) =>
  db
    .selectFrom('data_entries')
    .select(['store', 'key', sql<number>`octet_length(key) + octet_length(value)`.as('bytes')])
    .where('id', '=', p.entry)
)

/** Takes away an entry that turned out to hold a secret. */
export function dropData(tx: Tx, entry: number): void {
  const found = tx.get(entryNumbered, { entry })
  if (found !== undefined) drop(tx, found)
}

const someOf = query<{ id: number; limit: number }>()((db, p) =>
  db
    .selectFrom('data_entries')
    .select(['store', 'key', sql<number>`octet_length(key) + octet_length(value)`.as('bytes')])
    .where('store', '=', p.id)
    .limit(p.limit)
)
const dropStore = query<{ id: number }>()((db, p) => db.deleteFrom('data_stores').where('id', '=', p.id))

/** Entries that go at once: so many hold the writer for a moment only. */
const SOME = 200

/** Takes some entries of a store, and the store itself with the last. True when there is nothing left. */
const clearData: Command<{ store: string; whole: boolean }, boolean> = (tx, { store, whole }) => {
  const id = tx.get(storeNamed, { store })?.id
  return id === undefined || clearSome(tx, id, whole)
}

function clearSome(tx: Tx, id: number, whole: boolean): boolean {
  const some = tx.all(someOf, { id, limit: SOME })
  for (const each of some) drop(tx, each)
  if (some.length === SOME) return false
  if (whole) tx.run(dropStore, { id })
  return true
}

const expired = query<{ now: number; limit: number }>()((db, p) =>
  db
    .selectFrom('data_entries')
    .select(['store', 'key', sql<number>`octet_length(key) + octet_length(value)`.as('bytes')])
    .where('expires_at', '<=', p.now)
    .limit(p.limit)
)
const orphan = query()((db) =>
  db
    .selectFrom('data_stores')
    .select('id')
    .where('workflow_id', 'is not', null)
    .where('workflow_id', 'not in', (e) => e.selectFrom('workflows').select('id'))
    .limit(1)
)

/** Takes some of what has expired, or whose workflow is gone. True when there is nothing left. */
export const sweepData: Command<{ now: number }, boolean> = (tx, { now }) => {
  const some = tx.all(expired, { now, limit: SOME })
  for (const each of some) drop(tx, each)
  if (some.length === SOME) return false
  const id = tx.get(orphan)?.id
  if (id !== undefined) clearSome(tx, id, true)
  return id === undefined
}

export const dataCommands = {
  setData,
  setDataExpiry,
  deleteData: frees(deleteData),
  clearData: frees(clearData)
}
