/**
 * What a campaign plays on: one database, nodes that reach it each by a network of its own, a vendor and a Vault. It
 * owns every process, and all are gone when `close` has resolved.
 */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startVendor, type Vendor } from '@bellhop/examples/vendor'
import pg from 'pg'
import { database as engine } from '../../../server/src/credentials/stores/vault/testing/engines.ts'
import { setUp } from '../../../server/src/credentials/stores/vault/testing/fixture.ts'
import type { StandIn } from '../../../server/src/credentials/stores/vault/testing/stand-in.ts'
import { freePort } from '../../services/guard/port.ts'
import { startPostgres, type StartedPostgres } from '../../services/postgres.ts'
import { Node } from './node.ts'
import { Proxy } from './proxy.ts'

const ACTIONS = fileURLToPath(new URL('../../support/flow-actions.ts', import.meta.url))

/** When each row was committed is a part of the evidence. */
const SETTINGS = ['track_commit_timestamp=on']
/** Lasts longer than a campaign: it goes only where it is given back. */
const ROLES = { lasting: { ttlMs: 3_600_000, maxTtlMs: 86_400_000 } }

export interface World {
  postgres: StartedPostgres
  nodes: readonly Node[]
  vendor: Vendor
  vault: StandIn
  /** The store's own. */
  vaultToken: string
  /** A statement to the database, past every proxy; tried until it answers. */
  ask<R extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<R[]>
  close(): Promise<void>
}

export async function openWorld(count: number): Promise<World> {
  const closers: (() => Promise<unknown>)[] = []
  const close = async (): Promise<void> => {
    for (const end of closers.splice(0).toReversed()) await end()
  }
  try {
    return { ...(await build(count, closers)), close }
  } catch (error) {
    await close()
    throw error
  }
}

async function build(count: number, closers: (() => Promise<unknown>)[]): Promise<Omit<World, 'close'>> {
  const folder = await mkdtemp(join(tmpdir(), 'bellhop-cluster-'))
  closers.push(() => rm(folder, { recursive: true, force: true }))
  const vendor = await startVendor({ anyone: true, keepCalls: 10_000_000 })
  closers.push(() => vendor.close())
  const { server: vault, token: vaultToken } = await setUp()
  closers.push(() => vault.close())
  vault.mount('database', engine(vault.tokens, ROLES))
  const postgres = await startPostgres(SETTINGS)
  closers.push(() => postgres.stop())
  const { at } = postgres
  const urlOf = (port: number): string => `postgres://${at.user}:${at.password}@127.0.0.1:${port}/${at.database}`
  const env = { BELLHOP_KEY: randomBytes(32).toString('base64') }
  const nodes: Node[] = []
  for (let i = 1; i <= count; i++) {
    const proxy = await Proxy.open(at.port)
    closers.push(() => proxy.close())
    const settings = {
      data: join(folder, `node-${i}`),
      nodeArgs: ['--import', ACTIONS],
      env: { ...env, BELLHOP_DATABASE_URL: urlOf(proxy.port) }
    }
    const node = new Node(`node ${i}`, { port: await freePort(), proxy, settings })
    closers.push(() => node.close())
    nodes.push(node)
  }
  await Promise.all(nodes.map(({ server }) => server.listening))
  return { postgres, nodes, vendor, vault, vaultToken, ask: asker(urlOf(at.port)) }
}

function asker(url: string): World['ask'] {
  return async <R extends pg.QueryResultRow>(text: string, values: unknown[] = []) => {
    for (let tries = 1; ; tries++) {
      const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
      client.on('error', () => {})
      try {
        await client.connect()
        return (await client.query<R>(text, values)).rows
      } catch (error) {
        if (tries === 100) throw error
        await new Promise((resolve) => setTimeout(resolve, 100))
      } finally {
        await client.end().catch(() => {})
      }
    }
  }
}
