/** A step's attempts, one after the other, until one succeeds or no other follows. */
import type { ErrorRecord } from '../secrets/error-record.ts'
import { runAttempt, timeoutRecord, type AttemptEnd } from './attempt.ts'
import type { FailedAttempt, FinishedStep, Left, PastEntry, Place } from './journal.ts'
import type { LiveRun } from './live-run.ts'
import { isStorageTrouble } from '../storage/trouble.ts'
import type { Scope } from './scope.ts'
import type { Attempt, LogLine, Outcome, StepPolicy } from './port.ts'
import { LONG_WAIT_MS, retryDelay } from './schedule.ts'

export interface StepOrder<T> {
  name: string
  place: Place
  work: (attempt: Attempt) => Promise<Outcome<T>>
  policy: StepPolicy
  /** The last failed attempt of an earlier life of the run. */
  past: Extract<PastEntry, { kind: 'retry' }> | undefined
}

interface Failure {
  error: ErrorRecord
  logs: LogLine[]
  left: Left
  retryAfterMs: number | undefined
}

/**
 * Tries a step until its end, and returns what is to be committed of it.
 * @throws Stopped
 */
export async function tryStep<T>(
  run: LiveRun,
  scope: Scope,
  order: StepOrder<T>
): Promise<{ step: FinishedStep; left: Left }> {
  const { past, place, name, policy } = order
  const idempotencyKey = `${run.uuid}-${place.lane === '' ? '' : `${place.lane}.`}${place.position}`
  const startedAt = past?.startedAt ?? run.host.now()
  if (past !== undefined) await backOff(run, order, past.nextAt)
  for (let number = (past?.failed ?? 0) + 1; ; number++) {
    const lapses = await held(run)
    const attemptAt = run.host.now()
    if (run.host.heard)
      run.host.emit({
        type: 'step_started',
        run: run.uuid,
        step: name,
        lane: place.lane,
        attempt: number,
        at: attemptAt
      })
    const end = await runAttempt(run, scope, { work: order.work, number, idempotencyKey, timeoutMs: policy.timeoutMs })
    const common = { ...place, name, kind: policy.kind, startedAt, endedAt: run.host.now(), attempts: number }
    if (end.how === 'value') {
      const { value, logs } = end.outcome
      const text = JSON.stringify(value) ?? 'null'
      return {
        step: { ...common, ...spent(run), status: 'succeeded', text, logs },
        left: await scope.carry(end.outcome)
      }
    }
    // What failed for want of the database, or while somebody else may have acted for the run, was in flight, and is tried as
    // if it had not been (I3).
    if (end.how === 'failed' && (wantsStorage(run, end.error.record) || run.host.tenure?.lapses !== lapses)) {
      scope.salvage(end.error)
      await run.host.room()
      run.check()
      number--
      continue
    }
    const failure = await failureOf(run, scope, order, end)
    const delay = retryDelay(
      policy.retry,
      number,
      { ...failure.error, retryAfterMs: failure.retryAfterMs },
      run.host.random()
    )
    if (delay === undefined) {
      const { error, logs, left } = failure
      return { step: { ...common, ...spent(run), status: 'failed', text: JSON.stringify(error), logs }, left }
    }
    await failed(run, failure, {
      ...place,
      step: name,
      number,
      startedAt: attemptAt,
      endedAt: common.endedAt,
      nextAt: common.endedAt + delay,
      ...spent(run),
      error: failure.error,
      logs: failure.logs
    })
    scope.wrote()
    await backOff(run, order, common.endedAt + delay)
  }
}

/** A run that is in memory only has nothing to wait for: what it cannot read then, it fails for. */
function wantsStorage(run: LiveRun, { code }: ErrorRecord): boolean {
  return run.host.durable && isStorageTrouble(code)
}

/** Waits until this process may act for its runs; how often it could not, so far. @throws Stopped */
async function held(run: LiveRun): Promise<number | undefined> {
  const { tenure } = run.host
  if (tenure === undefined) return undefined
  while (!tenure.held()) {
    const stopped = Promise.withResolvers<void>()
    const forget = run.onStop(() => stopped.resolve())
    await Promise.race([tenure.regained(), stopped.promise])
    forget()
    run.check()
  }
  return tenure.lapses
}

function spent(run: LiveRun): { spentMs: number } {
  return { spentMs: run.budget.spent(performance.now()) }
}

/** @throws Stopped where the attempt did not fail but was stopped */
async function failureOf<T>(
  run: LiveRun,
  scope: Scope,
  order: StepOrder<T>,
  end: Exclude<AttemptEnd<T>, { how: 'value' }>
): Promise<Failure> {
  if (end.how === 'stopped') throw end.signal
  if (end.how === 'run_timed_out') {
    await run.host.timedOut(run)
    throw run.stop('timed_out')
  }
  if (end.how === 'step_timed_out') {
    const error = timeoutRecord(order.policy.timeoutMs)
    return { error, logs: [], left: await scope.carry({ minted: [] }), retryAfterMs: undefined }
  }
  const { record, logs, retryAfterMs } = end.error
  return { error: record, logs, left: await scope.carry(end.error), retryAfterMs }
}

/** Commits an attempt that is to be followed by another; for a long backoff the run leaves memory in the same commit. */
async function failed(run: LiveRun, failure: Failure, attempt: FailedAttempt): Promise<void> {
  const { journal, parking, host } = run
  const leave = parking.leaveWith(attempt.nextAt)
  const commit = run.commit(() => journal.failAttempt(attempt, failure.left, leave))
  if (leave !== undefined) parking.announce(commit)
  const leaving = await commit
  const { step, lane, number, error } = attempt
  if (host.heard)
    host.emit({ type: 'attempt_failed', run: run.uuid, step, lane, attempt: number, error, at: attempt.endedAt })
  if (attempt.nextAt - host.now() > LONG_WAIT_MS) run.goesOn(step, lane, attempt.nextAt)
  parking.obey(leaving)
}

async function backOff<T>(run: LiveRun, order: StepOrder<T>, until: number): Promise<void> {
  await run.parking.wait({ place: order.place, until, resumable: false })
}
