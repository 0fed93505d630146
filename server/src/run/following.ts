/**
 * The wait that a step asked for: it ends by time, or by a request to one of its URLs. Where it has no name only time ends
 * it, and it is a sleep.
 */
import type { Json } from '@bellhop/sdk'
import type { Durable } from '../engine/port.ts'
import type { NextWait, StepRecord } from '../workflow/step-record.ts'
import type { Pass } from './asking.ts'
import { REQUEST_SCHEMA } from './resumptions.ts'
import { rescrub, type RunState } from './state.ts'

/** The run is cancelled from within. Ends it, through everything that walks it. */
export class Cancelled extends Error {
  readonly note: string
  constructor(note: string) {
    super(note)
    this.note = note
  }
}

export type Followed = { how: 'goes_on'; record: StepRecord } | { how: 'runs_again'; pass: Omit<Pass, 'runs'> }

/** @throws Stopped, Cancelled */
export async function follow(
  { now }: { now: () => number },
  state: RunState,
  durable: Durable,
  { name }: { name: string },
  record: StepRecord,
  next: NextWait
): Promise<Followed> {
  const request = await ended(now, state, durable, name, next)
  const { next: _next, ...left } = record
  const resumed = request === undefined ? left : { ...left, exports: { ...left.exports, $resume_data: request } }
  switch (next.kind) {
    case 'delay':
      return { how: 'goes_on', record: resumed }
    case 'suspend':
      if (request === undefined) throw new Cancelled(`nobody resumed step ${name} in time`)
      return { how: 'goes_on', record: resumed }
    case 'rerun': {
      const context = next.context === undefined ? {} : { context: next.context }
      return {
        how: 'runs_again',
        pass: { ...context, ...(request === undefined ? {} : { callback_request: request }) }
      }
    }
  }
}

/** The request that ended the wait; undefined where its time was over. */
async function ended(
  now: () => number,
  state: RunState,
  durable: Durable,
  step: string,
  { wait, ms }: NextWait
): Promise<Json | undefined> {
  const until = (): Date => new Date(now() + ms)
  if (wait === undefined) {
    await durable.sleep(step, until)
    return undefined
  }
  const end = await durable.wait<Json>(wait, until)
  if (end.how === 'timed_out') return undefined
  // What the request made known may stand in what the run has seen.
  state.scrubbedAt = -1
  rescrub(state)
  const { data } = REQUEST_SCHEMA.safeParse(end.value)
  if (data?.how === 'cancel') throw new Cancelled(`cancelled by a request to the cancel_url of step ${step}`)
  return data?.request ?? null
}
