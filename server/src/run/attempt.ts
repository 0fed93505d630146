import { Fault, type Json } from '@bellhop/sdk'
import { AttemptFailed, Stopped, type Attempt, type Amendment, type LogLine, type Outcome } from '../engine/port.ts'
import { toErrorRecord } from '../secrets/error-record.ts'
import type { Keyring } from '../secrets/keyring.ts'
import type { PlannedStep } from '../workflow/plan.ts'
import type { StepRecord } from '../workflow/step-record.ts'
import { protectExports } from './export-secrets.ts'
import type { RunState } from './state.ts'

/** Where a step's log lines go while it runs; scrubbed when the attempt ends. */
export type Log = (level: LogLine['level'], text: string) => void

/** What a step does in one attempt; its record may still hold secrets in clear. */
export type Work = (attempt: Attempt, log: Log) => Promise<StepRecord>

/** More lines than this are dropped, and the last line says so. */
const MAX_LOG_LINES = 1_000
/** Characters of one line, counted after scrubbing. */
const MAX_LOG_LINE = 10_000

/**
 * Wraps what a step does so that only scrubbed things leave it, whether it succeeds or fails (I1). A secret that
 * became known on the way is also taken out of what this run wrote before (rule 5 of handles).
 */
export function attemptOf(
  state: RunState,
  step: PlannedStep,
  work: Work
): (attempt: Attempt) => Promise<Outcome<StepRecord>> {
  const { keyring } = state.run
  return async (attempt) => {
    const mark = keyring.size
    const lines: LogLine[] = []
    const left = (): { minted: Outcome<Json>['minted']; logs: LogLine[]; amend: Amendment[] } => {
      const amend = keyring.size > mark ? amendments(state) : []
      const logs = lines.map((line) => ({ ...line, text: keyring.scrubText(line.text).slice(0, MAX_LOG_LINE) }))
      return { minted: keyring.takeMinted(), logs, amend }
    }
    try {
      const record = await work(attempt, logger(lines))
      const sources = state.deployed.plan.exportSources.get(step.name) ?? []
      const value = finished(protectExports(record, sources, keyring), keyring)
      return { value, ...left() }
    } catch (error) {
      if (error instanceof Stopped) throw error
      const record = toErrorRecord(error, keyring)
      throw new AttemptFailed(record, {
        ...left(),
        retryAfterMs: error instanceof Fault ? error.retryAfterMs : undefined
      })
    }
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

/** Scrubbing keeps the shape of an object, so the record is a record still. */
function finished(record: StepRecord, keyring: Keyring): StepRecord {
  return keyring.scrub(record) as StepRecord
}

/**
 * What this run has written and now holds a secret in clear: rewritten in the same commit, and in memory.
 * The event is `trigger.event`; a finished step's position is its place in the plan.
 */
function amendments(state: RunState): Amendment[] {
  const { keyring } = state.run
  const changed: Amendment[] = []
  const event = keyring.scrub(state.run.event)
  if (event !== state.run.event) {
    state.run.event = event
    state.steps['trigger'] = keyring.scrub(state.steps['trigger'] ?? null)
    changed.push({ target: 'event', text: JSON.stringify(event) })
  }
  for (const [position, step] of state.finished.entries()) {
    const record = finished(step.record, keyring)
    if (record === step.record) continue
    step.record = record
    state.steps[step.name] = record.exports
    changed.push({ target: position, text: JSON.stringify(record) })
  }
  return changed
}
