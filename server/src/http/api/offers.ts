import { z } from 'zod'
import type { Deployed } from '../../workflow/versions.ts'
import type { ApiServices } from '../services.ts'
import { jsonBody, route, type Route } from './route.ts'
import { workflowMissing } from './workflows.ts'

const params = z.object({
  name: z.string().meta({ description: 'The workflow’s name.' }),
  step: z.string().meta({ description: 'The name of a step that runs code.' })
})

export const auth = z
  .record(
    z.string(),
    z.union([z.strictObject({ account: z.string() }), z.strictObject({ fields: z.record(z.string(), z.string()) })])
  )
  .default({})
  .meta({
    description:
      'With whose credentials, by the app’s prop: a connected account, or fields in clear, which are kept nowhere. Left out: the account that the step is bound to.'
  })
export const props = z.record(z.string(), z.json()).default({}).meta({ description: 'What is filled in so far.' })

export const Options = z
  .object({
    options: z.array(z.object({ label: z.string(), value: z.json() })),
    context: z.json().optional().meta({ description: 'What the next page is asked for with, as `prev_context`.' })
  })
  .meta({ id: 'Options' })

export const asked = z.strictObject({
  auth,
  props,
  prop: z.string(),
  page: z.int().min(0).default(0),
  prev_context: z.json().optional(),
  query: z.string().max(1_000).optional()
})

/** What a form asks of a step's code while it is filled in. */
export function offerRoutes({ offers, versions }: Pick<ApiServices, 'offers' | 'versions'>): Route[] {
  const deployed = async (name: string): Promise<Deployed> => {
    const found = await versions.byName(name)
    if (found === undefined) throw workflowMissing()
    return found
  }
  return [
    route({
      method: 'POST',
      path: '/workflows/{name}/steps/{step}/options',
      summary: 'The choices of a prop of a step’s code, a page of them',
      description: 'Runs the prop’s `options` in the sandbox. Nothing of it is kept.',
      params,
      body: jsonBody(asked),
      answers: { 200: { description: 'The choices.', schema: Options } },
      async handle({ params: { name, step }, body: { prev_context: prevContext, query, ...rest } }) {
        const body = await offers.options(await deployed(name), step, {
          ...rest,
          ...(prevContext === undefined ? {} : { prevContext }),
          ...(query === undefined ? {} : { query })
        })
        return { status: 200, body }
      }
    }),
    route({
      method: 'POST',
      path: '/workflows/{name}/steps/{step}/props',
      summary: 'The props of a step’s code that depend on others',
      description: 'Runs the component’s `additionalProps` in the sandbox. Nothing of it is kept.',
      params,
      body: jsonBody(z.strictObject({ auth, props })),
      answers: {
        200: {
          description: 'The props, by name.',
          schema: z.object({ props: z.record(z.string(), z.record(z.string(), z.json())) })
        }
      },
      async handle({ params: { name, step }, body }) {
        const more = await offers.props(await deployed(name), step, body)
        return {
          status: 200,
          body: { props: more as Record<string, Record<string, z.infer<ReturnType<typeof z.json>>>> }
        }
      }
    })
  ]
}
