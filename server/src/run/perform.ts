/** One step of any kind, and what follows it on the durable port. */
import type { Durable } from '../engine/port.ts'
import type { InnerStep } from '../workflow/plan.ts'
import type { StepRecord } from '../workflow/step-record.ts'
import { answerBeforeWait } from './answer.ts'
import type { Pass } from './asking.ts'
import { attemptOf, ONCE } from './attempt.ts'
import { holds, valuesOf } from './condition.ts'
import { evaluateValues } from './expressions.ts'
import { follow } from './following.ts'
import { deliver } from './sending.ts'
import type { RunState } from './state.ts'
import { runAction, type ActionParts, type UseStep } from './use-step.ts'

export interface PerformParts extends ActionParts {
  /** Unix milliseconds. */
  now(): number
}

/**
 * @param last whether nothing follows it in its run or item
 * @throws StepFailed, Stopped, Cancelled
 */
export async function perform(
  parts: PerformParts,
  state: RunState,
  durable: Durable,
  step: InnerStep,
  last: boolean
): Promise<StepRecord> {
  switch (step.kind) {
    case 'use':
      return performUse(parts, state, durable, step, last)
    case 'end_if': {
      const attempt = attemptOf(state, step, async ({ signal }) => {
        const evaluator = { sandbox: parts.sandbox, state, signal }
        const beside = await evaluateValues(evaluator, valuesOf(step.condition))
        const met = holds(step.condition, state.steps, beside)
        return { exports: {}, ...(met ? { exit: step.condition.reason } : {}) }
      })
      return durable.step<StepRecord>(step.name, attempt, { kind: 'end_if', retry: ONCE, last })
    }
    case 'delay':
      if (state.test !== undefined) return passOver(state, durable, step)
      answerBeforeWait(state)
      await durable.sleep(step.name, () => new Date(parts.now() + step.ms))
      return { exports: {} }
  }
}

/** A test does not wait, and says so. */
function passOver(state: RunState, durable: Durable, { name, kind }: InnerStep): Promise<StepRecord> {
  const attempt = attemptOf(state, { name }, async () => ({
    exports: {},
    summary: 'Passed over: a test does not wait'
  }))
  return durable.step<StepRecord>(name, attempt, { kind, retry: ONCE })
}

/**
 * The step, then what it left to be sent, then its wait; and the same again where it asked to be run again. Each is one
 * call on the port, and which of them come next stands in the step's checkpoint alone (I3).
 */
async function performUse(
  parts: PerformParts,
  state: RunState,
  durable: Durable,
  step: UseStep,
  last: boolean
): Promise<StepRecord> {
  for (let pass: Pass = { runs: 1 }; ;) {
    const current = pass
    const attempt = attemptOf(state, step, (a, log) => runAction(parts, state, step, a, log, current))
    const policy = { kind: pass.runs === 1 ? 'use' : 'rerun', retry: step.retry, timeoutMs: step.timeoutMs, last }
    const record = await durable.step<StepRecord>(step.name, attempt, policy)
    if (record.response !== undefined) state.said ??= record.response
    if (record.sends !== undefined) await deliver(parts, state, durable, step, record.sends, last)
    if (record.next === undefined) return record
    answerBeforeWait(state)
    const followed = await follow(parts, state, durable, step, record, record.next)
    if (followed.how === 'goes_on') return followed.record
    pass = { runs: pass.runs + 1, ...followed.pass }
  }
}
