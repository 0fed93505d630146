import { z } from 'zod'
import type { ApiServices } from '../services.ts'
import { route, type Route } from './route.ts'

const Entry = z
  .object({
    id: z.int(),
    at: z.iso.datetime(),
    action: z.enum(['deploy_reveal', 'reveal']).meta({
      description:
        '`deploy_reveal`: a version was deployed that hands real credentials to its code. `reveal`: a run did.'
    }),
    workflow: z.string(),
    version: z.int(),
    run: z.string().nullable(),
    step: z.string(),
    credentials: z
      .record(z.string(), z.array(z.string()))
      .meta({ description: 'Names of credential fields by app; never a value.' })
  })
  .meta({ id: 'AuditEntry' })

const query = z.object({
  before: z.coerce
    .number()
    .int()
    .min(1)
    .optional()
    .meta({ description: 'The id of the last entry of the page before.' }),
  limit: z.coerce.number().int().min(1).max(1000).default(100)
})

/** Who got real credentials. */
export function auditRoute({ audit }: Pick<ApiServices, 'audit'>): Route {
  return route({
    method: 'GET',
    path: '/audit',
    summary: 'Which versions and runs handed real credentials to code, the latest first',
    query,
    answers: { 200: { description: 'The entries.', schema: z.object({ entries: z.array(Entry) }) } },
    async handle({ query: { before, limit } }) {
      const entries = await audit.list({ limit, ...(before === undefined ? {} : { before }) })
      return {
        status: 200,
        body: {
          entries: entries.map(({ at, credentials, ...entry }) => ({
            ...entry,
            at: new Date(at).toISOString(),
            credentials: Object.fromEntries(Object.entries(credentials).map(([app, fields]) => [app, [...fields]]))
          }))
        }
      }
    }
  })
}
