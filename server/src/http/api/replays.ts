import { z } from 'zod'
import { HttpFault } from '../problem.ts'
import type { ApiServices } from '../services.ts'
import { jsonBody, route, type Route } from './route.ts'
import { runMissing } from './runs.ts'

const params = z.object({ id: z.string().meta({ description: 'The run’s id.' }) })
const step = z.string().meta({ description: 'The first step that runs; what finished before it is taken over.' })

const Offer = z
  .object({
    workflow: z.string(),
    version: z.int().meta({
      description: 'The current one, where it is the same up to the step that is begun with; else that of the run.'
    }),
    credentials: z
      .array(
        z.object({
          path: z.string().meta({ description: 'Under which its value is sent.' }),
          app: z.string(),
          field: z.string(),
          required: z.boolean().meta({ description: 'Whether a step that runs binds it.' }),
          steps: z.array(z.string()).meta({ description: 'Those steps.' })
        })
      )
      .meta({ description: 'What the request brought: its values are gone with the run.' }),
    taken: z.array(z.string()).meta({ description: 'Steps that are taken over, and do not run again.' }),
    runs: z.array(z.string()).meta({ description: 'Steps that run.' }),
    again: z.array(z.string()).meta({
      description: 'Of those that run: finished before, and run again because the secrets that they fetched are gone.'
    })
  })
  .meta({ id: 'ReplayOffer' })

const replay = z.strictObject({
  from_step: step.optional(),
  credentials: z.record(z.string(), z.string()).default({}).meta({ description: 'Values by path.' }),
  event: z
    .record(z.string(), z.json())
    .optional()
    .meta({ description: 'Another event, with its secrets in clear; they are taken out of it as at a trigger.' })
})

const resumption = z.strictObject({
  value: z
    .json()
    .default(null)
    .meta({ description: 'The body of the request that ends the wait, as the step sees it.' })
})

/** Going on with what a run did: in a new run, or in the one that waits. */
export function replayRoutes({
  replays,
  history,
  resumptions
}: Pick<ApiServices, 'replays' | 'history' | 'resumptions'>): Route[] {
  return [
    route({
      method: 'GET',
      path: '/runs/{id}/replay',
      summary: 'What replaying a run would do, and which credentials it asks for',
      params,
      query: z.strictObject({ from_step: step.optional() }),
      answers: { 200: { description: 'What it would do.', schema: Offer } },
      async handle({ params: { id }, query, request }) {
        const offer = await replays.offer(id, query.from_step)
        if (offer === undefined) throw runMissing()
        request.runId = id
        return { status: 200, body: offer }
      }
    }),
    route({
      method: 'POST',
      path: '/runs/{id}/replay',
      summary: 'Replays a run that has ended, in a new one',
      description: 'Its event comes again, with the credentials that are sent along.',
      params,
      body: jsonBody(replay),
      answers: { 202: { description: 'The new run has begun.', schema: z.object({ run: z.string() }) } },
      async handle({ params: { id }, body: { from_step: fromStep, credentials, event }, request }) {
        const run = await replays.start(id, {
          credentials,
          ...(fromStep === undefined ? {} : { fromStep }),
          ...(event === undefined ? {} : { event })
        })
        if (run === undefined) throw runMissing()
        request.runId = run
        return { status: 202, body: { run } }
      }
    }),
    route({
      method: 'POST',
      path: '/runs/{id}/resume',
      summary: 'Ends the wait of a run, as a request to its `resume_url` would',
      params,
      body: jsonBody(resumption),
      answers: {
        200: { description: 'It goes on.', schema: z.object({ run: z.string(), resumed: z.literal(true) }) }
      },
      async handle({ params: { id }, body: { value }, request }) {
        const wait = await history.openWait(id)
        if (wait === undefined) throw (await history.getListItem(id)) === undefined ? runMissing() : notWaiting()
        request.runId = id
        const came = { method: 'POST', path: '/', query: {}, headers: {}, body: value, client_ip: request.ip }
        const result = await resumptions.deliver({ action: 'resume', run: id, wait }, came)
        if (result !== 'resumed') throw notWaiting()
        return { status: 200, body: { run: id, resumed: true } }
      }
    })
  ]
}

function notWaiting(): HttpFault {
  return new HttpFault(
    'run_not_waiting',
    409,
    'this run waits for nothing that a request could end',
    'A delay ends by time alone; a wait that was ended or has timed out cannot be ended again.'
  )
}
