/** What `this` is while a component runs: its apps, its props, its methods. */
import { dataStoreOver, httpRequest, resolveProps, type Json, type JsonObject, type PropDefinition } from '@bellhop/sdk'
import type { ChildCall } from '../handlers.ts'
import { choice, isChoice } from './choices.ts'
import { isFunction, isObject, type Component, type Raw } from './found.ts'
import { defaultOf, isOptional, propsOf, type Prop } from './props.ts'

/** What the server gives for one call. */
export interface Given {
  /** Bound apps by prop: the fields of `$auth`, which are handles where they are secret, and where the API is. */
  apps: Readonly<Record<string, { $auth: JsonObject; $baseUrl?: string }>>
  /** Values of the other props, references resolved. */
  props: JsonObject
}

/** Where the sandbox lets code write. */
const FOLDER = '/tmp'

/**
 * @param lenient takes what is there: for options and additional props, which are asked for while a form is half filled
 * @throws Fault `prop_missing`, `prop_invalid`; Error for a prop that is none
 */
export function instanceOf(
  component: Component,
  given: Given,
  call: ChildCall,
  lenient = false
): Record<string, unknown> {
  const props = propsOf(component)
  const self: Record<string, unknown> = {}
  bindMethods(self, component['methods'])
  Object.assign(self, given.props, valuesOf(component, props, given.props, lenient))
  for (const [name, prop] of props) {
    const value = offered(name, prop, self[name], given, call)
    if (value !== undefined) self[name] = value
  }
  return self
}

/** Methods can be handed on by themselves: they know whose they are. */
function bindMethods(self: object, methods: unknown): void {
  if (!isObject(methods)) return
  for (const [name, method] of Object.entries(methods)) {
    Reflect.set(self, name, isFunction(method) ? method.bind(self) : method)
  }
}

/** Inputs checked and turned into their types, with their defaults. */
function valuesOf(
  component: Component,
  props: ReadonlyMap<string, Prop>,
  values: JsonObject,
  lenient: boolean
): JsonObject {
  const inputs: Record<string, PropDefinition> = {}
  for (const [name, prop] of props) if (prop.kind === 'input') inputs[name] = inputOf(prop, lenient)
  const key = typeof component['key'] === 'string' ? component['key'] : 'the step'
  return resolveProps({ key, props: inputs }, values)
}

/** The choices are a help for those who fill in a form: what is not among them may be meant. */
function inputOf({ type, raw }: Prop & { kind: 'input' }, lenient: boolean): PropDefinition {
  const { min, max } = raw
  const initial = defaultOf(raw) as Json | undefined
  return {
    type: lenient ? 'any' : type,
    ...(lenient || isOptional(raw) || raw['default'] !== undefined ? { optional: true } : {}),
    ...(initial === undefined ? {} : { default: initial }),
    ...(raw['withLabel'] === true && !lenient ? { withLabel: true, ...labelled(raw['options']) } : {}),
    ...(typeof min === 'number' ? { min } : {}),
    ...(typeof max === 'number' ? { max } : {})
  }
}

/** The labels of fixed choices, where the code wants them. */
function labelled(options: unknown): Pick<PropDefinition, 'options'> {
  return Array.isArray(options) && options.every(isChoice) ? { options: options.map(choice) } : {}
}

/** What stands for a prop under its name; undefined where the value itself does. */
function offered(name: string, prop: Prop, value: unknown, given: Given, call: ChildCall): unknown {
  switch (prop.kind) {
    case 'app':
      return appInstance(prop.app, given.apps[name])
    case 'data_store':
    case 'db':
      return dataStoreOver((operation, input) => call.ask(operation, input), name)
    case 'note':
      return prop.type === 'dir' ? FOLDER : undefined
    case 'input':
      if (prop.as === 'http_request' && isObject(value)) return httpRequest(value, call.signal)
      return prop.as === 'sql' && typeof value === 'string' ? { query: value, params: [] } : undefined
    default:
      return undefined
  }
}

/** An app with its methods and credentials; inside the methods it is `this`. */
export function appInstance(app: Raw, bound: Given['apps'][string] | undefined): object {
  const self: Record<string, unknown> = {}
  bindMethods(self, app['methods'])
  return Object.assign(self, { $auth: { ...bound?.$auth }, $baseUrl: bound?.$baseUrl ?? '' })
}
