import { z } from 'zod'
import type { JsonObject } from '@bellhop/sdk'
import type { FastifyRequest } from 'fastify'
import { scheduleEvent } from '../../run/schedules/event.ts'
import type { TestEventMessage, TestSubject } from '../../run/test-events.ts'
import type { Schedule } from '../../workflow/schedule.ts'
import { eventOf } from '../ingress/event.ts'
import { originOf } from '../origin.ts'
import { HttpFault } from '../problem.ts'
import type { ApiServices } from '../services.ts'
import { sendEvents } from './event-stream.ts'
import { jsonBody, route, type Route } from './route.ts'
import { workflowMissing } from './workflows.ts'

const TestEventView = z
  .object({
    id: z.string(),
    received_at: z.iso.datetime(),
    event: z.json().meta({ description: 'As a step would see it; what looks like a credential is a handle, too.' })
  })
  .meta({ id: 'TestEvent' })

const TestEventMessageView = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('test_event'), test_event: TestEventView }),
    z.object({ type: z.literal('cut_off'), reason: z.enum(['too_slow', 'shutdown', 'failed']), message: z.string() })
  ])
  .meta({ id: 'TestEventMessage' })

const newTestEvent = z.strictObject({
  method: z
    .string()
    .regex(/^[A-Z]{1,20}$/, { error: 'expected a method, such as POST' })
    .default('POST'),
  path: z
    .string()
    .startsWith('/', { error: 'expected a path that begins with /' })
    .default('/')
    .meta({ description: 'Below the endpoint.' }),
  query: z.record(z.string(), z.union([z.string(), z.array(z.string())])).default({}),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.json().default(null).meta({ description: 'As a step sees it: JSON, or text.' })
})

const params = z.object({ name: z.string().meta({ description: 'The workflow’s name, also of one that is a draft.' }) })
const one = params.extend({ id: z.string().meta({ description: 'The test event’s id.' }) })

type Services = Pick<ApiServices, 'versions' | 'drafts' | 'testEvents'>

/** Events that are kept for trying a workflow, and run nothing. */
export function testEventRoutes(services: Services, closing: AbortSignal, publicUrl: string | undefined): Route[] {
  const { testEvents } = services
  return [
    route({
      method: 'GET',
      path: '/workflows/{name}/test-events',
      summary: 'The latest test events of a workflow, newest first',
      params,
      answers: {
        200: { description: 'The test events.', schema: z.object({ test_events: z.array(TestEventView) }) }
      },
      handle: async ({ params: { name } }) => ({
        status: 200,
        body: { test_events: await testEvents.list(await subjectOf(services, name)) }
      })
    }),
    route({
      method: 'POST',
      path: '/workflows/{name}/test-events',
      summary: 'Makes a test event, as a request to the workflow would bring it',
      description: 'For a workflow that a schedule starts, the event of a tick now.',
      params,
      body: jsonBody(newTestEvent),
      answers: { 201: { description: 'The test event.', schema: TestEventView } },
      async handle({ params: { name }, body, request }) {
        const subject = await subjectOf(services, name)
        const schedule = await scheduleOf(services, name)
        const event = schedule === undefined ? eventFrom(body, subject, request) : scheduleEvent(schedule, Date.now())
        const kept = await testEvents.find(subject, await testEvents.keep(subject, event))
        if (kept === undefined) throw testEventMissing()
        return { status: 201, body: kept }
      }
    }),
    route({
      method: 'DELETE',
      path: '/workflows/{name}/test-events/{id}',
      summary: 'Deletes a test event',
      params: one,
      answers: { 204: { description: 'It is gone.' } },
      async handle({ params: { name, id } }) {
        if (!(await testEvents.remove(await subjectOf(services, name), id))) throw testEventMissing()
        return { status: 204 }
      }
    }),
    route({
      method: 'GET',
      path: '/workflows/{name}/test-events/events',
      summary: 'Test events that are kept from now on, live',
      streams: true,
      params,
      answers: { 200: { description: 'Events.', schema: TestEventMessageView, mediaType: 'text/event-stream' } },
      async handle({ params: { name }, reply }) {
        const subject = await subjectOf(services, name)
        await sendEvents<TestEventMessage>(reply, closing, (listener) => testEvents.subscribe(subject, listener))
        return undefined
      }
    })
  ]

  function eventFrom(
    { method, path, query, headers, body }: z.output<typeof newTestEvent>,
    { endpoint }: Subject,
    request: FastifyRequest
  ): JsonObject {
    const asked = new URLSearchParams(
      Object.entries(query).flatMap(([key, value]) => [value].flat().map((v) => [key, v]))
    )
    const target = `/in/${endpoint}${path === '/' ? '' : path}${asked.size === 0 ? '' : `?${asked.toString()}`}`
    const lower = Object.fromEntries(Object.entries(headers).map(([key, value]) => [key.toLowerCase(), value]))
    const origin = originOf(request, publicUrl)
    return eventOf({ method, origin, target, query, headers: lower, clientIp: request.ip }, body)
  }
}

interface Subject extends TestSubject {
  endpoint: string
}

/** A deployed workflow, or one that is only a draft. */
async function subjectOf({ versions, drafts }: Services, name: string): Promise<Subject> {
  const deployed = await versions.byName(name)
  if (deployed !== undefined) return { workflowId: deployed.workflowId, deployed, endpoint: deployed.endpoint }
  const draft = await drafts.find(name)
  if (draft === undefined) throw workflowMissing()
  return { workflowId: draft.workflowId, deployed: undefined, endpoint: draft.endpoint }
}

/** What starts the workflow as it is written now. */
async function scheduleOf({ versions, drafts }: Services, name: string): Promise<Schedule | undefined> {
  const draft = await drafts.find(name)
  const written = draft === undefined ? undefined : await versions.check(draft.text)
  return (written?.plan ?? (await versions.byName(name))?.plan)?.schedule
}

function testEventMissing(): HttpFault {
  return new HttpFault(
    'test_event_missing',
    404,
    'this workflow has no test event of this id',
    'They are kept for a day, and the latest 20 of a workflow.'
  )
}
