/** One attempt of a step, against its time, the run's time, and whatever stops the run. */
import { Fault } from '@bellhop/sdk'
import { AttemptFailed, Stopped, type Attempt, type LogLine, type Outcome } from './port.ts'
import { toErrorRecord, type ErrorRecord } from '../secrets/error-record.ts'
import type { LiveRun } from './live-run.ts'
import type { Scope } from './scope.ts'

/** How an attempt ended. */
export type AttemptEnd<T> =
  | { how: 'value'; outcome: Outcome<T> }
  | { how: 'failed'; error: AttemptFailed }
  | { how: 'step_timed_out' }
  | { how: 'run_timed_out' }
  | { how: 'stopped'; signal: Stopped }

export interface AttemptOrder<T> {
  work: (attempt: Attempt) => Promise<Outcome<T>>
  number: number
  idempotencyKey: string
  timeoutMs: number | undefined
}

/** Runs an attempt to its end. Never rejects. */
export async function runAttempt<T>(run: LiveRun, scope: Scope, order: AttemptOrder<T>): Promise<AttemptEnd<T>> {
  const { budget } = run
  const startedAt = performance.now()
  budget.begin(startedAt)
  try {
    return await race(run, scope, order, startedAt)
  } finally {
    budget.end(performance.now())
  }
}

function race<T>(run: LiveRun, scope: Scope, order: AttemptOrder<T>, startedAt: number): Promise<AttemptEnd<T>> {
  const controller = new AbortController()
  return new Promise((resolve) => {
    let over = false
    let timer: NodeJS.Timeout | undefined
    const settle = (end: AttemptEnd<T>): void => {
      over = true
      clearTimeout(timer)
      forget()
      resolve(end)
    }
    const giveUp = (end: AttemptEnd<T>): void => {
      settle(end)
      controller.abort(end.how === 'stopped' ? end.signal : timeoutOf(order))
    }
    // The same timer watches both limits: the run's clock may have stood still in between, so it looks again.
    const watch = (): void => {
      const now = performance.now()
      const own = order.timeoutMs === undefined ? Infinity : order.timeoutMs - (now - startedAt)
      const left = run.budget.left(now)
      if (left <= 0) giveUp({ how: 'run_timed_out' })
      else if (own <= 0) giveUp({ how: 'step_timed_out' })
      else timer = setTimeout(watch, Math.min(own, left, MAX_TIMER_MS))
    }
    const forget = run.onStop((signal) => giveUp({ how: 'stopped', signal }))
    watch()
    if (over) return
    const { number, idempotencyKey, timeoutMs = Infinity } = order
    const deadline = Math.floor(run.host.now() + Math.min(timeoutMs, run.budget.left(startedAt)))
    const attempt = { number, signal: controller.signal, idempotencyKey, deadline }
    Promise.try(order.work, attempt).then(
      (outcome) => (over ? scope.salvage(outcome) : settle({ how: 'value', outcome })),
      (error: unknown) => {
        if (over) return error instanceof AttemptFailed ? scope.salvage(error) : undefined
        return settle(failure(scope, error))
      }
    )
  })
}

/** setTimeout's own limit. */
const MAX_TIMER_MS = 2 ** 31 - 1

function failure<T>({ keyring }: Scope, error: unknown): AttemptEnd<T> {
  if (error instanceof Stopped) return { how: 'stopped', signal: error }
  if (error instanceof AttemptFailed) return { how: 'failed', error }
  return { how: 'failed', error: new AttemptFailed(toErrorRecord(error, keyring), NOTHING_LEFT) }
}

const NOTHING_LEFT: { minted: []; logs: LogLine[] } = { minted: [], logs: [] }

function timeoutOf(order: { timeoutMs: number | undefined }): Fault {
  return new Fault('step_timed_out', `the step took longer than ${order.timeoutMs ?? 0} ms`, { retryable: true })
}

/** What history shows of an attempt that took too long. */
export function timeoutRecord(timeoutMs: number | undefined): ErrorRecord {
  return {
    code: 'step_timed_out',
    message: `The step took longer than ${timeoutMs ?? 0} ms.`,
    retryable: true,
    hint: 'Raise the step’s timeout if the service is known to be slow.'
  }
}
