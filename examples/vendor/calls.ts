import type { IncomingMessage, ServerResponse } from 'node:http'

/** A point in time: `tick` orders everything that this vendor saw, `at` compares with other processes. */
export type Moment = {
  /** Counts starts and ends of calls together, without gaps. */
  tick: number
  /** Unix milliseconds. */
  at: number
}

/** One request as the vendor saw it (type aliases, so that they are JSON). Never holds a token, a query or a body. */
export type Call = {
  method: string
  path: string
  /** Whose token came with it; null when it was refused. */
  customer: string | null
  /** The `idempotency-key` header: the same for every attempt of one step of one run. */
  key: string | null
  /** The `x-run-id` and `x-step` headers, for workflows that say who they are. */
  run: string | null
  step: string | null
  started: Moment
  /** Null while the call is under way. `status` is null when the connection ended before the answer. */
  ended: (Moment & { status: number | null }) | null
}

/** Remembers the latest calls, and counts all of them. */
export class CallLog {
  #tick = 0
  #total = 0
  readonly #keep: number
  #calls: Call[] = []

  constructor(keep: number) {
    this.#keep = keep
  }

  /** All calls ever, those that are no longer remembered too. */
  get total(): number {
    return this.#total
  }

  /** The remembered calls in the order of their starts. */
  get calls(): readonly Call[] {
    return this.#calls.slice(-this.#keep)
  }

  /** Notes a call's start now, and its end when the response is done or its connection is gone. */
  begin(request: IncomingMessage, response: ServerResponse, path: string): Call {
    const call: Call = {
      method: request.method ?? '',
      path,
      customer: null,
      key: header(request, 'idempotency-key'),
      run: header(request, 'x-run-id'),
      step: header(request, 'x-step'),
      started: this.#moment(),
      ended: null
    }
    this.#total++
    if (this.#keep > 0) this.#remember(call)
    response.once('close', () => {
      call.ended = { ...this.#moment(), status: response.writableFinished ? response.statusCode : null }
    })
    return call
  }

  forget(): void {
    this.#calls = []
    this.#total = 0
  }

  #moment(): Moment {
    return { tick: ++this.#tick, at: Date.now() }
  }

  /** Old calls go many at a time, so that remembering one costs the same whatever the number. */
  #remember(call: Call): void {
    this.#calls.push(call)
    if (this.#calls.length >= 2 * this.#keep) this.#calls = this.#calls.slice(-this.#keep)
  }
}

function header(request: IncomingMessage, name: string): string | null {
  const value = request.headers[name]
  return typeof value === 'string' ? value : null
}
