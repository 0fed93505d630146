import type { Json, JsonObject } from '@bellhop/sdk'

/**
 * What a finished step left: the value of its checkpoint, and so what the journal holds and history shows.
 * Scrubbed (I1). A type alias, so that it is assignable to `Json`.
 */
export type StepRecord = {
  /** `$return_value` and the named exports: what `steps.<name>` resolves to. */
  exports: JsonObject
  /** The step's `$summary` export, one line for history. */
  summary?: string
  /** Why the run ends after this step (`$.flow.exit`, `end_if`). */
  exit?: string
  /** What the step said with `$.respond`. */
  response?: { status?: number; headers?: Record<string, string>; body?: Json }
}
