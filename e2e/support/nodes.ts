/** Servers over one database of the test's own, with a vendor and folders of their own; all gone when the test is over. */
import { randomBytes } from 'node:crypto'
import { startVendor, type Vendor } from '@bellhop/examples/vendor'
import { onTestFinished } from 'vitest'
import { createDatabase } from '../../server/src/storage/postgres/testing/postgres.ts'
import { ServerProcess, type ServerSettings } from './server-process.ts'
import { temporaryFolder } from './temporary.ts'

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
}

/** For projects whose global set-up is `e2e/services/on-demand.ts`. Slack's and GitHub's actions go to the vendor. */
export async function nodes(common: Partial<ServerSettings> = {}): Promise<Nodes> {
  const database = await createDatabase()
  onTestFinished(database.drop)
  const vendor = await startVendor({ anyone: true })
  onTestFinished(() => vendor.close())
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
    data: more.data ?? (await temporaryFolder()),
    env: { ...env, ...more.env }
  })
  const start = async (more?: Partial<ServerSettings>): Promise<ServerProcess> => {
    const server = ServerProcess.launch(await settings(more))
    onTestFinished(() => server.kill())
    await server.listening
    return server
  }
  return { url: database.url, key, vendor, settings, start }
}
