/**
 * How much the ingress takes on at once: requests, with the runs that they started, and the bytes of their bodies.
 *
 * Owns two counters. A request holds a ticket from its admission until its run has ended or left memory; above a cap the
 * answer is 503 at once, so that a burst costs callers a retry and not the process its memory.
 */
import { HttpFault } from '../problem.ts'

export interface Caps {
  /** Requests being read, and runs that they started and that are in memory. */
  maxRuns: number
  /** Bytes of their bodies, as sent and as decompressed. */
  maxBytes: number
}

export class Load {
  readonly #caps: Caps
  #runs = 0
  #bytes = 0

  constructor(caps: Caps) {
    this.#caps = caps
  }

  /** @throws HttpFault `overloaded` (503) */
  admit(): Ticket {
    if (this.#runs >= this.#caps.maxRuns) throw overloaded()
    this.#runs += 1
    return new Ticket(this)
  }

  /** @throws HttpFault `overloaded` (503) */
  add(bytes: number): void {
    if (this.#bytes + bytes > this.#caps.maxBytes) throw overloaded()
    this.#bytes += bytes
  }

  remove(bytes: number): void {
    this.#runs -= 1
    this.#bytes -= bytes
  }
}

/** One request's share of the load; given back once, whoever asks and how often. */
export class Ticket {
  readonly #load: Load
  #bytes = 0
  #held = true

  constructor(load: Load) {
    this.#load = load
  }

  /** @throws HttpFault `overloaded` (503) */
  take(bytes: number): void {
    this.#load.add(bytes)
    this.#bytes += bytes
  }

  giveBack(): void {
    if (!this.#held) return
    this.#held = false
    this.#load.remove(this.#bytes)
  }
}

function overloaded(): HttpFault {
  return new HttpFault(
    'overloaded',
    503,
    'more runs are under way than this server takes on at once',
    'Repeat the request in a moment.'
  )
}
