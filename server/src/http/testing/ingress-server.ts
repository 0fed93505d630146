/** A listening server for tests of the ingress: real plans, and at the seam to the engine a fake intake. */
import type { JsonObject } from '@bellhop/sdk'
import { onTestFinished } from 'vitest'
import type { TestSubject } from '../../run/test-events.ts'
import { makePlan } from '../../workflow/plan.ts'
import { catalogue } from '../../workflow/testing/catalogue.ts'
import type { Deployed } from '../../workflow/versions.ts'
import { createServer, type ServerOptions } from '../server.ts'
import type { IngressServices } from '../services.ts'
import { FakeIntake } from './fake-intake.ts'
import { ingressOnly } from './services-but.ts'

export interface IngressServer {
  /** `http://127.0.0.1:<port>` */
  url: string
  port: number
  intake: FakeIntake
  /** Test events that were kept. */
  kept: JsonObject[]
  /** What the server logged, a JSON text a line. */
  log: string[]
  close(): Promise<void>
  /** Adds a workflow with one step and this trigger; its token is `token-of-<name>`. */
  deploy(trigger?: object, settings?: { name?: string; enabled?: boolean }): string
}

export async function startIngress(options: Partial<ServerOptions> = {}): Promise<IngressServer> {
  const workflows = new Map<string, Deployed>()
  const intake = new FakeIntake()
  const kept: JsonObject[] = []
  const log: string[] = []
  const logLine = (fields: object, text: string): void => void log.push(JSON.stringify({ ...fields, text }))
  const versions: IngressServices['versions'] = {
    byEndpoint: (endpoint) => workflows.get(endpoint),
    acceptsToken: (deployed, token) => token === `token-of-${deployed.name}`
  }
  const testEvents = { keep: (_: TestSubject, event: JsonObject) => Promise.resolve(`te_${kept.push(event)}`) }
  const services = ingressOnly({
    versions,
    drafts: { byEndpoint: () => Promise.resolve(undefined) },
    intake,
    testEvents
  })
  const server = createServer(services, {
    log: { isLevelEnabled: () => true, info: logLine, error: logLine },
    ...options
  })
  const url = await server.listen({ host: '127.0.0.1', port: 0 })
  onTestFinished(() => server.close())
  return {
    url,
    port: Number(new URL(url).port),
    intake,
    kept,
    log,
    close: () => server.close(),
    deploy(trigger = {}, { name = 'flow', enabled = true } = {}) {
      const deployed = deployedOf(trigger, name, enabled)
      workflows.set(deployed.endpoint, deployed)
      return `${url}/in/${deployed.endpoint}`
    }
  }
}

function deployedOf(trigger: object, name: string, enabled: boolean): Deployed {
  const steps = [{ name: 'clock', use: 'clock-read' }]
  const planning = makePlan({ name, trigger: { type: 'http', ...trigger }, steps }, catalogue)
  if (!('plan' in planning)) throw new Error(JSON.stringify(planning))
  const endpoint = `endpoint-of-${name}`
  return { workflowId: 1, name, versionId: 1, version: 1, deploymentId: name, endpoint, enabled, plan: planning.plan }
}
