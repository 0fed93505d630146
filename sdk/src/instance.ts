import type { ActionDefinition, BoundApp, Dollar } from './action.ts'
import type { Json, JsonObject } from './json.ts'
import { resolveProps } from './props.ts'
import type { DataStore, HttpRequest, ServiceDb, StoreClient } from './services.ts'
import { shapeOf } from './shape.ts'

/** What an action is given for one call. */
export interface ActionInput {
  /** The bound apps, by the names of the props that stand for them. */
  apps: Readonly<Record<string, BoundApp>>
  /** The stores, by the names of the props that stand for them. */
  stores?: Readonly<Record<string, StoreClient>>
  /** The data stores, databases and requests, by the names of the props that stand for them. */
  services?: Readonly<Record<string, DataStore | ServiceDb | HttpRequest>>
  /** What the definition says for the other props, references resolved. */
  props: JsonObject
  steps: JsonObject
  $: Dollar
}

/**
 * Runs an action the way the Component API says: `this` holds its bound apps with their methods, its props, checked
 * and with defaults, and its own methods. Every caller of an action goes through here, the test harness too.
 * @throws Fault `prop_missing`, `prop_invalid`, and whatever the action throws
 */
export async function callAction(action: ActionDefinition, input: ActionInput): Promise<Json | undefined> {
  const instance: Record<string, unknown> = {
    ...action.methods,
    ...input.stores,
    ...resolveProps(action, input.props),
    ...input.services
  }
  for (const [name, app] of Object.entries(shapeOf(action).apps))
    instance[name] = { ...app.methods, ...input.apps[name] }
  return (action as Callable).run.call(instance, { steps: input.steps, $: input.$ })
}

/** An action for the one who makes its `this`. */
type Callable = { run(this: object, input: { steps: JsonObject; $: Dollar }): Promise<Json | undefined> }
