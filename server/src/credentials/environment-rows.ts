/** The rows of the environment's secrets, and what the writer does with them; the writer's thread loads nothing else of them. */
import type { Command } from '../storage/command.ts'
import { query } from '../storage/query.ts'

export interface EnvSecretRow {
  name: string
  sealed: Uint8Array
  hosts: string
  places: string
}

export const findSecret = query<{ name: string }>()((db, p) =>
  db.selectFrom('env_secrets').selectAll().where('name', '=', p.name)
)
export const allSecrets = query()((db) =>
  db.selectFrom('env_secrets').select(['name', 'hosts', 'places', 'created_at', 'updated_at']).orderBy('name')
)
const upsertSecret = query<EnvSecretRow & { now: number }>()((db, p) =>
  db
    .insertInto('env_secrets')
    .values({
      name: p.name,
      sealed: p.sealed,
      hosts: p.hosts,
      places: p.places,
      created_at: p.now,
      updated_at: p.now
    })
    .onConflict((on) =>
      on.column('name').doUpdateSet({ sealed: p.sealed, hosts: p.hosts, places: p.places, updated_at: p.now })
    )
)
const deleteSecret = query<{ name: string }>()((db, p) => db.deleteFrom('env_secrets').where('name', '=', p.name))

const saveEnvSecret: Command<EnvSecretRow & { now: number }, undefined> = async (tx, secret) => {
  await tx.run(upsertSecret, secret)
  return undefined
}
const removeEnvSecret: Command<{ name: string }, boolean> = async (tx, secret) =>
  (await tx.run(deleteSecret, secret)).changes > 0

/** The writer's commands of this subject. */
export const environmentCommands = { saveEnvSecret, removeEnvSecret }
