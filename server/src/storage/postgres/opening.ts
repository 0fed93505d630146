/** A server's first visit to the database: it looks whether it can work there, migrates, and says that it is there. */
import { Fault } from '@bellhop/sdk'
import type { Client } from 'pg'
import { makeClient, SCHEMA } from './connections.ts'
import { explain } from './explain.ts'
import { SLOTS } from '../ids.ts'
import { refuseHalfMoved } from './half-moved.ts'
import { beginAlone, migrate } from './migrate.ts'

/** Whom a node says that it is. */
export interface NodeName {
  /** A name that no other start has or had. */
  executor: string
  /** The host's name, for people. */
  name: string
  /** Of Bellhop. */
  version: string
}

/** Milliseconds from a renewal of its lease after which a node counts as dead. */
export const LEASE_MS = 6_000

const OLDEST = 150_000

/** What a start gets: its row in `nodes`. */
export interface Entry {
  boot: number
  slot: number
}

/**
 * @param prepare makes ready what else there is in the database; before this node counts as being there
 * @returns with when it began, by `performance.now()`
 * @throws Fault `database_url`, `database_unavailable`, `database_denied`, `database_unknown`, `database_tls`,
 *   `database_unfit`, `database_forbidden`, `database_newer`, `database_half_moved`, `too_many_nodes`
 */
export async function enter(
  url: string,
  node: NodeName,
  prepare: () => Promise<void>
): Promise<{ entry: Entry; joinedAt: number }> {
  const client = makeClient(url)
  // An error of the connection comes with whatever is waited for.
  client.on('error', () => undefined)
  try {
    await client.connect()
    await look(client)
    await migrate(client)
    await prepare()
    const joinedAt = performance.now()
    return { entry: await register(client, node), joinedAt }
  } catch (error) {
    throw error instanceof Fault ? error : explain(error, client)
  } finally {
    await client.end()
  }
}

interface Server {
  version: number
  name: string
  encoding: string
  standby: number
}

/** @throws Fault `database_unfit` */
export async function look(client: Client): Promise<void> {
  const { rows } = await client.query<Server>(
    `select current_setting('server_version_num')::int as version, current_setting('server_version') as name,
      current_setting('server_encoding') as encoding, pg_is_in_recovery() as standby`
  )
  const fault = rows[0] && unfit(rows[0])
  if (fault !== undefined) throw fault
}

/** Why Bellhop cannot work with a server that let it in. */
export function unfit({ version, name, encoding, standby }: Server): Fault | undefined {
  if (version < OLDEST)
    return new Fault(
      'database_unfit',
      `The database server is PostgreSQL ${name}, and Bellhop needs version 15 or later.`,
      {
        hint: 'Upgrade the server, or name another one.'
      }
    )
  if (encoding !== 'UTF8')
    return new Fault('database_unfit', `The database’s encoding is ${encoding}, and Bellhop needs UTF8.`, {
      hint: "Make one with: create database bellhop encoding 'UTF8' template template0"
    })
  if (standby !== 0)
    return new Fault('database_unfit', 'The database server is a standby, which can only be read.', {
      hint: 'Name the primary server.'
    })
  return undefined
}

/**
 * Makes this start's row. Whoever holds the lock sees every slot that is taken; a node's slot is free when its row is gone.
 */
async function register(client: Client, { executor, name, version }: NodeName): Promise<Entry> {
  await beginAlone(client)
  await refuseHalfMoved(client)
  const { rows } = await client.query<{ id: number; slot: number }>(
    `insert into ${SCHEMA}.nodes (executor, name, version, slot, started_at, renewed_at, expires_at)
      select $1, $2, $3, free.slot, now, now, now + $4
      from (select (extract(epoch from clock_timestamp()) * 1000)::bigint as now) as clock,
        lateral (
          select slot from generate_series(0, ${SLOTS - 1}) as slot
          where slot not in (select nodes.slot from ${SCHEMA}.nodes) order by slot limit 1
        ) as free
      returning id, slot`,
    [executor, name, version, LEASE_MS]
  )
  await client.query('commit')
  const [row] = rows
  if (row === undefined) throw tooMany()
  return { boot: row.id, slot: row.slot }
}

function tooMany(): Fault {
  return new Fault('too_many_nodes', `${SLOTS} nodes share this database already, and there can be no more.`, {
    hint: 'Nodes that were stopped or died give their place back within minutes.'
  })
}
