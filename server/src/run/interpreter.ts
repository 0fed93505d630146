/**
 * The interpreter: walks a version's steps for one run, through the durable port, and decides how the run ends.
 *
 * Who owns what: a run's state (`steps` as later steps see it) lives here while the run is in memory and is rebuilt
 * from the journal when it comes back; the engine owns everything that lasts. Which calls on the port follow a step is
 * decided by the plan and by the step's own checkpoint (`perform.ts`).
 *
 * Keeps I1 (everything that leaves an attempt is scrubbed) and I3 (nothing is decided outside the journal).
 */
import { StepFailed, Stopped, type Durable, type Execute, type RunOutcome } from '../engine/port.ts'
import { toErrorRecord } from '../secrets/error-record.ts'
import type { PlannedStep } from '../workflow/plan.ts'
import type { StepRecord } from '../workflow/step-record.ts'
import type { Deployed } from '../workflow/versions.ts'
import { answerOf } from './answer.ts'
import { runEach } from './each-step.ts'
import { Cancelled } from './following.ts'
import { perform, type PerformParts } from './perform.ts'
import type { RunState } from './state.ts'
import { triggerContext } from './trigger-context.ts'

export interface InterpreterParts extends PerformParts {
  versions: {
    /** The version that a run started with. @throws Fault `version_missing`, `version_unreadable` */
    byVersion(versionId: number): Deployed | Promise<Deployed>
  }
}

/** Makes the function that the engines call for each run, new or brought back. */
export function createInterpreter(parts: InterpreterParts): Execute {
  return async (run, durable) => {
    try {
      const deployed = await parts.versions.byVersion(run.versionId)
      const context = triggerContext(run, deployed)
      const state: RunState = {
        run,
        deployed,
        context,
        steps: { trigger: { event: run.event, context } },
        finished: [],
        scrubbedAt: run.keyring.size,
        env: await parts.credentials.variables(deployed.plan.code.env, run.keyring)
      }
      return await walk(parts, state, durable)
    } catch (error) {
      if (error instanceof Stopped) throw error
      if (error instanceof StepFailed) return { status: 'failed', error: error.record, step: error.step }
      if (error instanceof Cancelled) return { status: 'cancelled', note: error.note }
      return { status: 'failed', error: toErrorRecord(error, run.keyring) }
    }
  }
}

async function walk(parts: InterpreterParts, state: RunState, durable: Durable): Promise<RunOutcome> {
  const steps = state.deployed.plan.steps
  for (const [index, step] of steps.entries()) {
    const record = await walkStep(parts, state, durable, step, index === steps.length - 1)
    if (record.exit !== undefined) return { status: 'ended_early', note: record.exit, ...answerOf(state) }
  }
  return { status: 'succeeded', ...answerOf(state) }
}

/**
 * One step, which later ones see from then on.
 * @param last whether nothing follows it
 * @throws StepFailed, Stopped, Cancelled
 */
export async function walkStep(
  parts: PerformParts,
  state: RunState,
  durable: Durable,
  step: PlannedStep,
  last: boolean
): Promise<StepRecord> {
  const walkOne =
    step.kind === 'each' ? runEach(parts, state, durable, step, last) : perform(parts, state, durable, step, last)
  const record = await walkOne
  state.finished.push({ name: step.name, record })
  state.steps[step.name] = record.exports
  return record
}
