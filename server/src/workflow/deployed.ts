/** Workflows as the process has them. */
import type { WorkflowRow } from './commands.ts'
import type { Plan } from './plan.ts'

/** One version of a workflow, ready to run. Immutable. */
export interface Deployed {
  workflowId: number
  name: string
  versionId: number
  version: number
  /** UUID of this version. */
  deploymentId: string
  /** Unguessable, the same for all versions; empty for a version whose workflow was deleted. */
  endpoint: string
  /** Whether triggers start runs; false for a deleted workflow. */
  enabled: boolean
  plan: Plan
}

/** A workflow without its plan, for lists. Times in Unix milliseconds. */
export interface Workflow {
  id: number
  name: string
  endpoint: string
  enabled: boolean
  version: number
  versionId: number
  deploymentId: string
  createdAt: number
  /** When the current version was deployed. */
  deployedAt: number
}

export function workflowOf(row: WorkflowRow): Workflow {
  return {
    id: row.id,
    name: row.name,
    endpoint: row.endpoint,
    enabled: row.enabled === 1,
    version: row.number,
    versionId: row.version_id,
    deploymentId: row.deployment_id,
    createdAt: row.created_at,
    deployedAt: row.deployed_at
  }
}

export function deployedOf(workflow: Workflow, plan: Plan): Deployed {
  const { id, name, endpoint, enabled, version, versionId, deploymentId } = workflow
  return { workflowId: id, name, versionId, version, deploymentId, endpoint, enabled, plan }
}
