import type { Json, JsonObject } from '@bellhop/sdk'
import type { Condition } from '../workflow/plan.ts'
import { resolve } from '../workflow/references.ts'

/** Whether an `end_if` ends the run. Pure. A reference that leads nowhere is absent, which is also empty and false. */
export function holds(condition: Condition, steps: JsonObject): boolean {
  return test(condition, resolve(condition.value, steps))
}
