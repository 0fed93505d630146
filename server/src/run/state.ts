import type { Json, JsonObject } from '@bellhop/sdk'
import type { RunContext } from '../engine/port.ts'
import type { Keyring } from '../secrets/keyring.ts'
import type { StepRecord } from '../workflow/step-record.ts'
import type { Deployed } from '../workflow/versions.ts'

/** What a run knows while it is in memory. Rebuilt from the journal when it comes back. */
export interface RunState {
  run: RunContext
  deployed: Deployed
  /** What references see: `trigger`, and every finished step's exports. Holds handles only (I1). */
  steps: JsonObject
  /** Finished steps in the order of the plan, which is their position in the journal. */
  finished: { name: string; record: StepRecord }[]
  /** How much the keyring knew when all of this was last scrubbed. */
  scrubbedAt: number
}

/** Takes secrets that became known late out of what later steps see (rule 5 of handles). */
export function rescrub(state: RunState): void {
  const { keyring } = state.run
  if (keyring.size === state.scrubbedAt && !keyring.incomplete) return
  state.scrubbedAt = keyring.size
  state.run.event = scrubbed(keyring, state.run.event)
  state.steps['trigger'] = scrubbed(keyring, state.steps['trigger'] ?? null)
  for (const step of state.finished) {
    const record = scrubbed(keyring, step.record)
    step.record = isRecord(record) ? record : { exports: {} }
    state.steps[step.name] = step.record.exports
  }
}

/** Fails closed: what cannot be scrubbed, or not of every secret, later steps do not see. */
function scrubbed(keyring: Keyring, value: Json): Json {
  if (keyring.incomplete) return null
  try {
    return keyring.scrub(value)
  } catch {
    return null
  }
}

/** Scrubbing keeps the shape of an object. */
function isRecord(value: Json): value is StepRecord {
  return typeof value === 'object' && value !== null
}
