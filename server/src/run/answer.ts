import type { Json } from '@bellhop/sdk'
import type { RunAnswer } from '../engine/port.ts'
import { runAnswer } from './operations/site.ts'
import type { RunState } from './state.ts'

/**
 * What a caller who waits for this run's end gets, where the trigger's `respond` leaves it to the run. Holds handles
 * only, because every record in `state` does (I1).
 */
export function answerOf(state: RunState): { answer?: RunAnswer } {
  switch (state.deployed.plan.http?.respond.mode) {
    case 'last_step':
      return { answer: { status: 200, headers: {}, body: lastReturnValue(state) } }
    case 'custom':
      return customAnswer(state)
    default:
      return {}
  }
}

function lastReturnValue(state: RunState): Json {
  const last = state.finished.findLast((step) => Object.hasOwn(step.record.exports, '$return_value'))
  return last?.record.exports['$return_value'] ?? null
}

function customAnswer({ said }: RunState): { answer?: RunAnswer } {
  return said === undefined ? {} : { answer: runAnswer(said) }
}

/** Answers the caller, if the run has something to say, before it waits and goes on without them. */
export function answerBeforeWait(state: RunState): void {
  if (state.item === undefined && state.said !== undefined) state.run.answer(runAnswer(state.said))
}
