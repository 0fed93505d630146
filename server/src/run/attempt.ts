import { Fault } from '@bellhop/sdk'
import { AttemptFailed, Stopped, type Attempt, type LogLine, type Outcome } from '../engine/port.ts'
import { toErrorRecord } from '../secrets/error-record.ts'
import type { Keyring, SealedSecret } from '../secrets/keyring.ts'
import type { PlannedStep } from '../workflow/plan.ts'
import type { StepRecord } from '../workflow/step-record.ts'
import { protectExports } from './export-secrets.ts'
import { rescrub, type RunState } from './state.ts'

/** Where a step's log lines go while it runs; scrubbed when the attempt ends. */
export type Log = (level: LogLine['level'], text: string) => void

/** What a step does in one attempt; its record may still hold secrets in clear. */
export type Work = (attempt: Attempt, log: Log) => Promise<StepRecord>

/** For what no repetition makes better. */
export const ONCE = { attempts: 1, backoffMs: 0, maxBackoffMs: 0 }

/** More lines than this are dropped, and the last line says so. */
const MAX_LOG_LINES = 1_000
/** Characters of one line, counted after scrubbing. */
const MAX_LOG_LINE = 10_000

/**
 * Wraps what a step does so that only scrubbed things leave it, whether it succeeds or fails (I1). What the engine has
 * written before, it scrubs itself when the keyring has grown; here the same is done to what later steps see.
 */
export function attemptOf(
  state: RunState,
  step: Pick<PlannedStep, 'name'>,
  work: Work
): (attempt: Attempt) => Promise<Outcome<StepRecord>> {
  const { keyring } = state.run
  return async (attempt) => {
    const lines: LogLine[] = []
    rescrub(state)
    try {
      const record = await work(attempt, logger(lines))
      protectExports(record, state.deployed.plan.exportSources.get(step.name) ?? [], keyring)
      const value = keyring.scrub(record) as StepRecord
      rescrub(state)
      state.test?.learned(keyring)
      return { value, minted: mintedIn(state), logs: scrubbedLines(lines, keyring) }
    } catch (error) {
      if (error instanceof Stopped) throw error
      rescrub(state)
      state.test?.learned(keyring)
      throw new AttemptFailed(toErrorRecord(error, keyring), {
        minted: mintedIn(state),
        logs: scrubbedLines(lines, keyring),
        retryAfterMs: error instanceof Fault ? error.retryAfterMs : undefined
      })
    }
  }
}

/** Nothing of a run in memory is ever at rest, so nothing of it need be sealed. */
function mintedIn({ run }: RunState): SealedSecret[] {
  return run.durable ? run.keyring.takeMinted() : []
}

/** Fails closed: lines that cannot be scrubbed are not kept. */
function scrubbedLines(lines: readonly LogLine[], keyring: Keyring): LogLine[] {
  try {
    return lines.map((line) => ({ ...line, text: keyring.scrubText(line.text).slice(0, MAX_LOG_LINE) }))
  } catch {
    return [{ at: Date.now(), level: 'warn', text: 'the lines of this attempt could not be scrubbed and were dropped' }]
  }
}

function logger(lines: LogLine[]): Log {
  return (level, text) => {
    if (lines.length < MAX_LOG_LINES) lines.push({ at: Date.now(), level, text })
    else if (lines.length === MAX_LOG_LINES) {
      lines.push({ at: Date.now(), level: 'warn', text: `more than ${MAX_LOG_LINES} lines: the rest was dropped` })
    }
  }
}
