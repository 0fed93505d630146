import type { Json } from '@bellhop/sdk'
import type { RunAnswer } from '../engine/port.ts'
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

/** The first `$.respond` of the run counts, as the Component API documents it. */
function customAnswer(state: RunState): { answer?: RunAnswer } {
  const response = state.finished.find((step) => step.record.response !== undefined)?.record.response
  if (response === undefined) return {}
  return { answer: { status: response.status ?? 200, headers: response.headers ?? {}, body: response.body ?? null } }
}
