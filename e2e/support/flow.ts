/** Runs of workflows whose steps wait, answer and send, as a test sees them. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { eventually, world, type World } from './world.ts'

const ACTIONS = fileURLToPath(new URL('./flow-actions.ts', import.meta.url))

export interface Urls {
  resume_url: string
  cancel_url: string
}
export interface Step {
  name: string
  kind?: string
  status: string
  exports?: Record<string, unknown>
  summary?: string
  waiting_until?: string
  error?: { code: string; message: string }
  logs: { level: string; text: string }[]
}
export interface Shown {
  id: string
  status: string
  note?: string
  error?: { code: string }
  steps: Step[]
}

/** A server with those actions. */
export const here = (): Promise<World> => world({ nodeArgs: ['--import', ACTIONS] })

export async function start(
  { server }: World,
  steps: string,
  trigger = '{ type: http, respond: last_step }'
): Promise<string> {
  return server.deploy('flow', `name: flow\ntrigger: ${trigger}\nsteps:\n${steps}`)
}

export async function runWhen({ server }: World, ready: (run: Shown) => boolean): Promise<Shown> {
  return eventually(async () => {
    const { body } = await server.api('GET', '/runs?limit=1')
    const id = (body as { runs: { id: string }[] }).runs[0]?.id
    if (id === undefined) return undefined
    const run = (await server.api('GET', `/runs/${id}`)).body as Shown
    return ready(run) ? run : undefined
  })
}

export const isOver = (run: Shown): boolean => run.status !== 'running' && run.status !== 'waiting'
export const waits = (run: Shown): boolean => run.status === 'waiting'

export function urlsOf(run: Shown, name = 'approve'): Urls {
  return run.steps.find((step) => step.name === name && step.exports?.['urls'])?.exports?.['urls'] as Urls
}

/** After a restart the server listens at another port. */
export function at({ server }: Pick<World, 'server'>, url: string): string {
  return url.replace(/^http:\/\/[^/]+/, server.url)
}

/** A server that hears where a step is, and answers when the test lets it. */
export async function gate(): Promise<{ url: string; came: Promise<Urls>; open(): void }> {
  const [came, opened] = [Promise.withResolvers<Urls>(), Promise.withResolvers<void>()]
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      came.resolve(JSON.parse(Buffer.concat(chunks).toString()) as Urls)
      void opened.promise.then(() => response.end('go'))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, came: came.promise, open: opened.resolve }
}
