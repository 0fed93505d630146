/**
 * Actions of code that is not Bellhop's: what a sandbox process says that a component is, as data. The answer comes from
 * strangers, so it is checked here like any input, before plans, lists and lookups are made of it (I7).
 */
import {
  type ActionDefinition,
  type AppDefinition,
  type AuthField,
  type DataStoreProp,
  Fault,
  type Json,
  type PropDefinition,
  type Props
} from '@bellhop/sdk'
import { z } from 'zod'
import type { Catalogue } from './catalogue.ts'
import { asObject } from './mistakes.ts'

const NAME = /^[A-Za-z_$][A-Za-z0-9_$]{0,99}$/
const SLUG = /^[a-z0-9_][a-z0-9_-]{0,39}$/
/** Names that every JavaScript object answers to, and what `this` has by itself. */
const RESERVED = new Set([...Object.getOwnPropertyNames(Object.prototype), '$emit'])

const text = z.string().max(20_000)
const flag = z.literal(true).optional()
const choice = z.union([z.string().max(1_000), z.number()])
const json = z.json()

/** A prop that a definition fills in. Functions are flags: they run in the sandbox only. */
const inputSchema = z.object({
  kind: z.literal('input'),
  type: z.enum(['string', 'integer', 'boolean', 'object', 'any', 'string[]', 'integer[]', 'boolean[]', 'object[]']),
  label: text.optional(),
  description: text.optional(),
  optional: flag,
  /** Left out where it is a function. */
  default: json.optional(),
  /** Whether it has a default, which may be a function. */
  hasDefault: flag,
  secret: flag,
  min: z.number().optional(),
  max: z.number().optional(),
  options: z
    .array(z.union([choice, z.object({ label: text, value: choice })]))
    .max(5_000)
    .optional(),
  /** Whether `options` is a function, which has pages or takes a query. */
  asyncOptions: flag,
  useQuery: flag,
  /** Whether other props depend on its value. */
  reloadProps: flag,
  /** Whether the code gets label and value. */
  withLabel: flag,
  /** How a form asks for it, where that is not as its type says. */
  as: z.enum(['http_request', 'sql']).optional(),
  hidden: flag,
  disabled: flag
})

/** What a prop is. `db` and `data_store` are services of the workflow; of `note` nothing is asked. */
const propSchema = z.discriminatedUnion('kind', [
  inputSchema,
  z.object({ kind: z.literal('app'), app: z.string().regex(SLUG) }),
  z.object({ kind: z.literal('data_store'), label: text.optional(), description: text.optional(), optional: flag }),
  z.object({ kind: z.literal('db') }),
  z.object({
    kind: z.literal('note'),
    type: z.enum(['alert', 'dir']).optional(),
    alertType: z.enum(['info', 'neutral', 'warning', 'error']).optional().catch(undefined),
    content: text.optional().catch(undefined)
  })
])

const schema = z.object({
  key: z.string().max(200),
  name: z.string().max(500),
  description: text,
  version: z.string().max(100),
  props: z.record(z.string(), propSchema).refine((props) => Object.keys(props).length <= 500),
  additionalProps: z.boolean()
})

/** What a step's code is, as data. `props` are by the names that `this` uses. */
export type ForeignAction = z.output<typeof schema>
export type ForeignProp = z.output<typeof propSchema>

/**
 * Checks what a sandbox process answered.
 * @throws Fault `component_invalid`, naming the part that does not fit and never quoting it
 */
export function readForeignAction(said: unknown): ForeignAction {
  const result = schema.safeParse(said)
  if (!result.success) throw invalid(result.error.issues[0]?.path.filter((key) => NAME.test(String(key))).join('.'))
  for (const name of Object.keys(result.data.props)) {
    if (!NAME.test(name) || RESERVED.has(name)) throw invalid('props')
  }
  return result.data
}

/** The same for props alone, which code answers with when it is asked for more. @throws Fault `component_invalid` */
export function readForeignProps(said: unknown): ForeignAction['props'] {
  return readForeignAction({ key: '', name: '', description: '', version: '', additionalProps: false, props: said })
    .props
}

