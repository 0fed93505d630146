/** A run at its end, as it is shown. */
import { itemTimeline, timeline } from '../../../server/src/history/timeline.ts'
import type { ItemPage, RunView, StepView } from '../../../server/src/history/views.ts'
import type { Cast } from './cast.ts'
import { EACH } from './definition.ts'
import { eachOf } from './each.ts'
import type { AdminClient } from './wire.ts'

/** A run with the steps of its items. */
export interface SeenRun extends Omit<RunView, 'steps'> {
  steps: readonly SeenStep[]
}

/** `item`: of which item it is. */
type SeenStep = StepView & { item?: number }

/** The run at its end, with the steps of its items. */
export async function viewOf(
  admin: AdminClient,
  cast: Cast,
  run: string,
  show: (place: 'run' | 'items' | 'timeline', bytes: Buffer) => void
): Promise<SeenRun | undefined> {
  const answer = await admin.call('GET', `/runs/${run}`)
  show('run', answer.bytes)
  if (answer.status !== 200) return undefined
  const view = JSON.parse(answer.body.toString()) as RunView
  show('timeline', Buffer.from(timeline(view, { width: 200, colour: false, now: Date.now() })))
  if (eachOf(cast.scenario) === undefined) return view
  return { ...view, steps: [...view.steps, ...(await stepsOfItems(admin, run, show))] }
}

/** All items are few enough for one page. */
async function stepsOfItems(
  admin: AdminClient,
  run: string,
  show: (place: 'items' | 'timeline', bytes: Buffer) => void
): Promise<SeenStep[]> {
  const answer = await admin.call('GET', `/runs/${run}/steps/${EACH}/items`)
  show('items', answer.bytes)
  // A run that ended before it came to its items has none.
  if (answer.status !== 200) return []
  const page = JSON.parse(answer.body.toString()) as ItemPage
  show('timeline', Buffer.from(itemTimeline(page, { width: 200, colour: false, now: Date.now() })))
  return page.items.flatMap(({ index, steps }) => steps.map((step) => ({ ...step, item: index })))
}
