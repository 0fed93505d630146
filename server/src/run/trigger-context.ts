import type { RunContext } from '../engine/port.ts'
import type { Deployed } from '../workflow/versions.ts'

/** `steps.trigger.context`; a type alias, so that it is assignable to `Json`. */
export type TriggerContext = {
  id: string
  ts: string
  workflow_id: string
  workflow_name: string
  deployment_id: string
  trace_id: string
  replay: boolean
}

/** What a run says of itself. The trace id stays the same over replays: it is the first run's id. */
export function triggerContext(run: RunContext, deployed: Deployed): TriggerContext {
  return {
    id: run.id.uuid,
    ts: new Date(run.acceptedAt).toISOString(),
    workflow_id: `w_${deployed.workflowId}`,
    workflow_name: deployed.name,
    deployment_id: deployed.deploymentId,
    trace_id: run.replayOf ?? run.id.uuid,
    replay: run.replayOf !== undefined
  }
}
