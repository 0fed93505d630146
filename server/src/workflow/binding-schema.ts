/** What a definition may say about one step's credentials for one app. `binding-plan.ts` checks it against the app. */
import { z } from 'zod'
import { kindOf, quote, type Problem } from './mistakes.ts'
import { either, later, pickShape, say, strict } from './schema-mistakes.ts'

const placesSchema = strict({
  headers: either(
    [z.boolean(), z.array(z.string())],
    pickShape('boolean', 'list', '`true`, `false` or a list of names')
  ).optional(),
  query: z.array(z.string()).optional(),
  body: z.array(z.string()).optional()
})

const BINDINGS = '`runtime`, `store` or `account`'

/** What `from` and a step's store may be called. */
const STORE_NAME = /^[A-Za-z0-9][\w.-]{0,59}$/

/** What names a store: literal, so that nobody chooses another by what they send. */
export function storeNameProblem(input: unknown): Problem | undefined {
  const expected = 'the name of a store, written out'
  if (typeof input !== 'string') return { message: `expected text, got ${kindOf(input)}`, expected }
  if (input.includes('{{')) return { message: 'a store is named; a reference is not supported here', expected }
  return STORE_NAME.test(input) ? undefined : { message: `${quote(input)} cannot be the name of a store`, expected }
}

function pickVersion(input: unknown): number | Problem {
  if (typeof input === 'string') return 0
  if (typeof input === 'number') return 1
  return { message: `expected a version, got ${kindOf(input)}`, expected: 'text or a whole number' }
}

const storeSchema = strict(
  {
    from: z
      .string({ error: (issue) => say(storeNameProblem(issue.input) ?? { message: 'is missing' }) })
      .refine((name) => storeNameProblem(name) === undefined, {
        error: (issue) => say(storeNameProblem(issue.input) ?? { message: 'cannot be the name of a store' })
      })
      .meta({ description: 'The store, as `bellhop stores` lists it.' }),
    path: z.string().optional().meta({ description: 'Vault, AWS: where the secret is: customers/{{…}}/slack.' }),
    key: z.string().optional().meta({ description: 'Databases: what stands for $1 in the store’s query.' }),
    connection: z.string().optional().meta({ description: 'Nango: the id of the connection.' }),
    integration: z.string().min(1).optional().meta({ description: 'Nango: the id of the integration.' }),
    version: either([z.string().min(1), z.int()], pickVersion)
      .optional()
      .meta({ description: 'Vault, AWS: another version than the current one.' }),
    fields: z.record(z.string(), z.string().min(1)).optional().meta({
      description: 'Which field of the secret each credential field is; left out where the names are the same.'
    })
  },
  {
    allow_anonymous: {
      message: 'this is said once, for the whole workflow',
      expected: '`trigger.allow_anonymous`'
    }
  }
)

/** How a step gets an app's credentials: exactly one of the ways. */
export const bindingSchema = strict(
  {
    account: z.string().min(1).max(100).optional().meta({ description: 'A connected account, by its name.' }),
    runtime: z
      .record(z.string(), z.string())
      .optional()
      .meta({ description: 'Each credential field of the app, as a reference: {{steps.trigger.event.body.token}}.' }),
    store: storeSchema.optional().meta({ description: 'Fetched by the binding from a store, and never an export.' }),
    app: z
      .string()
      .min(1)
      .max(40)
      .optional()
      .meta({ description: 'In a step in Python or Bash: which app this is, where its name is another.' }),
    hosts: z
      .array(z.string())
      .min(1)
      .max(50)
      .optional()
      .meta({ description: 'For an app without hosts of its own: the exact hosts that the credential may go to.' }),
    places: placesSchema
      .optional()
      .meta({ description: 'For an app without hosts of its own: where in a request the credential may stand.' }),
    not_secret: z.array(z.string()).max(50).optional().meta({
      description: 'For an app that is in no catalogue: fields whose values may be seen, such as a subdomain.'
    })
  },
  { external_user: later('external_user', BINDINGS) }
)
