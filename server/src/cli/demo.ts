/**
 * `bellhop start --demo`: a stand-in for a vendor's API beside the server and, in an empty data directory, two example
 * workflows that call it, with the commands that try them.
 */
import { curlCommands, demoWorkflows, startVendor } from '@bellhop/examples'
import { Fault } from '@bellhop/sdk'
import type { RunningServer } from './compose.ts'

export interface Demo {
  /** Settings that point the apps at the stand-in. */
  env: Record<string, string>
  /** Deploys the examples where nothing is deployed yet, and prints what to try. */
  present(server: RunningServer): Promise<void>
  stop(): Promise<void>
}

/**
 * Starts the stand-in on the port after the server's, so that a deployed example finds it at the next start too.
 * @throws Fault `port_in_use`
 */
export async function startDemo(serverPort: number): Promise<Demo> {
  const port = serverPort === 0 ? 0 : serverPort + 1
  const vendor = await startVendor({ port }).catch(() => {
    throw new Fault('port_in_use', `port ${port}, where the demo's vendor listens, is in use`, {
      hint: 'Choose another with --port (the vendor takes the one after it), or start without --demo.'
    })
  })
  return {
    env: { BELLHOP_APP_SLACK_BASE_URL: `${vendor.url}/api`, BELLHOP_APP_GITHUB_BASE_URL: vendor.url },
    present: (server) => present(server, vendor.url),
    stop: () => vendor.close()
  }
}

async function present(server: RunningServer, vendorUrl: string): Promise<void> {
  const { versions } = server
  const examples = demoWorkflows(vendorUrl)
  if (versions.list().length === 0) {
    for (const { name, yaml } of examples) await versions.deploy(yaml, name)
  }
  const endpoints: Record<string, string> = {}
  for (const { name } of examples) {
    const workflow = versions.workflow(name)
    if (workflow !== undefined) endpoints[name] = server.triggerUrl(workflow.endpoint)
  }
  console.log(`\nA stand-in for a vendor's API listens on ${vendorUrl}. In a second terminal, try:\n`)
  for (const { title, command } of curlCommands(endpoints)) console.log(`# ${title}\n${command}\n`)
  console.log('# what was kept of it: the credential is a handle\nnpx bellhop runs\nnpx bellhop show <run>')
}
