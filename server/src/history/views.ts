/**
 * What history shows, as zod schemas: the API validates its documents against them and generates OpenAPI from them.
 * Keys are snake_case and times ISO 8601, as the HTTP surface has them. Everything here is scrubbed (I1): where a
 * secret was, its handle stands.
 */
import { z } from 'zod'

const time = z.iso.datetime().meta({ description: 'ISO 8601, UTC.' })
const milliseconds = z.number().int().nonnegative()

/** How a run stands. The first two are unfinished, all others are for good. */
export const RunStatus = z
  .enum(['running', 'waiting', 'succeeded', 'ended_early', 'failed', 'cancelled', 'timed_out', 'crashed'])
  .meta({ id: 'RunStatus' })
export type RunStatus = z.infer<typeof RunStatus>

export const ErrorView = z
  .object({
    code: z.string().meta({ description: 'Stable, snake_case.' }),
    message: z.string(),
    retryable: z.boolean(),
    hint: z.string().optional().meta({ description: 'What to check or do next.' }),
    status: z.number().int().optional()
  })
  .meta({ id: 'Error' })
export type ErrorView = z.infer<typeof ErrorView>

export const LogView = z
  .object({ at: time, level: z.enum(['debug', 'info', 'warn', 'error']), text: z.string() })
  .meta({ id: 'LogLine' })
export type LogView = z.infer<typeof LogView>

export const AttemptView = z
  .object({
    number: z.number().int().positive(),
    started_at: time.optional(),
    ended_at: time.optional(),
    duration_ms: milliseconds.optional(),
    error: ErrorView.optional(),
    next_at: time.optional().meta({ description: 'When the next attempt starts, at the earliest.' }),
    logs: z.array(LogView)
  })
  .meta({ id: 'Attempt' })
export type AttemptView = z.infer<typeof AttemptView>

export const ItemCounts = z
  .object({
    total: z.number().int().nonnegative(),
    succeeded: z.number().int().nonnegative(),
    ended_early: z.number().int().nonnegative(),
    failed: z.number().int().nonnegative()
  })
  .meta({ id: 'ItemCounts', description: 'Items of an `each`: how many there are, and how those that ended did.' })
export type ItemCounts = z.infer<typeof ItemCounts>

export const StepView = z
  .object({
    name: z.string(),
    lane: z.string().meta({ description: 'The journal that the step stands in; empty for the run’s own.' }),
    position: z.number().int().nonnegative().meta({ description: 'Where it stands in its lane, from 0.' }),
    kind: z
      .string()
      .optional()
      .meta({ description: '`use`, `delay`, `end_if`, …; absent until the step has finished.' }),
    status: z.enum(['running', 'waiting', 'succeeded', 'failed', 'stopped']).meta({
      description: '`stopped`: the run ended while this step was going on.'
    }),
    kept: z.boolean().meta({ description: 'Whether what the step left is here; false when it was not kept.' }),
    omitted_bytes: z.number().int().optional().meta({
      description: 'Bytes that this step left, when they are too many to be shown here.'
    }),
    items: ItemCounts.optional().meta({ description: 'Of an `each`, also while it is going on.' }),
    exports: z.record(z.string(), z.json()).optional(),
    summary: z.string().optional(),
    exit_reason: z.string().optional().meta({ description: 'Why the run ended after this step.' }),
    error: ErrorView.optional(),
    logs: z.array(LogView),
    attempts: z.array(AttemptView).meta({ description: 'Attempts that failed, oldest first.' }),
    attempt_count: z.number().int().nonnegative().meta({ description: 'Attempts in all.' }),
    started_at: time.optional(),
    ended_at: time.optional(),
    duration_ms: milliseconds.optional(),
    waiting_until: time.optional().meta({ description: 'For a waiting step: when it goes on or gives up.' })
  })
  .meta({ id: 'Step' })
export type StepView = z.infer<typeof StepView>

export const ItemStatus = z
  .enum(['running', 'succeeded', 'ended_early', 'failed', 'stopped'])
  .meta({ id: 'ItemStatus' })
export type ItemStatus = z.infer<typeof ItemStatus>

export const ItemView = z
  .object({
    index: z.number().int().nonnegative().meta({ description: 'Where the item stands in its list, from 0.' }),
    status: ItemStatus.meta({ description: '`running`, and `stopped` when the run ended meanwhile: in flight.' }),
    note: z.string().optional().meta({ description: 'Why it ended early.' }),
    error: ErrorView.optional(),
    failed_step: z.string().optional(),
    steps: z.array(StepView).meta({ description: 'What its steps did, in order.' }),
    started_at: time.optional(),
    ended_at: time.optional(),
    duration_ms: milliseconds.optional()
  })
  .meta({ id: 'Item' })
export type ItemView = z.infer<typeof ItemView>

export const ItemPage = z
  .object({
    counts: ItemCounts,
    items: z.array(ItemView).meta({ description: 'In the order of the list.' }),
    next_cursor: z.string().nullable().meta({ description: 'Gets the next page.' })
  })
  .meta({ id: 'ItemPage' })
export type ItemPage = z.infer<typeof ItemPage>

export const RunListItem = z
  .object({
    id: z.uuid(),
    workflow: z.string().nullable().meta({ description: 'Null when the workflow was deleted.' }),
    version: z.number().int().nullable(),
    status: RunStatus,
    note: z.string().optional().meta({ description: 'Why the run ended early or was cancelled.' }),
    error: ErrorView.optional(),
    failed_step: z.string().optional(),
    accepted_at: time,
    ended_at: time.optional(),
    duration_ms: milliseconds.optional().meta({ description: 'From acceptance to the end, waits included.' }),
    replay_of: z.uuid().optional()
  })
  .meta({ id: 'RunListItem' })
export type RunListItem = z.infer<typeof RunListItem>

export const RunView = RunListItem.extend({
  kept: z.boolean().meta({
    description: 'False when the event and the steps were never kept in clear, or retention is taking them away.'
  }),
  resumable: z
    .literal(true)
    .optional()
    .meta({ description: 'The run waits for a request, as `POST …/resume` makes one.' }),
  event: z.json().optional(),
  event_omitted_bytes: z.number().int().optional().meta({
    description: 'Bytes of the event, when they are too many to be shown here.'
  }),
  steps: z.array(StepView).meta({
    description: 'In the order of the workflow; lanes behind the step that opened them. Items have pages of their own.'
  }),
  more_steps: z.boolean().optional().meta({ description: 'True when the run has more steps than are shown.' })
}).meta({ id: 'Run' })
export type RunView = z.infer<typeof RunView>

export const RunPage = z
  .object({
    runs: z.array(RunListItem).meta({ description: 'Newest first.' }),
    next_cursor: z.string().nullable().meta({
      description: 'Gets the next page. A page may hold fewer runs than asked for, or none, and still have a next one.'
    })
  })
  .meta({ id: 'RunPage' })
export type RunPage = z.infer<typeof RunPage>

const hours = z.array(z.number().int().nonnegative()).length(24)

/** What a workflow did lately. */
export const ActivityView = z.object({
  last_run: z.object({ id: z.uuid(), status: RunStatus, accepted_at: time }).nullable(),
  day: z
    .object({
      runs: hours,
      failures: hours.meta({ description: 'Of those runs: failed, timed out or crashed.' }),
      at_least: z.boolean().meta({ description: 'True where an hour had more runs than are counted.' })
    })
    .meta({ description: 'The last 24 hours, of which the last one ends now.' })
})
export type ActivityView = z.infer<typeof ActivityView>
