/** Everything that the judges look at, after the last restart. Plain data, so that a judge is a pure function. */
import type { Call } from '@bellhop/examples/vendor'
import type { Request, Sight } from '../load/ledger.ts'
import type { Disk } from './inspector.ts'

/** The data directory after a kill, before anything else touched it. */
export interface Killed extends Disk {
  /** Unix milliseconds. */
  at: number
  /** How many calls the vendor had seen begin. */
  seen: number
}

export interface Evidence {
  requests: readonly Request[]
  sights: readonly Sight[]
  strange: readonly string[]
  /** What the vendor saw, in the order in which the calls began: a call's place here is its number. */
  calls: readonly Call[]
  kills: readonly Killed[]
  /** How long the runs had to end after the last restart, and each run's status then, as the API says it. */
  drained: { afterMs: number; statuses: ReadonlyMap<string, string> }
  /** The data directory after the server was stopped in order. */
  end: Disk
  /** Marks that the server printed. */
  printed: readonly string[]
  /** Whether bytes of sealed secrets are left anywhere after the end of all runs. */
  sealedLeft: boolean
}

/** How a run can stand for good. */
export const FINAL: ReadonlySet<string> = new Set([
  'succeeded',
  'ended_early',
  'failed',
  'cancelled',
  'timed_out',
  'crashed'
])

/** One law that was broken. `subject` is a run, a request or a file. */
export interface Violation {
  law: Law
  subject: string
  what: string
}

export type Law =
  /** I2: what was acknowledged is there, and ends as it should. */
  | 'lost'
  | 'unended'
  | 'wrong_end'
  | 'changed_end'
  | 'skipped_step'
  /** I3: what is finished is finished. */
  | 'repeated_step'
  | 'call_after_end'
  | 'key_changed'
  /** `Idempotency-Key`: one request, one run, one answer. */
  | 'two_runs'
  | 'two_answers'
  /** Schedules: one tick, one run. */
  | 'tick_lost'
  | 'tick_twice'
  /** I1, I4, I5, I6. */
  | 'readable'
  | 'stayed'
  | 'keyring_left'
  | 'wrong_credential'
  | 'damaged'
  | 'strange_answer'
