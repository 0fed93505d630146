/** A server, a vendor and a data directory of one test's own; all gone when the test is over. */
import { startVendor, type Vendor } from '@bellhop/examples/vendor'
import { onTestFinished } from 'vitest'
import { ServerProcess, type ServerSettings } from './server-process.ts'
import { temporaryFolder } from './temporary.ts'

export { post } from './post.ts'

export interface World {
  server: ServerProcess
  vendor: Vendor
  data: string
  /** Starts the server again on the same directory, after it was stopped or killed. */
  restart(settings?: Partial<ServerSettings>): Promise<ServerProcess>
}

/** Slack's and GitHub's actions go to the vendor. */
export async function world(settings: Partial<ServerSettings> = {}): Promise<World> {
  const vendor = await startVendor({ anyone: true })
  onTestFinished(() => vendor.close())
  const data = settings.data ?? (await temporaryFolder())
  const env = {
    BELLHOP_APP_SLACK_BASE_URL: `${vendor.url}/api`,
    BELLHOP_APP_GITHUB_BASE_URL: vendor.url,
    ...settings.env
  }
  const start = async (more: Partial<ServerSettings> = {}): Promise<ServerProcess> => {
    const server = await ServerProcess.start({ ...settings, ...more, data, env: { ...env, ...more.env } })
    onTestFinished(() => server.kill())
    return server
  }
  const made: World = {
    vendor,
    data,
    server: await start(),
    restart: async (more) => (made.server = await start(more))
  }
  return made
}

/** Asks until the answer is there; the test's own time limit ends a wait in vain. */
export async function eventually<T>(ask: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
