import type { JsonObject } from '@bellhop/sdk'
import type { RunContext } from '../engine/port.ts'
import type { StepRecord } from '../workflow/step-record.ts'
import type { Deployed } from '../workflow/versions.ts'

/** What a run knows while it is in memory. Rebuilt from the journal when it comes back. */
export interface RunState {
  run: RunContext
  deployed: Deployed
  /** What references see: `trigger`, and every finished step's exports. Holds handles only (I1). */
  steps: JsonObject
  /** Finished steps in the order of the plan, which is their position in the journal. */
  finished: { name: string; record: StepRecord }[]
}
