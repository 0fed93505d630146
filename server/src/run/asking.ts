/** Makes the operations of one attempt: what of the run they see, and what of it they may touch. */
import type { RunsOfStep, StepContext } from '@bellhop/sdk'
import type { Attempt } from '../engine/port.ts'
import type { Keyring } from '../secrets/keyring.ts'
import type { StepRecord } from '../workflow/step-record.ts'
import type { Log } from './attempt.ts'
import { protectExports } from './export-secrets.ts'
import { Operations } from './operations/operations.ts'
import { runAnswer, type Site } from './operations/site.ts'
import type { Resumptions } from './resumptions.ts'
import { scrubResponse, type RunState } from './state.ts'

export interface AskingParts {
  resumptions: Pick<Resumptions, 'urls'>
}

/** The run of a step that an attempt is of. */
export type Pass = RunsOfStep

export function operationsOf(
  { resumptions }: AskingParts,
  state: RunState,
  step: { name: string },
  attempt: Attempt,
  log: Log,
  { runs }: Pass
): Operations {
  const { run } = state
  const operations: Operations = new Operations({
    step: step.name,
    runs,
    waits: waitsOf(resumptions, state, step.name, attempt),
    unheard: unheardIn(state),
    said: () => state.said,
    answer: (response) => {
      const exports = Object.fromEntries(operations.left.exports)
      protectExports({ exports }, state.deployed.plan.exportSources.get(step.name) ?? [], run.keyring)
      state.said = scrubResponse(run.keyring, response)
      run.answer(runAnswer(state.said))
      return state.said
    },
    warn: (message) => log('warn', message)
  })
  return operations
}

/** A wait has the name of its step and its place, which no other wait of the run has. */
function waitsOf(
  resumptions: AskingParts['resumptions'],
  state: RunState,
  step: string,
  attempt: Attempt
): Site['waits'] {
  const { run, item } = state
  if (item !== undefined) return { only: 'each' }
  if (!run.durable) return { only: 'nostore' }
  const name = `${step}.${attempt.idempotencyKey.slice(run.id.uuid.length + 1)}`
  return { name, urls: resumptions.urls(run.id.uuid, name) }
}

function unheardIn({ item, deployed }: RunState): string | undefined {
  if (item !== undefined) return 'an item of an `each` answers nobody; answer in a step before or after it'
  const mode = deployed.plan.http?.respond.mode
  if (mode === 'custom') return undefined
  if (mode === undefined) return 'nobody waits for the answer of this trigger'
  return `the trigger says \`respond: ${mode}\`; write \`respond: custom\` to answer with it`
}

/** The record of a step with the bytes of its answer searched; the rest of it the caller scrubs. */
export function withCleanBody(keyring: Keyring, record: StepRecord): StepRecord {
  const { response } = record
  return response?.encoding === undefined ? record : { ...record, response: scrubResponse(keyring, response) }
}

/** `$.context` of an attempt. */
export function stepContext(state: RunState, attempt: Attempt, run: Pass): StepContext {
  return { ...state.context, attempt: attempt.number, idempotency_key: attempt.idempotencyKey, run: { ...run } }
}
