/**
 * An `each` step: its inner steps for every element of a list, each item with a journal and a keyring of its own.
 *
 * Who owns what: the run's state holds the list, once; an item's state lies on top of it and is gone with the item. What
 * items left is in their rows, which nobody here reads again: the step itself leaves counts.
 */
import { Fault, type Json, type JsonObject } from '@bellhop/sdk'
import {
  AttemptFailed,
  StepFailed,
  Stopped,
  type Durable,
  type Item,
  type ItemEnd,
  type ItemsTally,
  type Outcome
} from '../engine/port.ts'
import { toErrorRecord } from '../secrets/error-record.ts'
import { kindOf } from '../workflow/mistakes.ts'
import { listStep } from '../workflow/each-plan.ts'
import type { EachStep } from '../workflow/plan.ts'
import { dynamicParts, expressionsOf, resolve } from '../workflow/references.ts'
import type { StepRecord } from '../workflow/step-record.ts'
import { attemptOf, ONCE } from './attempt.ts'
import { valueAt } from './export-secrets.ts'
import { evaluateValues } from './expressions.ts'
import { perform, type PerformParts } from './perform.ts'
import type { ItemsState, RunState } from './state.ts'

/** Characters of JSON up to which a run's record is looked through for what each item makes known. */
const SMALL = 262_144

/** @throws StepFailed, Stopped */
export async function runEach(
  parts: PerformParts,
  state: RunState,
  durable: Durable,
  step: EachStep,
  last: boolean
): Promise<StepRecord> {
  await makeList(parts, state, durable, step)
  const list = listOf(step, state.steps)
  if (!Array.isArray(list)) {
    const attempt = attemptOf(state, step, () => Promise.reject(notAList(step, list)))
    return durable.step<StepRecord>(step.name, attempt, { kind: 'each', retry: ONCE, last })
  }
  const of: ItemsState = { run: state, small: JSON.stringify(state.steps).length <= SMALL }
  const total = Math.min(list.length, state.test?.mostItems ?? Infinity)
  const order = { total, lanes: step.concurrency, halts: step.onError === 'stop' }
  const walk = (d: Durable, item: Item): Promise<ItemEnd> => walkItem(parts, itemState(of, step, item), d, step)
  return durable.items<StepRecord>(step.name, order, walk, (tally) => conclude(step, tally, list.length), {
    kind: 'each',
    last
  })
}

/** An expression's list is a step of its own: how many items there are is for the journal to say, also after a restart. */
async function makeList(parts: PerformParts, state: RunState, durable: Durable, step: EachStep): Promise<void> {
  if (expressionsOf(step.list).length === 0) return
  const name = listStep(step.name)
  const attempt = attemptOf(state, { name }, async ({ signal }) => {
    const beside = await evaluateValues({ sandbox: parts.sandbox, state, signal }, [step.list])
    const list = resolve(step.list, state.steps, beside)
    if (!Array.isArray(list)) throw notAList(step, list)
    return { exports: { $return_value: list }, summary: `${list.length.toLocaleString('en')} items` }
  })
  const record = await durable.step<StepRecord>(name, attempt, { kind: 'list', retry: ONCE })
  state.finished.push({ name, record })
  state.steps[name] = record.exports
}

/** The list as it stands in the run's data now. */
function listOf({ name, list }: EachStep, steps: JsonObject): Json | undefined {
  if (expressionsOf(list).length === 0) return resolve(list, steps)
  return valueAt(steps, [listStep(name), '$return_value'])
}

/** Never quotes what is there. */
function notAList({ list }: EachStep, found: Json | undefined): Fault {
  const [only] = dynamicParts(list)
  return new Fault('each_not_a_list', `{{${only?.source ?? ''}}} is ${kindOf(found)}, and \`each\` needs a list`, {
    hint: 'Point the reference at the list itself; a list without items is fine.'
  })
}

function itemState(of: ItemsState, step: EachStep, { index, keyring, owned, wrote }: Item): RunState {
  const { run, deployed, context, steps } = of.run
  // Found anew for each item: it may have been scrubbed since.
  const elements = listOf(step, steps)
  const element = Array.isArray(elements) ? (elements[index] ?? null) : null
  return {
    run: { ...run, keyring, owned, wrote },
    deployed,
    context,
    steps: { ...steps, [step.as]: element },
    finished: [],
    scrubbedAt: keyring.known,
    item: { name: step.as, of },
    ...(of.run.env === undefined ? {} : { env: of.run.env }),
    ...(of.run.test === undefined ? {} : { test: of.run.test })
  }
}

async function walkItem(parts: PerformParts, state: RunState, durable: Durable, { steps }: EachStep): Promise<ItemEnd> {
  try {
    for (const [index, step] of steps.entries()) {
      const record = await perform(parts, state, durable, step, index === steps.length - 1)
      state.finished.push({ name: step.name, record })
      state.steps[step.name] = record.exports
      if (record.exit !== undefined) return { status: 'ended_early', note: record.exit }
    }
    return { status: 'succeeded' }
  } catch (error) {
    if (error instanceof Stopped) throw error
    if (error instanceof StepFailed) return { status: 'failed', error: error.record, step: error.step }
    return { status: 'failed', error: toErrorRecord(error, state.run.keyring) }
  }
}

/** What the step leaves: counts. A failed item fails it where `on_error` says so. */
function conclude({ onError }: EachStep, { failedAt, ...counts }: ItemsTally, whole: number): Outcome<StepRecord> {
  const number = (count: number): string => count.toLocaleString('en')
  const left = { minted: [], logs: [] }
  if (onError === 'stop' && failedAt !== undefined) {
    const message = `the item at index ${failedAt} of ${number(counts.total)} items failed`
    const hint = 'The run’s items say why. `on_error: continue` leaves failed items behind and goes on.'
    throw new AttemptFailed({ code: 'item_failed', message, retryable: false, hint }, left)
  }
  const parts = [
    `${number(counts.succeeded)} of ${number(counts.total)} items succeeded`,
    ...(counts.ended_early === 0 ? [] : [`${number(counts.ended_early)} ended early`]),
    ...(counts.failed === 0 ? [] : [`${number(counts.failed)} failed`]),
    ...(counts.total === whole ? [] : [`a test goes no further, and the list has ${number(whole)}`])
  ]
  return { value: { exports: { $return_value: { ...counts } }, summary: parts.join(', ') }, ...left }
}
