/**
 * `bellhop start --demo`: a stand-in for a vendor's API beside the server and, in an empty data directory, two example
 * workflows that call it, with the commands that try them.
 */
import { curlCommands, demoEnvironment, demoWorkflows, DEMO_VENDOR_PORT, startVendor } from '@bellhop/examples'
import { Fault } from '@bellhop/sdk'
import { optionsTo } from './commands/server-options.ts'
import type { RunningServer } from './compose.ts'

export interface Demo {
  /** Settings that point the apps at the stand-in. */
  env: Record<string, string>
  /** Deploys the examples where nothing is deployed yet, and prints what to try. */
  present(server: RunningServer): Promise<void>
  stop(): Promise<void>
}

/**
 * Starts the stand-in, on the same port at every start, so that a deployed example finds it again; on any port beside
 * a server that listens on any.
 * @throws Fault `port_in_use`
 */
export async function startDemo(options: { port: number; data: string }): Promise<Demo> {
  const port = options.port === 0 ? 0 : DEMO_VENDOR_PORT
  const vendor = await startVendor({ port }).catch(() => {
    throw new Fault('port_in_use', `port ${port}, where the demo's vendor listens, is in use`, {
      hint: 'Stop what has it (another demo?), or start without --demo.'
    })
  })
  return {
    env: demoEnvironment(vendor.url),
    present: (server) => present(server, vendor.url, options.data),
    stop: () => vendor.close()
  }
}

async function present(server: RunningServer, vendorUrl: string, data: string): Promise<void> {
  const { versions } = server
  const examples = demoWorkflows(vendorUrl)
  if (versions.list().length === 0) {
    for (const { name, text } of examples) await versions.deploy(text, name)
  }
  const deployed = examples.flatMap(({ name }) => versions.workflow(name) ?? [])
  const endpoints = Object.fromEntries(deployed.map(({ name, endpoint }) => [name, endpoint]))
  console.log(`\nA stand-in for a vendor's API listens on ${vendorUrl}. In a second terminal, try:\n`)
  for (const { title, command } of curlCommands(server.url, endpoints)) console.log(`# ${title}\n${command}\n`)
  const at = optionsTo(server.url, data)
  console.log('# What was kept of it: the credential is a handle.')
  console.log(`npx bellhop runs${at}\nnpx bellhop show <run>${at}`)
}
