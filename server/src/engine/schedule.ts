/** When things happen: retries, suspensions, recovery. Pure: no clock, no I/O; times in milliseconds. */
import type { ErrorRecord } from '../secrets/error-record.ts'
import type { RetryPolicy } from './port.ts'

/** A wait that is longer leaves memory. */
export const LONG_WAIT_MS = 5000
/** So many deaths of the process in the same step end a run. */
export const CRASH_LIMIT = 20
/** From so many on a run is brought back alone, so that no other run is blamed for what it does. */
export const SUSPECT_AFTER = 3
/** Accepted `Idempotency-Key`s are good for a day. */
export const IDEMPOTENCY_MS = 86_400_000

/**
 * How long to wait before the next attempt, or undefined when the failure is final.
 * @param failed the number of the attempt that failed, 1 for the first
 * @param random from [0, 1)
 */
export function retryDelay(
  policy: RetryPolicy,
  failed: number,
  error: { retryable: boolean; retryAfterMs: number | undefined },
  random: number
): number | undefined {
  if (!error.retryable || failed >= policy.attempts) return undefined
  const full = Math.min(policy.backoffMs * 2 ** Math.min(failed - 1, 52), policy.maxBackoffMs)
  const jittered = full / 2 + (full / 2) * random
  return Math.round(Math.min(Math.max(jittered, error.retryAfterMs ?? 0), policy.maxBackoffMs))
}

/** What becomes of an unfinished run that no process has in memory. */
export type Recovery = 'bring_back' | 'bring_back_alone' | 'end'

/**
 * How often the process died with this run in flight since its last commit. A `boot` of 0 says that it was let go
 * of in order; any other start's number says that this start died with it.
 */
export function crashesOf(row: { boot: number; crashes: number }): number {
  return row.crashes + (row.boot === 0 ? 0 : 1)
}

export function recoveryOf(row: { boot: number; crashes: number }): Recovery {
  const crashes = crashesOf(row)
  if (crashes >= CRASH_LIMIT) return 'end'
  return crashes >= SUSPECT_AFTER ? 'bring_back_alone' : 'bring_back'
}

/** Whether a run whose every lane waits leaves memory, and until when. */
export function leaveUntil(waits: readonly number[], now: number): number | undefined {
  const first = Math.min(...waits)
  return waits.length > 0 && first - now > LONG_WAIT_MS ? first : undefined
}

/** @param after the last step that it finished */
export function crashedTooOften(after: string | undefined): ErrorRecord {
  const where = after === undefined ? 'its first step' : `the step after ${after}`
  return {
    code: 'crashed_too_often',
    message: `Bellhop's process died ${CRASH_LIMIT} times while this run was in ${where}.`,
    retryable: false,
    hint: 'Look for what ends the process (memory, a signal) before you replay the run.'
  }
}
