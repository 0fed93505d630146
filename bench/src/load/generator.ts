import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Order, Outcome, Report } from './order.ts'

/** The load generator, in a process of its own. One order at a time. */
export class Generator implements AsyncDisposable {
  readonly #child: ChildProcess

  constructor() {
    const env = { PATH: process.env['PATH'] ?? '' }
    this.#child = fork(fileURLToPath(new URL('generate.ts', import.meta.url)), { env })
  }

  /** @throws Error when a request did not succeed */
  async run(order: Order): Promise<Outcome> {
    this.#child.send(order)
    const [report] = (await once(this.#child, 'message')) as [Report]
    if ('error' in report) throw new Error(`${new URL(order.url).origin} ${report.error}`)
    return report.outcome
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#child, 'exit')
    this.#child.disconnect()
    await ended
  }
}
