import { z } from 'zod'
import type { StoreKind } from '../../credentials/stores/store.ts'
import { HttpFault, InvalidFault } from '../problem.ts'
import type { ApiServices } from '../services.ts'
import { jsonBody, route, type Route } from './route.ts'

const Store = z
  .object({
    name: z.string(),
    kind: z.string(),
    config: z.record(z.string(), z.json()).meta({ description: 'What of its configuration may be seen.' }),
    problem: z.string().optional().meta({ description: 'Why it cannot be used.' }),
    source: z.enum(['api', 'file']).meta({ description: '`file`: it is in the file given with --stores.' }),
    updated_at: z.iso.datetime()
  })
  .meta({ id: 'Store' })

const Kind = z
  .object({
    kind: z.string(),
    title: z.string(),
    lookup: z.enum(['path', 'key', 'connection']).meta({ description: 'What a binding says to name a secret.' }),
    options: z.array(z.string()),
    config: z.record(z.string(), z.json()).meta({ description: 'JSON Schema of its configuration.' })
  })
  .meta({ id: 'StoreKind' })

const Check = z
  .object({
    what: z.enum(['address', 'tls', 'authentication', 'permission', 'path']),
    ok: z.boolean(),
    says: z.string()
  })
  .meta({ id: 'StoreCheck' })

const Lease = z
  .object({
    run: z.string(),
    store: z.string(),
    ended: z.boolean().meta({ description: 'Whether its run has ended, so that it should be gone.' }),
    failures: z.int(),
    problem: z.string(),
    expires_at: z.iso.datetime(),
    next_try_at: z.iso.datetime()
  })
  .meta({ id: 'Lease' })

const params = z.object({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][\w.-]{0,59}$/, 'up to 60 letters, digits and any of _ . -')
    .meta({ description: 'The name that definitions use.' })
})

const TEST_MS = 60_000

/** Stores. Their credentials go in and never come out. */
export function storeRoutes(services: Pick<ApiServices, 'stores' | 'leases'>): Route[] {
  return [...readRoutes(services), ...changeRoutes(services)]
}

function readRoutes({ stores, leases }: Pick<ApiServices, 'stores' | 'leases'>): Route[] {
  return [
    route({
      method: 'GET',
      path: '/stores',
      summary: 'All stores, without their credentials',
      answers: { 200: { description: 'The stores.', schema: z.object({ stores: z.array(Store) }) } },
      handle: async () => ({ status: 200, body: { stores: await stores.list() } })
    }),
    route({
      method: 'GET',
      path: '/store-kinds',
      summary: 'All kinds of stores, with what each can be told',
      answers: { 200: { description: 'The kinds.', schema: z.object({ kinds: z.array(Kind) }) } },
      handle: () => ({ status: 200, body: { kinds: stores.kinds().map(kindView) } })
    }),
    route({
      method: 'GET',
      path: '/leases',
      summary: 'What runs hold of stores and could not be renewed or given back',
      answers: { 200: { description: 'At most 100.', schema: z.object({ leases: z.array(Lease) }) } },
      handle: async () => ({ status: 200, body: { leases: await leases.trouble() } })
    })
  ]
}

function changeRoutes({ stores, leases }: Pick<ApiServices, 'stores' | 'leases'>): Route[] {
  return [
    route({
      method: 'PUT',
      path: '/stores/{name}',
      summary: 'Adds a store, or replaces its configuration',
      params,
      body: jsonBody(z.strictObject({ kind: z.string(), config: z.record(z.string(), z.json()) })),
      answers: { 204: { description: 'It is there.' } },
      async handle({ params: { name }, body: { kind, config } }) {
        const [held, before] = await Promise.all([leases.count(name), stores.kindOf(name)])
        if (held > 0 && before !== undefined && before.kind !== kind) throw stillHeld(held)
        const refused = await stores.save(name, kind, config)
        if (refused === undefined) return { status: 204 }
        const hint = 'What each kind is told: `bellhop stores kinds`.'
        throw new InvalidFault(
          'store_invalid',
          422,
          `this is not how a store of the kind ${kind} is configured`,
          refused.mistakes,
          hint
        )
      }
    }),
    route({
      method: 'POST',
      path: '/stores/{name}/test',
      summary: 'Says in words what works and what does not',
      params,
      body: jsonBody(
        z.strictObject({
          path: z.string().optional().meta({ description: 'A path, key or connection to look at.' }),
          integration: z.string().optional()
        })
      ),
      answers: {
        200: { description: 'What was looked at.', schema: z.object({ ok: z.boolean(), checks: z.array(Check) }) }
      },
      async handle({ params: { name }, body: { path, integration } }) {
        const asked = {
          ...(path === undefined ? {} : { path }),
          ...(integration === undefined ? {} : { integration })
        }
        const checks = await stores.test(name, asked, AbortSignal.timeout(TEST_MS))
        return { status: 200, body: { ok: checks.every((check) => check.ok), checks } }
      }
    }),
    route({
      method: 'DELETE',
      path: '/stores/{name}',
      summary: 'Removes a store',
      description: 'Steps that use it fail from then on. What runs still hold of it has to be given back before.',
      params,
      query: z.object({ force: z.stringbool().optional() }),
      answers: { 204: { description: 'It is gone.' } },
      async handle({ params: { name }, query: { force } }) {
        const held = await leases.count(name)
        if (held > 0 && force !== true) throw stillHeld(held)
        if (await stores.remove(name)) return { status: 204 }
        throw new HttpFault('store_missing', 404, 'there is no such store', 'List them with `bellhop stores`.')
      }
    })
  ]
}

function stillHeld(held: number): HttpFault {
  return new HttpFault(
    'store_in_use',
    409,
    `${held === 1 ? 'one run holds' : `${held} runs hold`} something of it that has to be given back`,
    'Wait until they have ended, or add `?force=true` and revoke it at the store yourself.'
  )
}

function kindView({ kind, title, lookup, options, config }: StoreKind): z.infer<typeof Kind> {
  const schema = z.toJSONSchema(config, { io: 'input', unrepresentable: 'any' }) as z.infer<typeof Kind>['config']
  return { kind, title, lookup, options: [...options], config: schema }
}
