import { z } from 'zod'
import { ListMessage, LiveMessage } from '../../history/live-messages.ts'
import type { ApiServices } from '../services.ts'
import { sendEvents } from './event-stream.ts'
import { route, type Route } from './route.ts'
import { runMissing } from './runs.ts'

const mediaType = 'text/event-stream'

/** Live views. Each message is one server-sent event, named after its `type`. */
export function liveRoutes({ live }: Pick<ApiServices, 'live'>, closing: AbortSignal): Route[] {
  return [
    route({
      method: 'GET',
      path: '/runs/{id}/events',
      summary: 'What happens in a run, live',
      description: 'Begins with the run as it is, and ends with the run.',
      streams: true,
      params: z.object({ id: z.string().meta({ description: 'The run’s id.' }) }),
      answers: { 200: { description: 'Events.', schema: LiveMessage, mediaType } },
      async handle({ params: { id }, request, reply }) {
        const sent = await sendEvents<LiveMessage>(reply, closing, (listener) => live.subscribe(id, listener))
        if (!sent) throw runMissing()
        request.runId = id
        return undefined
      }
    }),
    route({
      method: 'GET',
      path: '/runs/events',
      summary: 'Which runs are new, wait or have ended, live',
      streams: true,
      answers: { 200: { description: 'Events.', schema: ListMessage, mediaType } },
      async handle({ reply }) {
        await sendEvents<ListMessage>(reply, closing, (listener) => live.subscribeAll(listener))
        return undefined
      }
    })
  ]
}
