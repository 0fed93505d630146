/** What a workflow's runs may stay for. Pure: every decision takes `now`. */
import { keyAt } from '../storage/ids.ts'

/** A definition's `settings.retention`. */
export interface RetentionPolicy {
  /** `false`: nothing of a run stays after its end. */
  keep: boolean
  /** Milliseconds since the run ended. */
  max_age: number
  /** How many runs stay, newest first; unfinished ones count. */
  max_events: number
}

/** For runs whose workflow was deleted. */
export const KEEP_NOTHING: RetentionPolicy = { keep: false, max_age: 0, max_events: 0 }

/** Test events, accepted idempotency keys and ticks live this long, whatever a workflow's retention says. */
export const DAY_MS = 86_400_000

/** What retention needs to know of a run. `id` is its key. */
export interface RunAge {
  id: number
  ended_at: number | null
}

/**
 * The newest run that may be due, by key: later ones need not be looked at. A run ends after it was accepted, so
 * whatever ended too long ago has a key from before that.
 * @param floor the newest key that is outside the workflow's newest `max_events` runs
 */
export function lastCandidate(policy: RetentionPolicy, floor: number, now: number): number {
  if (!policy.keep) return Number.MAX_SAFE_INTEGER
  return Math.max(floor, keyAt(now - policy.max_age))
}

/** Whether a run goes now. Unfinished ones never do. */
export function isDue(run: RunAge, policy: RetentionPolicy, floor: number, now: number): boolean {
  if (run.ended_at === null) return false
  return !policy.keep || run.id <= floor || run.ended_at < now - policy.max_age
}

/** What is read of a version. */
interface Retained {
  plan: { definition: { settings: { retention: RetentionPolicy } } }
}

/** What this needs of `Versions`. */
export interface PolicySource {
  workflowById(id: number): { name: string } | undefined
  /** Learns of what other nodes have deployed and deleted. */
  refresh(): Promise<void>
  /** @throws Fault `version_unreadable` */
  byName(name: string): Retained | undefined | Promise<Retained | undefined>
}

/**
 * The policy that a workflow's current version sets. Runs of a workflow that was deleted go.
 * @throws Fault `version_unreadable`
 */
export async function policyOf(workflows: PolicySource, workflowId: number): Promise<RetentionPolicy> {
  // What is not known here may have been deployed by another node just now.
  if (workflows.workflowById(workflowId) === undefined) await workflows.refresh()
  const workflow = workflows.workflowById(workflowId)
  const deployed = workflow && (await workflows.byName(workflow.name))
  return deployed?.plan.definition.settings.retention ?? KEEP_NOTHING
}
