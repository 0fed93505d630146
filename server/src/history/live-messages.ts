/** What a live view says, message by message; each is one server-sent event whose name is its `type`. */
import { z } from 'zod'
import { ErrorView, ItemCounts, RunListItem, RunStatus, RunView, StepView } from './views.ts'

const time = z.iso.datetime()
const place = { step: z.string(), lane: z.string(), at: time }

export const LiveMessage = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('snapshot'), run: RunView }).meta({ description: 'The run so far; always first.' }),
    z.object({ type: z.literal('step_started'), ...place, attempt: z.number().int() }),
    z.object({ type: z.literal('attempt_failed'), ...place, attempt: z.number().int(), error: ErrorView }),
    z.object({ type: z.literal('step_finished'), step: StepView }),
    z.object({ type: z.literal('item_finished'), step: z.string(), items: ItemCounts, at: time }).meta({
      description: 'How far an `each` has come. A viewer that reads slowly is told of several items at once.'
    }),
    z.object({ type: z.literal('waiting'), step: z.string(), until: time, at: time }),
    z
      .object({ type: z.literal('ended'), status: RunStatus, at: time, run: RunListItem.optional() })
      .meta({ description: 'The last one. `run` is absent where nothing of the run is kept.' }),
    z
      .object({ type: z.literal('cut_off'), reason: z.enum(['too_slow', 'shutdown', 'failed']), message: z.string() })
      .meta({ description: 'The last one of a view that ends before its run.' })
  ])
  .meta({ id: 'LiveMessage' })
export type LiveMessage = z.infer<typeof LiveMessage>

/** What the live list says: that a run is new, waits or has ended. */
export const ListMessage = z
  .discriminatedUnion('type', [
    z
      .object({ type: z.literal('run'), id: z.uuid(), status: RunStatus, at: time, run: RunListItem.optional() })
      .meta({ description: '`run` is the run as it is by now; absent where nothing of it is kept.' }),
    z.object({ type: z.literal('cut_off'), reason: z.enum(['too_slow', 'shutdown', 'failed']), message: z.string() })
  ])
  .meta({ id: 'ListMessage' })
export type ListMessage = z.infer<typeof ListMessage>

type CutOff = LiveMessage & { type: 'cut_off' }

/** Why a view ends before its run, in words. */
export const CUT_OFFS: Record<CutOff['reason'], CutOff> = {
  too_slow: {
    type: 'cut_off',
    reason: 'too_slow',
    message: 'This view read more slowly than the run went on. Open it again to go on from where the run is now.'
  },
  shutdown: { type: 'cut_off', reason: 'shutdown', message: 'The server stops. Open the view again when it is back.' },
  failed: { type: 'cut_off', reason: 'failed', message: 'The run could not be read. Open the view again.' }
}
