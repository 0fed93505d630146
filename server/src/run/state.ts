import { Fault, type Json, type JsonObject } from '@bellhop/sdk'
import type { Watch } from '../egress/showing.ts'
import type { RunContext } from '../engine/port.ts'
import type { Keyring } from '../secrets/keyring.ts'
import type { SaidResponse, StepRecord } from '../workflow/step-record.ts'
import type { Deployed } from '../workflow/versions.ts'
import type { TriggerContext } from './trigger-context.ts'

/** What a run, or an item of it, knows while it is in memory. Rebuilt from the journal when it comes back. */
export interface RunState {
  run: RunContext
  deployed: Deployed
  /** What the run says of itself. */
  context: TriggerContext
  /** What references see: `trigger`, and every finished step's exports. Holds handles only (I1). */
  steps: JsonObject
  /** The declared variables, for references and expressions; those that are secret as handles. */
  env?: JsonObject
  /** Finished steps in the order of the plan. */
  finished: { name: string; record: StepRecord }[]
  /** The first `$.respond` of the run; scrubbed. */
  said?: SaidResponse
  /** How much the keyring knew when all of this was last scrubbed. */
  scrubbedAt: number
  /** Of a test, which waits for nothing. */
  test?: TestSite
  /** Of an item: its name, and what it is an item of. */
  item?: { name: string; of: ItemsState }
}

/** What a test adds to a run. */
export interface TestSite {
  /** Told of each request. */
  watch: Watch
  /** How many items of an `each` it goes through. */
  mostItems: number
  /** An attempt has ended, and its keyring, which may be an item's own, knows all that it made known. */
  learned(keyring: Keyring): void
}

/** What the items of an `each` share. */
export interface ItemsState {
  run: RunState
  /** Whether what the run wrote is so little that it can be looked through for what each item makes known. */
  small: boolean
}

/** Takes secrets that became known late out of what later steps see (rule 5 of handles). */
export function rescrub(state: RunState): void {
  if (state.item !== undefined) return rescrubItem(state, state.item)
  const { keyring } = state.run
  if (keyring.size === state.scrubbedAt && !keyring.incomplete) return
  state.scrubbedAt = keyring.size
  state.run.event = scrubbed(keyring, state.run.event)
  state.steps['trigger'] = scrubbed(keyring, state.steps['trigger'] ?? null)
  rescrubFinished(state)
}

function rescrubFinished(state: RunState): void {
  for (const step of state.finished) {
    const record = scrubbed(state.run.keyring, step.record)
    step.record = isRecord(record) ? record : { exports: {} }
    state.steps[step.name] = step.record.exports
  }
  if (state.said !== undefined) state.said = cleanResponse(state.run.keyring, state.said)
}

/** Fails closed, as for everything else. */
function cleanResponse(keyring: Keyring, said: SaidResponse): SaidResponse {
  try {
    return keyring.incomplete ? {} : (keyring.scrub(said) as SaidResponse)
  } catch {
    return {}
  }
}

/**
 * What an item makes known is taken out of what the item left. Where it also stands in its element, or anywhere in what
 * the run wrote before as long as that is little, it is made known to the run, which then amends its record. An event or
 * a list of any size is not searched through for each of its items.
 */
function rescrubItem(state: RunState, { name, of }: NonNullable<RunState['item']>): void {
  const { keyring } = state.run
  if (keyring.known === state.scrubbedAt && !keyring.incomplete) return
  state.scrubbedAt = keyring.known
  if (of.run.run.keyring.incomplete) throw runIsFull()
  const element = state.steps[name] ?? null
  const seen = of.small ? of.run.steps : element
  const clean = keyring.incomplete ? seen : scrubbed(keyring, seen)
  if (clean !== seen) {
    keyring.handDown(clean ?? undefined)
    rescrub(of.run)
  }
  state.steps = { ...of.run.steps, [name]: scrubbed(keyring, element) }
  rescrubFinished(state)
}

/** The list is withheld by then, and an item that went on would do so without its element. */
function runIsFull(): Fault {
  return new Fault(
    'too_many_secrets',
    'the items have found more secrets in the data of their run than a run can hold, which is withheld now',
    { status: 413, hint: 'Leave out of the list what their secrets hold, too, or go over shorter lists.' }
  )
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
