/** An intake that accepts everything into nothing; tests say how the runs end. */
import type { Json } from '@bellhop/sdk'
import type { AcceptResult, CallerView, RunEnd } from '../../engine/port.ts'
import type { Accepted, IntakeRequest } from '../../run/intake.ts'
import type { Deployed } from '../../workflow/versions.ts'
import { RunIds } from '../../storage/ids.ts'

export class FakeIntake {
  readonly requests: IntakeRequest[] = []
  readonly #ids = new RunIds()
  /** What becomes of the next run; by default it has ended well, with its body as the answer. */
  result: (request: IntakeRequest, deployed: Deployed) => AcceptResult | Promise<AcceptResult> = ({ event }) =>
    accepted({ status: 'succeeded', answer: { status: 200, headers: {}, body: event['body'] ?? null } })

  async accept(deployed: Deployed, request: IntakeRequest): Promise<Accepted> {
    this.requests.push(request)
    const result = await this.result(request, deployed)
    return { run: this.#ids.next(Date.now()).uuid, durable: !request.nostore, result }
  }

  /** The event of the one request that came. */
  get event(): Record<string, Json> {
    if (this.requests.length !== 1) throw new Error(`${this.requests.length} requests came, not one`)
    return this.requests[0]?.event ?? {}
  }
}

export function accepted(end: RunEnd): AcceptResult {
  const ended = Promise.resolve<CallerView>({ ended: true, end })
  return { accepted: true, ended, over: ended }
}

/** A run that ends when the test says so. */
export function pending(): { result: AcceptResult; view: (view: CallerView) => void } {
  const { promise, resolve } = Promise.withResolvers<CallerView>()
  return { result: { accepted: true, ended: promise, over: promise }, view: resolve }
}
