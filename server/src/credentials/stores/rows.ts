/** Configured stores at rest: the whole configuration is sealed, with the store's name as associated data. */
import type { Command } from '../../storage/command.ts'
import { query } from '../../storage/query.ts'

export const findStore = query<{ name: string }>()((db, p) =>
  db.selectFrom('stores').selectAll().where('name', '=', p.name)
)

export const allStores = query()((db) => db.selectFrom('stores').selectAll().orderBy('name'))

export interface SavedStore {
  name: string
  kind: string
  sealed: Uint8Array
  now: number
}

const upsertStore = query<SavedStore>()((db, p) =>
  db
    .insertInto('stores')
    .values({ name: p.name, kind: p.kind, sealed: p.sealed, created_at: p.now, updated_at: p.now, edits: 0 })
    .onConflict((on) =>
      on
        .column('name')
        .doUpdateSet((eb) => ({ kind: p.kind, sealed: p.sealed, updated_at: p.now, edits: eb('stores.edits', '+', 1) }))
    )
)

const deleteStore = query<{ name: string }>()((db, p) => db.deleteFrom('stores').where('name', '=', p.name))

const saveStore: Command<SavedStore, undefined> = async (tx, store) => {
  await tx.run(upsertStore, store)
  return undefined
}

const removeStore: Command<{ name: string }, boolean> = async (tx, store) =>
  (await tx.run(deleteStore, store)).changes > 0

/** The writer's commands of this subject. */
export const storeCommands = { saveStore, removeStore }