function invalid(where = ''): Fault {
  const what = where === '' ? 'the component' : `\`${where}\` of the component`
  return new Fault('component_invalid', `${what} is not what the Component API says`, {
    hint: 'Correct the code: props have a `type`, and names of letters, digits and `_`.'
  })
}

/**
 * The action as plans know actions. It cannot be called: its code runs in the sandbox (I7).
 * @param step its name and its bindings as they are written: an app that is in no catalogue has the fields that they
 *   bind, and code that says no key is called as its step is
 */
export function toAction(
  foreign: ForeignAction,
  catalogue: Catalogue,
  step: { name: string; auth: unknown }
): ActionDefinition {
  const props: Record<string, Props[string]> = {}
  for (const [name, prop] of Object.entries(foreign.props)) {
    if (prop.kind === 'app')
      props[name] = catalogue.app(slugOf(prop.app)) ?? boundApp(prop.app, asObject(step.auth)?.[name])
    else if (prop.kind === 'input') props[name] = toInput(prop)
    else if (prop.kind === 'data_store') props[name] = toDataStore(prop)
    else if (prop.kind === 'db') props[name] = '$.service.db'
  }
  const { name, description, version } = foreign
  const key = foreign.key === '' ? step.name : foreign.key
  const run = (): Promise<Json> => Promise.reject(new Fault('not_callable', `${key} runs in the sandbox only`))
  return { type: 'action', key, name, description, version, props, run }
}

/** Handles take no hyphen. */
function slugOf(app: string): string {
  return app.replaceAll('-', '_')
}

/** A data store goes by its name. */
function toDataStore({ kind: _kind, ...rest }: ForeignProp & { kind: 'data_store' }): DataStoreProp {
  return { type: 'data_store', ...given(rest) }
}

/** A default that is a function is made in the sandbox: here the prop is one that may be left out. */
function toInput(prop: ForeignProp & { kind: 'input' }): PropDefinition {
  const { type, label, description, optional, default: initial, hasDefault } = prop
  const { secret, min, max, options, withLabel } = prop
  const free = optional === true || (hasDefault === true && initial === undefined)
  return {
    type,
    ...given({ label, description, min, max, options, secret, withLabel }),
    ...(initial === undefined ? {} : { default: initial }),
    ...(free ? { optional: true } : {})
  }
}

/** Without the keys that have no value. */
export function given<T extends object>(all: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as ReturnType<
    typeof given<T>
  >
}

/** An app that is in no catalogue: its fields, hosts and places are what the binding says (rule 1 of the door). */
export interface UnlistedApp extends AppDefinition {
  unlisted: true
}

export function isUnlisted(app: AppDefinition): app is UnlistedApp {
  return 'unlisted' in app
}

function boundApp(app: string, written: unknown): UnlistedApp {
  const binding = asObject(written) ?? {}
  const open = Array.isArray(binding['not_secret']) ? binding['not_secret'].map(String) : []
  const bound = asObject(binding['runtime']) ?? asObject(asObject(binding['store'])?.['fields']) ?? {}
  const names = [...new Set([...Object.keys(bound), ...open])].filter((name) => NAME.test(name) && !RESERVED.has(name))
  return unlistedApp(app, names, open)
}

/**
 * @param names of its credential fields
 * @param open those whose values may be seen
 */
export function unlistedApp(app: string, names: readonly string[], open: readonly string[] = []): UnlistedApp {
  const fields = names.map((name): [string, AuthField] => [
    name,
    { label: name, ...(open.includes(name) ? { secret: false } : {}) }
  ])
  return {
    type: 'app',
    app: slugOf(app),
    name: app,
    description: 'In no catalogue: its fields, hosts and places come from the binding.',
    // Whether it needs credentials at all nobody here knows: some apps are nothing but functions.
    auth: { fields: Object.fromEntries(fields), optional: true },
    hosts: [],
    unlisted: true
  }
}
