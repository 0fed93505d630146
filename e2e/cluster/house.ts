/** Two nodes over one database, and how tests talk to them. */
import { fileURLToPath } from 'node:url'
import { openNodes, type Nodes } from '../support/nodes.ts'
import { post } from '../support/post.ts'
import type { ServerProcess } from '../support/server-process.ts'

/** Actions that use all of `$`, which no first-party action does. */
const FLOW_ACTIONS = fileURLToPath(new URL('../support/flow-actions.ts', import.meta.url))

export interface Pair {
  cluster: Nodes
  a: ServerProcess
  b: ServerProcess
}

export async function openPair(): Promise<Pair> {
  const cluster = await openNodes({ nodeArgs: ['--import', FLOW_ACTIONS] })
  // The second starts while the first migrates.
  const [a, b] = await Promise.all([cluster.start(), cluster.start()])
  return { cluster, a, b }
}

/** The same address on another node. */
export function on(server: ServerProcess, url: string): string {
  return url.replace(/^http:\/\/[^/]+/, server.url)
}

export async function statusOf(
  server: ServerProcess,
  url: string,
  headers: Record<string, string> = {}
): Promise<number> {
  return (await post(on(server, url), { token: 'xoxb-of-anyone' }, headers)).status
}

/** A workflow that posts a text to Slack. */
export function posting(name: string, text: string, auth: string, trigger = ''): string {
  return `
name: ${name}
trigger: { type: http, respond: last_step${trigger} }
steps:
  - name: notify
    use: slack-send-message
    auth: { slack: ${auth} }
    props: { channel: C0GENERAL, text: "${text}" }
`
}

export const RUNTIME = '{ runtime: { oauth_access_token: "{{steps.trigger.event.body.token}}" } }'
