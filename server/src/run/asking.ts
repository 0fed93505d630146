/** Makes the operations of one attempt: what of the run they see, and what of it they may touch. */
import { Fault, shapeOf, type ActionDefinition, type JsonObject, type RunsOfStep, type StepContext } from '@bellhop/sdk'
import { namedStore, storeOfStep, type DataStoreId, type DataAccess } from '../data/data-stores.ts'
import type { Attempt } from '../engine/port.ts'
import type { SaidResponse } from '../workflow/step-record.ts'
import type { Log } from './attempt.ts'
import { protectExports } from './export-secrets.ts'
import { Operations } from './operations/operations.ts'
import { runAnswer, type DataSite, type Site } from './operations/site.ts'
import type { Resumptions } from './resumptions.ts'
import type { RunState } from './state.ts'

export interface AskingParts {
  resumptions: Pick<Resumptions, 'urls'>
  data: DataAccess
}

/** The run of a step that an attempt is of. */
export type Pass = RunsOfStep

/** @param props the step's, with references resolved: they name its data stores */
export function operationsOf(
  parts: AskingParts,
  state: RunState,
  step: { name: string; action: ActionDefinition },
  props: JsonObject,
  attempt: Attempt,
  log: Log,
  { runs }: Pass
): Operations {
  const { run } = state
  const operations: Operations = new Operations({
    step: step.name,
    runs,
    waits: waitsOf(parts.resumptions, state, step.name, attempt),
    unheard: unheardIn(state),
    said: () => state.said,
    answer: (response) => {
      const exports = Object.fromEntries(operations.left.exports)
      protectExports({ exports }, state.deployed.plan.exportSources.get(step.name) ?? [], run.keyring)
      state.said = run.keyring.scrub(response) as SaidResponse
      run.answer(runAnswer(state.said))
      return state.said
    },
    data: dataOf(parts.data, state, step, props, attempt),
    warn: (message) => log('warn', message)
  })
  return operations
}

function dataOf(
  stores: DataAccess,
  { run }: RunState,
  step: { name: string; action: ActionDefinition },
  given: JsonObject,
  { idempotencyKey, signal }: Attempt
): DataSite {
  const place = idempotencyKey.slice(run.id.uuid.length + 1)
  return {
    stores,
    props: dataProps(run.workflowId, step, given),
    keyring: run.keyring,
    writing: { run: run.id.key, lane: place.includes('.') ? place.slice(0, place.lastIndexOf('.')) : '' },
    begin() {
      if (signal.aborted || !run.owned())
        throw new Fault('run_lost', 'the step has ended, or its run goes on elsewhere')
      run.wrote()
    }
  }
}

/** The data stores of a step by prop: those that it names, and its own. */
function dataProps(
  workflow: number,
  { name: step, action }: { name: string; action: ActionDefinition },
  given: JsonObject
): ReadonlyMap<string, DataStoreId> {
  const stores = new Map<string, DataStoreId>()
  for (const [prop, service] of Object.entries(shapeOf(action).services)) {
    const name = given[prop]
    if (service === 'db') stores.set(prop, storeOfStep(workflow, step))
    else if (service === 'data_store' && typeof name === 'string') stores.set(prop, namedStore(name))
  }
  return stores
}

/** A wait has the name of its step and its place, which no other wait of the run has. */
function waitsOf(
  resumptions: AskingParts['resumptions'],
  state: RunState,
  step: string,
  attempt: Attempt
): Site['waits'] {
  const { run, item } = state
  if (item !== undefined && state.test === undefined) return { only: 'each' }
  if (state.test !== undefined) return { only: 'test' }
  if (!run.durable) return { only: 'nostore' }
  const name = `${step}.${attempt.idempotencyKey.slice(run.id.uuid.length + 1)}`
  return {
    name,
    // Made when they are asked for: most steps never wait.
    get urls() {
      return resumptions.urls(run.id.uuid, name)
    }
  }
}

function unheardIn({ item, deployed }: RunState): string | undefined {
  if (item !== undefined) return 'an item of an `each` answers nobody; answer in a step before or after it'
  const mode = deployed.plan.http?.respond.mode
  if (mode === 'custom') return undefined
  if (mode === undefined) return 'nobody waits for the answer of this trigger'
  return `the trigger says \`respond: ${mode}\`; write \`respond: custom\` to answer with it`
}

/** `$.context` of an attempt. */
export function stepContext(state: RunState, attempt: Attempt, run: Pass): StepContext {
  const { number, idempotencyKey, deadline } = attempt
  return { ...state.context, attempt: number, deadline, JIT: false, idempotency_key: idempotencyKey, run: { ...run } }
}
