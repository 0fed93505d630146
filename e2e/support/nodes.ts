/** Servers over one database, with a vendor and folders of their own. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startVendor, type Vendor } from '@bellhop/examples/vendor'
import { onTestFinished } from 'vitest'
import { createDatabase } from '../../server/src/storage/postgres/testing/postgres.ts'
import { ServerProcess, type ServerSettings } from './server-process.ts'

export interface Nodes {
  /** The database's. */
  url: string
  /** The sealing key that all have. */
  key: string
  vendor: Vendor
  /** Starts one more; `data` is a new folder unless it is given. */
  start: (more?: Partial<ServerSettings>) => Promise<ServerProcess>
  /** What one is started with, for a start that is expected to fail. */
  settings: (more?: Partial<ServerSettings>) => Promise<ServerSettings>
  /** Kills what still runs, and takes everything away. */
  close: () => Promise<void>
}

/** Gone when the test is over. */
export async function nodes(common?: Partial<ServerSettings>): Promise<Nodes> {
  const opened = await openNodes(common)
  onTestFinished(opened.close)
  return opened
}

/** For projects whose global set-up is `e2e/services/on-demand.ts`. Slack's and GitHub's actions go to the vendor. */
export async function openNodes(common: Partial<ServerSettings> = {}): Promise<Nodes> {
  const database = await createDatabase()
  const vendor = await startVendor({ anyone: true })
  const folder = await mkdtemp(join(tmpdir(), 'bellhop-'))
  const servers: ServerProcess[] = []
  const key = randomBytes(32).toString('base64')
  const env = {
    BELLHOP_KEY: key,
    BELLHOP_DATABASE_URL: database.url,
    BELLHOP_APP_SLACK_BASE_URL: `${vendor.url}/api`,
    BELLHOP_APP_GITHUB_BASE_URL: vendor.url,
    ...common.env
  }
  const settings = async (more: Partial<ServerSettings> = {}): Promise<ServerSettings> => ({
    ...common,
    ...more,
    data: more.data ?? (await mkdtemp(join(folder, 'node-'))),
    env: { ...env, ...more.env }
  })
  const start = async (more?: Partial<ServerSettings>): Promise<ServerProcess> => {
    const server = ServerProcess.launch(await settings(more))
    servers.push(server)
    await server.listening
    return server
  }
  const close = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.kill()))
    await vendor.close()
    await rm(folder, { recursive: true, force: true })
    await database.drop()
  }
  return { url: database.url, key, vendor, settings, start, close }
}
