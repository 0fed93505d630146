/** What a test says while it goes on, a line each. Scrubbed (I1). */
import type { Json, JsonObject } from '@bellhop/sdk'
import type { RunAnswer } from '../../engine/port.ts'
import type { ItemView, StepView } from '../../history/views.ts'
import type { ErrorRecord } from '../../secrets/error-record.ts'
import type { SeenRequest } from './recorder.ts'

/** A step that was tried. */
export interface TriedStep {
  step: StepView
  /** What was done before or behind it on its behalf: the list that an expression made, requests that it left to be sent. */
  besides: StepView[]
  /** Of an `each`. */
  items: ItemView[]
  requests: SeenRequest[]
  /** Requests that there were besides those. */
  requests_left_out: number
}

export type TestLine =
  | { type: 'progress'; text: string }
  | { type: 'step_started'; step: string; at: string }
  | { type: 'request'; step: string; index: number; method: string; origin: string }
  | { type: 'response'; step: string; index: number; status?: number; duration_ms: number }
  | ({ type: 'step_finished' } & TriedStep)
  | ({ type: 'finished' } & TestEnd)

/** How a test ended, and everything that its session knows now. */
export interface TestEnd {
  status: 'succeeded' | 'ended_early' | 'failed'
  /** Why it ended early. */
  note?: string
  error?: ErrorRecord
  failed_step?: string
  /** What a caller would get who waits for it. */
  answer?: RunAnswer
  event: Json
  /** The exports of every step that was tried. */
  steps: JsonObject
}
