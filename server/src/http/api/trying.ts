import { z } from 'zod'
import type { JsonObject } from '@bellhop/sdk'
import type { ApiServices } from '../services.ts'
import { jsonBody, route, type Route } from './route.ts'

const app = z
  .string()
  .regex(/^[a-z0-9_]{1,40}$/, 'up to 40 lower-case letters, digits and _')
  .meta({ description: 'The app’s slug.' })

const Tried = z
  .object({ ok: z.boolean(), says: z.string().meta({ description: 'How it went, in a sentence; no value.' }) })
  .meta({ id: 'Tried' })

const TriedBinding = Tried.extend({
  fields: z
    .array(z.object({ name: z.string(), from: z.string().optional(), found: z.boolean() }))
    .optional()
    .meta({ description: 'The app’s fields, and under which name the secret has them. Never a value.' })
}).meta({ id: 'TriedBinding' })

/** Trying credentials while a form is filled in. Nothing of it is kept. */
export function tryingRoutes({ trying }: Pick<ApiServices, 'trying'>): Route[] {
  return [
    route({
      method: 'POST',
      path: '/accounts/test',
      summary: 'Tries an account before it is saved',
      description: 'Sends the app’s own test request, to the app’s own host. An app that has none says so.',
      body: jsonBody(z.strictObject({ app, fields: z.record(z.string(), z.string()) })),
      answers: { 200: { description: 'How it went.', schema: Tried } },
      async handle({ body: { app: slug, fields } }) {
        return { status: 200, body: await trying.account(slug, fields) }
      }
    }),
    route({
      method: 'POST',
      path: '/bindings/try',
      summary: 'Which credential fields a binding finds in its store, or whether its account is there',
      body: jsonBody(
        z.strictObject({
          app,
          binding: z
            .record(z.string(), z.json())
            .meta({ description: 'As a definition has it: `store` or `account`.' }),
          steps: z.record(z.string(), z.json()).default({}).meta({
            description: 'What its references read: `trigger` and the exports of steps, as the page has them.'
          })
        })
      ),
      answers: { 200: { description: 'How it went.', schema: TriedBinding } },
      async handle({ body: { app: slug, binding, steps } }) {
        return { status: 200, body: await trying.binding(slug, binding, steps as JsonObject) }
      }
    })
  ]
}
