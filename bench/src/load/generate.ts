/**
 * The load generator's process: so many connections, on each one request after another. It takes orders over IPC and
 * ends with its parent.
 */
import { Client, type Dispatcher } from 'undici'
import { quantile } from '../stats.ts'
import type { Order, Outcome, Report } from './order.ts'

/** One connection. Requests are given to undici's dispatcher as they are: this costs the least. */
class Lane {
  readonly #client: Client
  readonly #request: Dispatcher.DispatchOptions
  readonly #times: number[]
  #done = Promise.withResolvers<undefined>()
  #sentAt = 0
  #status = 0
  #answer = ''
  #goesOn: () => boolean = () => false

  constructor(order: Order, times: number[]) {
    const { origin, pathname } = new URL(order.url)
    this.#client = new Client(origin, { pipelining: 1 })
    const headers = { 'content-type': 'application/json', ...order.headers }
    this.#request = { method: 'POST', path: pathname, headers, body: order.body }
    this.#times = times
  }

  /** @throws Error with the answer, where it is not a success */
  async run(goesOn: () => boolean): Promise<void> {
    this.#goesOn = goesOn
    this.#send()
    await this.#done.promise
    await this.#client.close()
  }

  #send(): void {
    this.#sentAt = performance.now()
    this.#client.dispatch(this.#request, this.#handler)
  }

  #next(): void {
    this.#times.push(performance.now() - this.#sentAt)
    if (this.#goesOn()) this.#send()
    else this.#done.resolve(undefined)
  }

  readonly #handler: Dispatcher.DispatchHandler = {
    onRequestStart: () => undefined,
    onResponseStart: (_controller, status) => {
      this.#status = status
    },
    onResponseData: (_controller, chunk) => {
      if (this.#status >= 300) this.#answer += chunk.toString('utf8')
    },
    onResponseEnd: () => {
      if (this.#status < 300) this.#next()
      else this.#done.reject(new Error(`answered ${this.#status}: ${this.#answer.slice(0, 500)}`))
    },
    onResponseError: (_controller, error) => this.#done.reject(error)
  }
}

async function generate(order: Order): Promise<Outcome> {
  const times: number[] = []
  const lanes = Array.from({ length: order.connections }, () => new Lane(order, times))
  let left = (order.requests ?? Infinity) - order.connections
  const cpu = process.cpuUsage()
  const startedAt = performance.now()
  const until = order.requests === undefined ? startedAt + order.lastsMs : Infinity
  await Promise.all(lanes.map((lane) => lane.run(() => performance.now() < until && left-- > 0)))
  const took = performance.now() - startedAt
  const { user, system } = process.cpuUsage(cpu)
  const sorted = Float64Array.from(times).sort()
  return {
    requests: times.length,
    perSecond: (times.length * 1000) / took,
    p50: quantile(sorted, 0.5),
    p99: quantile(sorted, 0.99),
    busy: (user + system) / 1000 / took
  }
}

process.on('message', (order: Order) => {
  generate(order).then(
    (outcome) => report({ outcome }),
    (error: unknown) => report({ error: error instanceof Error ? error.message : String(error) })
  )
})
process.on('disconnect', () => process.exit())

function report(report: Report): void {
  process.send?.(report)
}
