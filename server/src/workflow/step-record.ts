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
  response?: SaidResponse
  /** What the run waits for once the step has ended. */
  next?: NextWait
  /** What `$.send.http` left to be sent. */
  sends?: HeldRequest[]
}

/**
 * What `$.respond` said; with `encoding` the body is text that stands for bytes: what it says is searched for secrets as
 * any text is, which in base64 it would be one level deeper than is promised.
 */
export type SaidResponse = {
  status?: number
  headers?: Record<string, string | string[]>
  body?: Json
  encoding?: 'utf8' | 'latin1'
}

/** `wait`: the name of the wait, by which it is resumed; without one only time ends it. */
export type NextWait = { ms: number; wait?: string } & (
  { kind: 'delay' } | { kind: 'suspend' } | { kind: 'rerun'; context?: Json }
)

/** A request that goes out when its step has its checkpoint. Its credentials are handles. */
export type HeldRequest = {
  method: string
  url: string
  headers?: Record<string, string>
  params?: Record<string, string | number | boolean>
  data?: Json
}
