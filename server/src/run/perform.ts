/** One step of any kind that is a single call on the durable port. */
import type { Durable } from '../engine/port.ts'
import type { InnerStep } from '../workflow/plan.ts'
import type { StepRecord } from '../workflow/step-record.ts'
import { attemptOf } from './attempt.ts'
import { holds } from './condition.ts'
import type { RunState } from './state.ts'
import { runAction, type ActionParts } from './use-step.ts'

export interface PerformParts extends ActionParts {
  /** Unix milliseconds. */
  now(): number
}

/**
 * @param last whether nothing follows it in its run or item
 * @throws StepFailed, Stopped
 */
export async function perform(
  parts: PerformParts,
  state: RunState,
  durable: Durable,
  step: InnerStep,
  last: boolean
): Promise<StepRecord> {
  switch (step.kind) {
    case 'use': {
      const attempt = attemptOf(state, step, (a, log) => runAction(parts, state, step, a, log))
      const policy = { kind: 'use', retry: step.retry, timeoutMs: step.timeoutMs, last }
      return durable.step<StepRecord>(step.name, attempt, policy)
    }
    case 'end_if': {
      const attempt = attemptOf(state, step, async () => {
        const met = holds(step.condition, state.steps)
        return { exports: {}, ...(met ? { exit: step.condition.reason } : {}) }
      })
      return durable.step<StepRecord>(step.name, attempt, { kind: 'end_if', retry: ONCE, last })
    }
    case 'delay':
      await durable.sleep(step.name, () => new Date(parts.now() + step.ms))
      return { exports: {} }
  }
}

export const ONCE = { attempts: 1, backoffMs: 0, maxBackoffMs: 0 }
