/** What `this` is while a component's functions run. */
import type { ActionDefinition, BoundApp, ComponentDefinition, Dollar } from './action.ts'
import type { AppProp } from './app.ts'
import type { Json, JsonObject } from './json.ts'
import { resolveProps } from './props.ts'
import type { DataStore, HttpRequest, ServiceDb, StoreClient } from './services.ts'
import { shapeOf } from './shape.ts'

/** What a component's props stand for in one call. */
export interface Bound {
  /** The bound apps, by the names of the props that stand for them. */
  apps: Readonly<Record<string, BoundApp>>
  /** The stores, by the names of the props that stand for them. */
  stores?: Readonly<Record<string, StoreClient>>
  /** The data stores, databases and requests, by the names of the props that stand for them. */
  services?: Readonly<Record<string, DataStore | ServiceDb | HttpRequest>>
  /** What the definition says for the other props, references resolved. */
  props: JsonObject
}

/** What an action is given for one call. */
export interface ActionInput extends Bound {
  steps: JsonObject
  $: Dollar
}

/**
 * Runs an action the way the Component API says: `this` holds its bound apps with their methods, its props, checked
 * and with defaults, and its own methods. Every caller of an action goes through here, the test harness too.
 * @returns what the action returned, which is for JSON to say what it is
 * @throws Fault `prop_missing`, `prop_invalid`, and whatever the action throws
 */
export async function callAction(action: ActionDefinition, input: ActionInput): Promise<Json | undefined> {
  const values = resolveProps(action, input.props)
  // What additional props there are is known to the one who filled in the form.
  const others = action.additionalProps === undefined ? {} : input.props
  const instance = instanceOf(action, input, { ...others, ...values })
  return (await (action.run as Callable).call(instance, { steps: input.steps, $: input.$ })) as Json | undefined
}

/** @param values the props as the functions see them */
export function instanceOf(
  component: ComponentDefinition,
  { apps, stores, services }: Bound,
  values: JsonObject
): Record<string, unknown> {
  const { key = '', props = {}, methods } = component
  const shape = shapeOf({ key, props })
  const instance: Record<string, unknown> = {}
  Object.assign(instance, methodsFor(instance, methods), stores, values, services)
  for (const [name, app] of Object.entries(shape.apps)) instance[name] = appInstance(app, apps[name])
  for (const [name, service] of Object.entries(shape.services)) {
    const query = instance[name]
    if (service === 'sql' && typeof query === 'string') instance[name] = { query, params: [] }
  }
  return instance
}

/** An app as `this.<app>`, and as `this` of its own functions. */
function appInstance(app: AppProp, bound: BoundApp | undefined): object {
  const instance = {}
  return Object.assign(instance, methodsFor(instance, app.methods), bound)
}

/** Methods that know whose they are, so that they can be handed on by themselves. */
function methodsFor(instance: object, methods: object = {}): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(methods).map(([name, method]) => [name, (method as Callable).bind(instance)])
  )
}

type Callable = (this: object, ...args: unknown[]) => unknown
