import { z } from 'zod'
import type { FastifyReply } from 'fastify'
import { ErrorView, ItemView, StepView } from '../../history/views.ts'
import type { TestLine as Line } from '../../run/tests/lines.ts'
import type { EventSource } from '../../run/tests/tests.ts'
import { HttpFault, Problem } from '../problem.ts'
import type { ApiServices } from '../services.ts'
import { LINES, sendAnyLines } from './deploying.ts'
import { jsonBody, route, type Route } from './route.ts'

const definition = z.string().meta({ description: 'The definition that is being written, as YAML or JSON.' })
const fields = z
  .record(z.string(), z.record(z.string(), z.record(z.string(), z.string())))
  .default({})
  .meta({
    description:
      'Values for runtime bindings, by step, app and field: they take the place of what the binding reads, and are kept in the session’s memory only.'
  })
const id = z.string().meta({ description: 'The session’s id.' })

const from = z.union([
  z.strictObject({
    definition,
    fields,
    event: z
      .record(z.string(), z.json())
      .meta({ description: 'What a trigger would deliver; what is left out is made up.' })
  }),
  z.strictObject({ definition, fields, test_event: z.string().meta({ description: 'The id of a test event.' }) }),
  z.strictObject({
    definition,
    fields,
    run: z.string().meta({ description: 'The id of a run, whose event is taken without its secrets.' })
  })
])

const RequestView = z
  .object({
    method: z.string(),
    url: z.string(),
    headers: z.record(z.string(), z.string()),
    body: z.string().optional(),
    credentials: z
      .array(z.object({ place: z.string(), label: z.string() }))
      .meta({ description: 'Which credentials stood where, such as `header authorization`.' }),
    status: z.int().optional().meta({ description: 'Left out where no answer came.' }),
    response_headers: z.record(z.string(), z.string()).optional(),
    response_body: z.string().optional(),
    duration_ms: z.int(),
    error: z.object({ code: z.string(), message: z.string() }).optional().meta({ description: 'Why no answer came.' }),
    notes: z.array(z.string()).meta({ description: 'What is not whole here, and why.' })
  })
  .meta({ id: 'TestRequest', description: 'A request as it left: a handle stands where it carried a credential.' })

const TestLine = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('progress'), text: z.string() }),
    z.object({ type: z.literal('step_started'), step: z.string(), at: z.iso.datetime() }),
    z.object({ type: z.literal('request'), step: z.string(), index: z.int(), method: z.string(), origin: z.string() }),
    z.object({
      type: z.literal('response'),
      step: z.string(),
      index: z.int(),
      status: z.int().optional(),
      duration_ms: z.int()
    }),
    z.object({
      type: z.literal('step_finished'),
      step: StepView,
      besides: z.array(StepView).meta({
        description: 'What was done on its behalf: the list that an expression made, requests that it left to be sent.'
      }),
      items: z.array(ItemView).meta({ description: 'Of an `each`: the first five.' }),
      requests: z.array(RequestView),
      requests_left_out: z.int()
    }),
    z.object({
      type: z.literal('finished'),
      status: z.enum(['succeeded', 'ended_early', 'failed']),
      note: z.string().optional(),
      error: ErrorView.optional(),
      failed_step: z.string().optional(),
      answer: z
        .object({
          status: z.int(),
          headers: z.record(z.string(), z.string()),
          body: z.json(),
          encoding: z.enum(['utf8', 'latin1']).optional()
        })
        .optional()
        .meta({ description: 'What a caller would get who waits for it.' }),
      event: z.json(),
      steps: z.record(z.string(), z.json()).meta({ description: 'The exports of every step that was tried.' })
    }),
    z.object({ type: z.literal('problem'), problem: Problem })
  ])
  .meta({ id: 'TestLine' })

const body = z.strictObject({ definition, fields })
const answers = {
  200: {
    description: 'Lines, of which the last is of the type `finished` or `problem`.',
    schema: TestLine,
    mediaType: LINES
  }
}

/** Tests of definitions that are being written. Nothing of them is ever kept. */
export function testRoutes({ tests }: Pick<ApiServices, 'tests'>): Route[] {
  return [
    route({
      method: 'POST',
      path: '/tests',
      summary: 'Begins a test session: an event, and what steps make of it',
      description:
        'Everything of it is in memory, until it is ended or has been idle for 15 minutes. A deployed version, its runs and its data are left alone.',
      body: jsonBody(from),
      answers: {
        201: {
          description: 'The session, with its event as it may be shown.',
          schema: z.object({ id, event: z.json() })
        }
      },
      async handle({ body }) {
        return {
          status: 201,
          body: await tests.begin({ definition: body.definition, values: body.fields, from: sourceOf(body) })
        }
      }
    }),
    route({
      method: 'POST',
      path: '/tests/{id}/steps/{step}',
      summary: 'Tries one step',
      description:
        'Steps that it reads have to have been tried before in this session. It is tried once; delays are passed over, nothing is suspended, no data store is written to, and an `each` goes through five items.',
      params: z.object({ id, step: z.string().meta({ description: 'The name of a step that is in no `each`.' }) }),
      body: jsonBody(body),
      answers,
      handle({ params: { id, step }, body: { definition, fields: values }, reply }) {
        tests.check(id)
        return lines(reply, (tell) => tests.runStep(id, step, { definition, values }, tell))
      }
    }),
    route({
      method: 'POST',
      path: '/tests/{id}/run',
      summary: 'Tries all steps, from the first on',
      params: z.object({ id }),
      body: jsonBody(body),
      answers,
      handle({ params: { id }, body: { definition, fields: values }, reply }) {
        tests.check(id)
        return lines(reply, (tell) => tests.runAll(id, { definition, values }, tell))
      }
    }),
    route({
      method: 'DELETE',
      path: '/tests/{id}',
      summary: 'Ends a test session, and what it is doing',
      params: z.object({ id }),
      answers: { 204: { description: 'It is gone, with everything in it.' } },
      async handle({ params: { id } }) {
        if (await tests.end(id)) return { status: 204 }
        throw new HttpFault('test_missing', 404, 'there is no test session of this id')
      }
    })
  ]
}

function sourceOf(body: z.output<typeof from>): EventSource {
  if ('event' in body) return { event: body.event }
  return 'test_event' in body ? { test_event: body.test_event } : { run: body.run }
}

function lines(reply: FastifyReply, test: (tell: (line: Line) => void) => Promise<void>): undefined {
  sendAnyLines(reply, (write) => test(write))
  return undefined
}
