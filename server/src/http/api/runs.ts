import { z } from 'zod'
import { LONGEST_PAGE, type RunListQuery } from '../../history/list-runs.ts'
import { LONGEST_ITEM_PAGE } from '../../history/list-items.ts'
import { ItemPage, ItemStatus, RunPage, RunStatus, RunView } from '../../history/views.ts'
import { choices } from '../../workflow/mistakes.ts'
import { HttpFault } from '../problem.ts'
import type { ApiServices } from '../services.ts'
import { route, type Route } from './route.ts'
import { workflowMissing } from './workflows.ts'

const time = z.union([z.iso.datetime({ offset: true }), z.iso.date()], {
  error: 'expected a time in ISO 8601, such as 2026-01-31T12:00:00Z, or a day'
})

/** One or several, joined by commas. */
const statuses = z.string().transform((text, context): z.output<typeof RunStatus>[] => {
  const read = z.array(RunStatus).safeParse(text.split(','))
  if (read.success) return read.data
  context.addIssue({ code: 'custom', message: `expected ${choices(RunStatus.options)}, or several joined by commas` })
  return z.NEVER
})

const listQuery = z.strictObject({
  workflow: z.string().optional().meta({ description: 'Only of the workflow of this name.' }),
  status: statuses.optional().meta({ description: 'Only with this status, or one of several joined by commas.' }),
  text: z.string().min(1).max(200).optional().meta({
    description:
      'Only where this stands in id, error, note, event or what the steps left. Looks as long as it may; go on with the cursor.'
  }),
  since: time.optional().meta({ description: 'Only accepted at or after this time (ISO 8601).' }),
  until: time.optional().meta({ description: 'Only accepted before this time (ISO 8601).' }),
  limit: z.coerce.number().int().min(1).max(LONGEST_PAGE).default(50),
  cursor: z.string().max(200).optional().meta({ description: '`next_cursor` of the page before.' })
})

const itemQuery = z.strictObject({
  status: ItemStatus.optional(),
  limit: z.coerce.number().int().min(1).max(LONGEST_ITEM_PAGE).default(50),
  cursor: z.string().max(200).optional().meta({ description: '`next_cursor` of the page before.' })
})

const params = z.object({ id: z.string().meta({ description: 'The run’s id.' }) })

const answers = { 200: { description: 'A page of runs, newest first.', schema: RunPage } }

export function runMissing(): HttpFault {
  return new HttpFault(
    'run_missing',
    404,
    'there is no run of this id',
    'It may have been swept by its workflow’s retention, or never been kept.'
  )
}

function itemsMissing(): HttpFault {
  return new HttpFault(
    'items_missing',
    404,
    'this run has no items of such a step',
    'Name an `each` step that the run has come to; of a run that is not kept, items leave nothing.'
  )
}

export function runRoutes({
  versions,
  history,
  engine
}: Pick<ApiServices, 'versions' | 'history' | 'engine'>): Route[] {
  return [
    route({
      method: 'GET',
      path: '/runs',
      summary: 'Runs of all workflows, newest first',
      query: listQuery,
      answers,
      handle: async ({ query }) => ({ status: 200, body: await history.listRuns(filterOf(query)) })
    }),
    route({
      method: 'GET',
      path: '/workflows/{name}/runs',
      summary: 'Runs of one workflow, newest first',
      params: z.object({ name: z.string().meta({ description: 'The workflow’s name.' }) }),
      query: listQuery.omit({ workflow: true }),
      answers,
      async handle({ params: { name }, query }) {
        if (versions.workflow(name) === undefined) throw workflowMissing()
        return { status: 200, body: await history.listRuns(filterOf({ ...query, workflow: name })) }
      }
    }),
    route({
      method: 'GET',
      path: '/runs/{id}',
      summary: 'One run with every step',
      params,
      answers: { 200: { description: 'The run.', schema: RunView } },
      async handle({ params: { id }, request }) {
        const run = await history.getRun(id)
        if (run === undefined) throw runMissing()
        request.runId = id
        return { status: 200, body: run }
      }
    }),
    route({
      method: 'GET',
      path: '/runs/{id}/steps/{step}/items',
      summary: 'Items of an `each` step of a run, with what their steps did',
      params: params.extend({ step: z.string().meta({ description: 'The name of the `each` step.' }) }),
      query: itemQuery,
      answers: { 200: { description: 'A page of items, in the order of their list.', schema: ItemPage } },
      async handle({ params: { id, step }, query: { limit, status, cursor }, request }) {
        const page = await history.listItems(id, step, {
          limit,
          ...(status === undefined ? {} : { status }),
          ...(cursor === undefined ? {} : { cursor })
        })
        if (page === undefined) throw (await history.getListItem(id)) === undefined ? runMissing() : itemsMissing()
        request.runId = id
        return { status: 200, body: page }
      }
    }),
    route({
      method: 'POST',
      path: '/runs/{id}/cancel',
      summary: 'Ends a run that has not ended',
      params,
      answers: {
        200: { description: 'The run is cancelled.', schema: z.object({ run: z.string(), cancelled: z.literal(true) }) }
      },
      async handle({ params: { id }, request }) {
        if (!(await engine.cancel(id, 'cancelled through the API')))
          throw notCancelled((await history.getListItem(id)) !== undefined)
        request.runId = id
        return { status: 200, body: { run: id, cancelled: true } }
      }
    })
  ]
}

function filterOf({ since, until, cursor, workflow, status, text, limit }: z.output<typeof listQuery>): RunListQuery {
  return {
    limit,
    ...(workflow === undefined ? {} : { workflow }),
    ...(status === undefined ? {} : { status }),
    ...(text === undefined ? {} : { text }),
    ...(since === undefined ? {} : { since: Date.parse(since) }),
    ...(until === undefined ? {} : { until: Date.parse(until) }),
    ...(cursor === undefined ? {} : { cursor })
  }
}

function notCancelled(exists: boolean): HttpFault {
  return exists ? new HttpFault('run_ended', 409, 'this run has ended already') : runMissing()
}
