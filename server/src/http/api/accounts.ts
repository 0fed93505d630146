import { z } from 'zod'
import { HttpFault } from '../problem.ts'
import { unlistedApp } from '../../workflow/foreign-action.ts'
import type { ApiServices } from '../services.ts'
import { jsonBody, route, type Route } from './route.ts'

const Account = z
  .object({
    app: z.string(),
    name: z.string(),
    fields: z.array(z.string()).meta({ description: 'Which fields it has. Their values are never shown.' }),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime()
  })
  .meta({ id: 'Account' })

const params = z.object({
  app: z
    .string()
    .regex(/^[a-z0-9_]{1,40}$/, 'up to 40 lower-case letters, digits and _')
    .meta({ description: 'The app’s slug.' }),
  name: z
    .string()
    .regex(/^[\w.@ -]{1,100}$/, 'up to 100 letters, digits, spaces and any of _ . @ -')
    .meta({
      description: 'The name that definitions use.'
    })
})

/** Connected accounts. Values go in and never come out. */
export function accountRoutes({ accounts, catalogue }: Pick<ApiServices, 'accounts' | 'catalogue'>): Route[] {
  return [
    route({
      method: 'GET',
      path: '/accounts',
      summary: 'All connected accounts, without their values',
      answers: { 200: { description: 'The accounts.', schema: z.object({ accounts: z.array(Account) }) } },
      handle: async () => ({ status: 200, body: { accounts: await accounts.list() } })
    }),
    route({
      method: 'PUT',
      path: '/accounts/{app}/{name}',
      summary: 'Connects an account, or replaces its values',
      params,
      body: jsonBody(
        z.strictObject({
          fields: z.record(z.string(), z.string()),
          unlisted: z.boolean().default(false).meta({
            description: 'Whether the app may be one that is in no catalogue, for code that brings it along.'
          })
        })
      ),
      answers: { 204: { description: 'It is connected.' } },
      async handle({ params: { app: slug, name }, body }) {
        const app = catalogue.app(slug) ?? (body.unlisted ? unlistedApp(slug, Object.keys(body.fields)) : undefined)
        if (app === undefined) throw unknownApp(catalogue.apps().map((known) => known.app))
        await accounts.save(app, name, body.fields)
        return { status: 204 }
      }
    }),
    route({
      method: 'DELETE',
      path: '/accounts/{app}/{name}',
      summary: 'Removes an account',
      description: 'Steps that use it fail from then on.',
      params,
      answers: { 204: { description: 'It is gone.' } },
      async handle({ params: { app, name } }) {
        if (await accounts.remove(app, name)) return { status: 204 }
        throw new HttpFault('account_missing', 404, 'there is no such account', 'List them with `bellhop accounts`.')
      }
    })
  ]
}

function unknownApp(known: readonly string[]): HttpFault {
  return new HttpFault('unknown_app', 404, 'there is no app of this slug', `Known apps: ${known.join(', ')}.`)
}
