/** A component's props, told apart, with what they take over from their app's `propDefinitions`. */
import type { PropType } from '@bellhop/sdk'
import { asText, isFunction, isObject, type Component, type Raw } from './found.ts'

export type Prop =
  | { kind: 'app'; app: Raw & { app: string } }
  | {
      kind: 'input'
      type: PropType
      /** How the value is offered to the code, where it is not given as it is. */
      as?: 'http_request' | 'sql'
      raw: Raw
      /** The app that the prop was defined by, and what it is given besides: its `options` are called with both. */
      from?: { app: Raw; values: unknown }
    }
  | { kind: 'data_store'; raw: Raw }
  | { kind: 'db' }
  /** Something to read, or a folder. */
  | { kind: 'note'; type: 'alert' | 'dir'; raw: Raw }

const TYPES: ReadonlySet<string> = new Set<PropType>([
  'string',
  'integer',
  'boolean',
  'object',
  'any',
  'string[]',
  'integer[]',
  'boolean[]',
  'object[]'
])
/** Lists of them are taken as well, whatever the list holds. */
const LISTS: Readonly<Record<string, PropType>> = { 'any[]': 'any', 'data_store[]': 'string[]' }
/** The pickers of one app, whose value is the id that was picked. */
const PICKER = /^\$\.(?!interface|service)[\w.]+?(\[\])?$/
const DEEPEST = 5

/**
 * All props of a component, by the names that `this` uses.
 * @throws Error naming a prop that is no prop of an action
 */
export function propsOf(component: Component): Map<string, Prop> {
  return readProps(component['props'])
}

/** The same for what `additionalProps` returned. */
export function readProps(props: unknown): Map<string, Prop> {
  const read = new Map<string, Prop>()
  for (const [name, raw] of Object.entries(isObject(props) ? props : {})) {
    const prop = readProp(name, raw)
    if (prop !== undefined) read.set(name, prop)
  }
  return read
}

function readProp(name: string, written: unknown): Prop | undefined {
  if (written === undefined || written === null) return undefined
  const raw = typeof written === 'string' ? { type: written } : written
  if (!isObject(raw)) throw new Error(`the prop \`${name}\` is not an object`)
  const { raw: whole, from } = Array.isArray(raw['propDefinition']) ? merged(name, raw) : { raw }
  const type = asText(whole['type'])
  if (TYPES.has(type)) return { kind: 'input', type: type as PropType, raw: whole, ...(from && { from }) }
  switch (type) {
    case 'app':
      return { kind: 'app', app: { ...whole, app: asText(whole['app']) } }
    case 'http_request':
      return { kind: 'input', type: 'object', as: type, raw: whole }
    case 'sql':
      return { kind: 'input', type: 'any', as: type, raw: whole }
    case 'data_store':
      return { kind: type, raw: whole }
    // It would be a stranger's code that says which secret is read.
    case 'store':
      throw new Error(
        `the prop \`${name}\` is of the type \`store\`, which only Bellhop’s own actions have: bind the store`
      )
    case '$.service.db':
      return { kind: 'db' }
    case 'alert':
    case 'dir':
      return { kind: 'note', type, raw: whole }
    default:
  }
  const list = LISTS[type]
  if (list !== undefined) return { kind: 'input', type: list, raw: whole }
  const picker = PICKER.exec(type)
  if (picker !== null) return { kind: 'input', type: picker[1] === undefined ? 'string' : 'string[]', raw: whole }
  if (type.startsWith('$.interface.')) {
    throw new Error(`the prop \`${name}\` is of the type \`${type}\`, which starts a source: a step takes an action`)
  }
  throw new Error(`the prop \`${name}\` is of the type \`${type}\`, which the Component API does not have`)
}

/** The app's definition of a prop, overridden by what stands beside the reference. */
function merged(name: string, written: Raw): { raw: Raw; from: { app: Raw; values: unknown } } {
  let raw = written
  let from: { app: Raw; values: unknown } | undefined
  for (let depth = 0; Array.isArray(raw['propDefinition']) && depth < DEEPEST; depth++) {
    const [app, theirs, values] = raw['propDefinition'] as unknown[]
    const definitions = isObject(app) ? app['propDefinitions'] : undefined
    const base = isObject(definitions) && typeof theirs === 'string' ? definitions[theirs] : undefined
    if (!isObject(app) || !isObject(base)) {
      throw new Error(`the prop \`${name}\` refers to \`${asText(theirs)}\`, which its app does not define`)
    }
    const { propDefinition: _, ...own } = raw
    raw = { ...base, ...own }
    from = { app, values }
  }
  if (from === undefined) throw new Error(`the prop \`${name}\` has an empty propDefinition`)
  return { raw, from }
}

/** Whether a definition may leave it out: of what a form hides nothing is asked. */
export function isOptional(raw: Raw): boolean {
  return raw['optional'] === true || raw['hidden'] === true || raw['disabled'] === true
}

/** The default, where it is data. */
export function defaultOf(raw: Raw): unknown {
  return isFunction(raw['default']) ? undefined : raw['default']
}
