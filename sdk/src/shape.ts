import type { AppDefinition, AppProp, PropDefinitions } from './app.ts'
import { Fault } from './fault.ts'
import type { JsonObject } from './json.ts'
import type {
  HttpRequestProp,
  InputProp,
  Option,
  Prop,
  PropDefinition,
  PropReference,
  Props,
  SqlProp,
  StoreProp
} from './prop.ts'

/** An action's props, told apart, by the names that `this` uses. */
export interface ActionShape {
  apps: Readonly<Record<string, AppDefinition>>
  stores: Readonly<Record<string, StoreProp>>
  /** What a definition fills in, with what it takes over from its app; a data store's is its name. */
  inputs: Readonly<Record<string, PropDefinition>>
  /** Props that are objects of the runtime on `this`; what a definition says for them stands among the inputs. */
  services: Readonly<Record<string, Service>>
}

export type Service = 'data_store' | 'db' | 'http_request' | 'sql'

const shapes = new WeakMap<Props, ActionShape>()

/**
 * Tells an action's props apart; once for each action.
 * @throws Fault `component_invalid` for a reference to a prop that its app does not define, and for a prop of no known type
 */
export function shapeOf(action: { key: string; props: Props }): ActionShape {
  let shape = shapes.get(action.props)
  if (shape === undefined) shapes.set(action.props, (shape = toldApart(action)))
  return shape
}

function toldApart({ key, props }: { key: string; props: Props }): ActionShape {
  const shape = { apps: {}, stores: {}, inputs: {}, services: {} } satisfies ActionShape
  for (const [name, prop] of Object.entries(props)) put(shape, key, name, prop)
  return shape
}

interface Draft {
  apps: Record<string, AppDefinition>
  stores: Record<string, StoreProp>
  inputs: Record<string, PropDefinition>
  services: Record<string, Service>
}

function put(shape: Draft, key: string, name: string, prop: Prop): void {
  const written = typeof prop === 'string' ? { type: prop } : isReference(prop) ? takenOver(key, name, prop) : prop
  switch (written.type) {
    case 'app':
      shape.apps[name] = completed(written)
      return
    case 'store':
      shape.stores[name] = written
      return
    case '$.service.db':
      shape.services[name] = 'db'
      return
    case 'data_store':
      shape.services[name] = 'data_store'
      shape.inputs[name] = { ...written, type: 'string' }
      return
    case 'http_request':
      shape.services[name] = 'http_request'
      shape.inputs[name] = asObject(written)
      return
    case 'sql':
      shape.services[name] = 'sql'
      // Text is a query without parameters.
      shape.inputs[name] = { ...asObject(written), type: 'any' }
      return
    case 'alert':
    case 'dir':
      return
    default:
      shape.inputs[name] = asData(key, name, written)
  }
}

export function isReference(prop: Prop): prop is PropReference {
  return typeof prop === 'object' && 'propDefinition' in prop
}

/** The app's definition of a prop, overridden by what stands beside the reference. */
export function takenOver(key: string, name: string, reference: PropReference): InputProp {
  const { propDefinition, ...own } = reference
  const [app, theirs] = propDefinition
  const defined = (app.propDefinitions as PropDefinitions | undefined)?.[theirs]
  if (defined === undefined) {
    throw new Fault(
      'component_invalid',
      `the prop ${name} of ${key} refers to ${theirs}, which ${app.name ?? app.app} does not define`,
      { hint: `Add \`${theirs}\` to the app’s propDefinitions, or refer to one that is there.` }
    )
  }
  return { ...(isReference(defined) ? takenOver(key, name, defined) : defined), ...own }
}

/** An app that says no more than its slug: it has whatever fields, hosts and places its binding says. */
function completed(app: AppProp): AppDefinition {
  const { name, description, auth, hosts } = app
  if (name !== undefined && description !== undefined && auth !== undefined && hosts !== undefined) {
    return app as AppDefinition
  }
  return { name: app.app, description: '', auth: { fields: {} }, hosts: [], ...app } as AppDefinition
}

/** Without functions: what they would say is not known here, so every value will do, and none. */
function asData(key: string, name: string, input: InputProp): PropDefinition {
  if (!TYPES.has(input.type)) {
    throw new Fault('component_invalid', `the prop ${name} of ${key} has no type that the Component API knows`, {
      hint: `It is one of ${[...TYPES].join(', ')}, or of the others in docs/components.md.`
    })
  }
  const { options, default: initial, ...data } = input
  return {
    ...data,
    // Of what a form leaves out nothing is asked.
    ...(data.hidden === true || data.disabled === true ? { optional: true } : {}),
    ...(typeof options === 'object' && options.every(isPlain) ? { options } : {}),
    ...(typeof initial === 'function' ? { optional: true } : initial === undefined ? {} : { default: initial })
  }
}

const TYPES: ReadonlySet<string> = new Set<PropDefinition['type']>([
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

function isPlain(option: Option): option is NonNullable<PropDefinition['options']>[number] {
  const value = typeof option === 'object' ? option.value : option
  return typeof value === 'string' || typeof value === 'number'
}

function asObject({ label, description, optional, default: initial }: ObjectProp): PropDefinition {
  return {
    type: 'object',
    ...(label === undefined ? {} : { label }),
    ...(description === undefined ? {} : { description }),
    ...(optional === undefined ? {} : { optional }),
    ...(initial === undefined ? {} : { default: structuredClone(initial) as JsonObject })
  }
}

type ObjectProp = HttpRequestProp | SqlProp
