/**
 * What the ingress costs: a small JSON POST to a trigger whose intake accepts into nothing, against a bare Fastify route
 * that parses the same body and gives the same answer. Each server has a process of its own; rounds alternate. Prints
 * processor time of the server per request, and requests per second, as medians.
 *
 *   node bench/src/ingress.ts [requests per round] [rounds]
 */
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import fastify, { type FastifyInstance } from 'fastify'
import { Pool } from 'undici'
import { createServer } from '../../server/src/http/server.ts'
import { ingressOnly } from '../../server/src/http/testing/services-but.ts'
import { RunIds } from '../../server/src/storage/ids.ts'
import { createCatalogue } from '../../server/src/workflow/catalogue.ts'
import { makePlan } from '../../server/src/workflow/plan.ts'
import type { Deployed } from '../../server/src/workflow/versions.ts'

const ENDPOINT = 'Zm9yLXRoZS1iZW5jaG1hcmst'
const LANES = 32
const BODY = JSON.stringify({
  slack_token: 'xoxb-012345678901-0123456789012-abcdefghijklmnopqrstuvwx',
  channel: 'C0123456789',
  text: 'Hello, this is a message of the usual length for a chat.'
})

/** The floor: routing, parsing, an id, an answer. */
function bare(): FastifyInstance {
  const server = fastify()
  const ids = new RunIds()
  server.post('/in/:endpoint', (request, reply) => {
    if ((request.body as { channel?: string }).channel === undefined) throw new Error('no body')
    return reply.send({ run: ids.next(Date.now()).uuid })
  })
  return server
}

function unused(): never {
  throw new Error('the benchmark has no use for this')
}

function ingress(): FastifyInstance {
  const catalogue = createCatalogue([], [])
  const planning = makePlan(
    { name: 'bench', trigger: { type: 'http' }, steps: [{ name: 'wait', delay: '1s' }] },
    catalogue
  )
  if (!('plan' in planning)) throw new Error(JSON.stringify(planning))
  const deployed: Deployed = {
    workflowId: 1,
    name: 'bench',
    versionId: 1,
    version: 1,
    deploymentId: 'bench',
    endpoint: ENDPOINT,
    enabled: true,
    plan: planning.plan
  }
  const ids = new RunIds()
  return createServer(
    ingressOnly({
      versions: {
        byEndpoint: (endpoint) => (endpoint === ENDPOINT ? deployed : undefined),
        acceptsToken: unused
      },
      intake: {
        accept: () => {
          const ended = Promise.resolve({ ended: false } as const)
          return Promise.resolve({
            run: ids.next(Date.now()).uuid,
            durable: true,
            result: { accepted: true, ended, over: ended }
          })
        }
      },
      drafts: { byEndpoint: unused },
      testEvents: { keep: unused }
    }),
    { log: { isLevelEnabled: () => false, info: () => undefined, error: () => undefined } }
  )
}

/** The child's side: serves, and says how much processor time it has used whenever it is asked. */
async function serve(kind: string): Promise<void> {
  const server = kind === 'bare' ? bare() : ingress()
  const url = await server.listen({ host: '127.0.0.1', port: 0 })
  process.on('message', () => {
    const { user, system } = process.cpuUsage()
    process.send?.(user + system)
  })
  process.send?.(url)
}

class Contender {
  readonly name: string
  readonly #child: ChildProcess
  #pool: Pool | undefined
  readonly cpu: number[] = []
  readonly rate: number[] = []

  constructor(name: string) {
    this.name = name
    this.#child = fork(import.meta.filename, ['--serve', name])
  }

  async start(): Promise<void> {
    const [url] = (await once(this.#child, 'message')) as [string]
    this.#pool = new Pool(url, { connections: LANES, pipelining: 1 })
  }

  async round(requests: number): Promise<void> {
    const started = performance.now()
    const before = await this.#used()
    let left = requests
    const lane = async (): Promise<void> => {
      while (left-- > 0) await this.#send()
    }
    await Promise.all(Array.from({ length: LANES }, lane))
    this.cpu.push(((await this.#used()) - before) / requests)
    this.rate.push((requests * 1000) / (performance.now() - started))
  }

  async stop(): Promise<void> {
    await this.#pool?.close()
    this.#child.kill()
  }

  async #send(): Promise<void> {
    const headers = { 'content-type': 'application/json', 'user-agent': 'bench', accept: '*/*' }
    const answer = await this.#pool?.request({ method: 'POST', path: `/in/${ENDPOINT}`, headers, body: BODY })
    if (answer?.statusCode !== 200) throw new Error(`${this.name} answered ${answer?.statusCode}`)
    await answer.body.dump()
  }

  /** Microseconds of processor time. */
  async #used(): Promise<number> {
    this.#child.send('used?')
    const [used] = (await once(this.#child, 'message')) as [number]
    return used
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN
}

async function compare(requests: number, rounds: number): Promise<void> {
  const contenders = [new Contender('bare'), new Contender('ingress')]
  await Promise.all(contenders.map((contender) => contender.start()))
  for (const contender of contenders) {
    await contender.round(requests)
    contender.cpu.length = contender.rate.length = 0
  }
  for (let round = 0; round < rounds; round += 1) for (const contender of contenders) await contender.round(requests)
  for (const { name, cpu, rate } of contenders) {
    console.log(
      `${name.padEnd(8)} ${median(cpu).toFixed(1)} µs processor/request  ${median(rate).toFixed(0)} requests/s`
    )
  }
  await Promise.all(contenders.map((contender) => contender.stop()))
}

const [first = '20000', second = '7'] = process.argv.slice(2)
if (first === '--serve') await serve(second)
else await compare(Number(first), Number(second))
