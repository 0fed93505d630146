/** What the benchmark and its load generator, which is a process of its own, say to each other. */

/** A POST of JSON, the same every time. */
export interface Target {
  url: string
  headers: Record<string, string>
  body: string
}

export interface Order extends Target {
  connections: number
  /** Milliseconds; or as many requests, if `requests` is given. */
  lastsMs: number
  requests?: number
}

export interface Outcome {
  /** Answered within the time. */
  requests: number
  perSecond: number
  /** Milliseconds from sending a request to the end of its answer. */
  p50: number
  p99: number
  /** The load generator's own processor time, as a share of one core: near 1 it would measure itself. */
  busy: number
}

export type Report = { outcome: Outcome } | { error: string }
