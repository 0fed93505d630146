/** Brings a PostgreSQL database to this server's version. */
import { Fault } from '@bellhop/sdk'
import type { Client } from 'pg'
import { metaTable, migrationsFrom, VERSION } from '../migrations/migrations.ts'
import { PAUSE_MS, SCHEMA } from './connections.ts'

/** The word `bellhop` in ASCII. */
const LOCK = 0x62_65_6c_6c_68_6f_70

/**
 * Milliseconds that a migration waits for a table that somebody works on: whatever nodes ask of it meanwhile waits behind, their
 * leases too, which expire.
 */
const WAIT_MS = 2_000

/**
 * Begins a transaction that nobody else has one of: migrations, and whatever says who is there. A process that stops in the middle
 * of it, or whose machine is gone, does not keep others from starting.
 */
export async function beginAlone(client: Client): Promise<void> {
  await client.query(`begin; set local idle_in_transaction_session_timeout = ${PAUSE_MS}`)
  await client.query(`select pg_advisory_xact_lock(${LOCK})`)
}

/**
 * One node does it, while others that start wait; in one transaction, so that whatever happens meanwhile leaves the old
 * version whole.
 * @throws Fault `database_newer`, and what the driver throws
 */
export async function migrate(client: Client): Promise<void> {
  try {
    await beginAlone(client)
    await ensureSchema(client)
    await client.query(`set local search_path = ${SCHEMA}`)
    await client.query(metaTable('postgres'))
    await bringUp(client)
    await client.query('commit')
  } catch (error) {
    // Of a connection that is gone the server takes it back by itself.
    await client.query('rollback').catch(() => undefined)
    throw error
  }
}

/** Whoever may not make schemas may have been given this one. */
async function ensureSchema(client: Client): Promise<void> {
  const { rowCount } = await client.query('select 1 from pg_namespace where nspname = $1', [SCHEMA])
  if (rowCount === 0) await client.query(`create schema ${SCHEMA}`)
}

async function bringUp(client: Client): Promise<void> {
  const { rows } = await client.query<{ value: string }>("select value from meta where key = 'version'")
  const version = Number(rows[0]?.value ?? 0)
  if (version === VERSION) return
  if (version > VERSION)
    throw new Fault(
      'database_newer',
      `This database has version ${version}, and this Bellhop knows versions up to ${VERSION}: start it with the newer Bellhop that wrote it.`
    )
  await client.query(`set local lock_timeout = ${WAIT_MS}`)
  for (const statements of migrationsFrom(version, 'postgres')) await client.query(statements)
  await client.query(
    "insert into meta (key, value) values ('version', $1) on conflict (key) do update set value = excluded.value",
    [String(VERSION)]
  )
}
