import { z } from 'zod'
import { HttpFault } from '../problem.ts'
import type { ApiServices } from '../services.ts'
import { jsonBody, route, type Route } from './route.ts'

const names = z.array(z.string().min(1).max(200)).max(50)
const headers = z.union([z.boolean(), names]).meta({ description: '`true`: any request header; or their names.' })

const EnvSecret = z
  .object({
    name: z.string(),
    hosts: z.array(z.string()),
    places: z.object({ headers, query: names, body: names }),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime()
  })
  .meta({ id: 'EnvSecret' })

const params = z.object({
  name: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/, 'letters, digits and _, at most 100')
    .meta({ description: 'The name that `settings.env` refers to.' })
})

const body = z.strictObject({
  value: z.string(),
  hosts: names.default([]).meta({ description: 'The exact hosts that it may go to; with none it may go nowhere.' }),
  headers: headers.default(true),
  query: names.default([]).meta({ description: 'Query parameters in which it may stand.' }),
  body: names.default([]).meta({ description: 'Top-level body fields in which it may stand.' })
})

/** Secrets of the environment. Values go in and never come out. */
export function environmentRoutes({ environment }: Pick<ApiServices, 'environment'>): Route[] {
  return [
    route({
      method: 'GET',
      path: '/env',
      summary: 'All secrets of the environment, without their values',
      answers: { 200: { description: 'The secrets.', schema: z.object({ secrets: z.array(EnvSecret) }) } },
      handle: async () => ({
        status: 200,
        body: {
          secrets: (await environment.list()).map(({ places, ...secret }) => ({ ...secret, places: copyOf(places) }))
        }
      })
    }),
    route({
      method: 'PUT',
      path: '/env/{name}',
      summary: 'Sets a secret of the environment',
      description: 'Whoever sets it says where it may go; definitions name it under `settings.env`.',
      params,
      body: jsonBody(body),
      answers: { 204: { description: 'It is set.' } },
      async handle({ params: { name }, body: { value, hosts, ...places } }) {
        await environment.save(name, value, { hosts, places })
        return { status: 204 }
      }
    }),
    route({
      method: 'DELETE',
      path: '/env/{name}',
      summary: 'Removes a secret of the environment',
      description: 'Runs whose workflow declares it fail from then on.',
      params,
      answers: { 204: { description: 'It is gone.' } },
      async handle({ params: { name } }) {
        if (await environment.remove(name)) return { status: 204 }
        throw new HttpFault('env_secret_missing', 404, 'there is no such secret', 'List them with `bellhop env`.')
      }
    })
  ]
}

type Places = Awaited<ReturnType<ApiServices['environment']['list']>>[number]['places']

function copyOf({ headers, query, body }: Places): z.infer<typeof EnvSecret>['places'] {
  return { headers: typeof headers === 'boolean' ? headers : [...headers], query: [...query], body: [...body] }
}
