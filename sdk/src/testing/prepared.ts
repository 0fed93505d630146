/** What a test gives to a component, checked and bound. */
import type { ActionDefinition, BoundApp, ComponentDefinition } from '../action.ts'
import { Fault } from '../fault.ts'
import { httpRequest } from '../http-request.ts'
import type { Bound } from '../instance.ts'
import type { JsonObject } from '../json.ts'
import type { DataStore, HttpRequest } from '../services.ts'
import { shapeOf, type ActionShape } from '../shape.ts'
import type { ActionTest } from '../testing.ts'
import { TestDoor } from './door.ts'
import type { Exchanges } from './exchange.ts'
import type { LoggedLine } from './logs.ts'
import { memoryStore, type MemoryStore } from './memory.ts'

/** A component, by whomever it is typed: what its props are is looked at when it is run. */
export interface AnyComponent {
  type?: string
  key?: string
  props?: object
  run(this: never, input: never): unknown
}

export interface Prepared extends Exchanges {
  action: ActionDefinition
  bound: Bound
  logs: LoggedLine[]
  /** What is in the data stores and databases, by prop. */
  contents(): Record<string, JsonObject>
}

/** @throws Fault `test_unknown_prop`, `test_unknown_app`, `test_unknown_field`, `component_invalid` */
export function prepared(component: AnyComponent, test: ActionTest): Prepared {
  const action = described(component as ComponentDefinition)
  const shape = shapeOf(action)
  check(action, shape, test)
  const door = new TestDoor()
  const apps = boundApps(door, shape, test)
  const memory: Record<string, MemoryStore> = {}
  for (const [name, service] of Object.entries(shape.services)) {
    if (service === 'data_store' || service === 'db')
      memory[name] = memoryStore(test.data?.[name] ?? {}, (text) => door.secretIn(text))
  }
  const props = door.scrubJson({ ...namesOf(memory), ...test.props })
  return {
    action,
    door,
    bound: {
      apps,
      stores: test.stores ?? {},
      services: { ...storesOf(memory), ...requestsOf(shape, props, test) },
      props
    },
    answer: test.answer ?? (() => undefined),
    requests: [],
    mistakes: [],
    logs: [],
    contents: () => Object.fromEntries(Object.entries(memory).map(([name, store]) => [name, store.contents()]))
  }
}

/** A data store is there whether or not the test names it. */
function namesOf(memory: Readonly<Record<string, MemoryStore>>): JsonObject {
  return Object.fromEntries(Object.keys(memory).map((name) => [name, name]))
}

function storesOf(memory: Readonly<Record<string, MemoryStore>>): Record<string, DataStore> {
  return Object.fromEntries(Object.entries(memory).map(([name, { store }]) => [name, store]))
}

function requestsOf(shape: ActionShape, props: JsonObject, { signal }: ActionTest): Record<string, HttpRequest> {
  const requests: Record<string, HttpRequest> = {}
  for (const [name, service] of Object.entries(shape.services)) {
    const given = props[name] ?? shape.inputs[name]?.default
    if (service !== 'http_request' || typeof given !== 'object' || given === null || Array.isArray(given)) continue
    requests[name] = httpRequest(given, signal ?? new AbortController().signal)
  }
  return requests
}

/** A code step has no name: here it has one for messages. */
function described(component: ComponentDefinition): ActionDefinition {
  const { key = 'the component', name = key, description = '', version = '0.0.0', props = {} } = component
  return { ...component, type: 'action', key, name, description, version, props }
}

function boundApps(
  door: TestDoor,
  shape: ActionShape,
  { auth, baseUrls, reveal }: ActionTest
): Record<string, BoundApp> {
  const apps: Record<string, BoundApp> = {}
  for (const [name, app] of Object.entries(shape.apps)) {
    const fields = auth?.[name] ?? {}
    const bound = door.bind(app, fields, baseUrls?.[app.app])
    apps[name] = reveal === true ? { ...bound, $auth: fields } : bound
  }
  return apps
}

/** What the test gives and the component does not take is a mistake of the test. */
function check(action: ActionDefinition, { apps, inputs, services }: ActionShape, test: ActionTest): void {
  const { key } = action
  for (const name of Object.keys(test.props ?? {})) {
    if (Object.hasOwn(inputs, name) || action.additionalProps !== undefined) continue
    throw unknown('test_unknown_prop', `the test gives the prop ${name}, which ${key} does not have`, inputs)
  }
  for (const [name, fields] of Object.entries(test.auth ?? {})) {
    const app = apps[name]
    if (app === undefined) {
      throw unknown('test_unknown_app', `the test gives credentials for ${name}, which is no app of ${key}`, apps)
    }
    for (const field of Object.keys(fields)) {
      if (Object.hasOwn(app.auth.fields, field) || Object.keys(app.auth.fields).length === 0) continue
      throw unknown(
        'test_unknown_field',
        `the test gives ${name}.${field}, which the app does not have`,
        app.auth.fields
      )
    }
  }
  for (const name of Object.keys(test.data ?? {})) {
    if (Object.hasOwn(services, name)) continue
    throw unknown('test_unknown_prop', `the test gives data for ${name}, which is no data store of ${key}`, services)
  }
}

function unknown(code: string, message: string, known: Readonly<Record<string, unknown>>): Fault {
  const names = Object.keys(known)
  return new Fault(code, message, { hint: names.length === 0 ? 'There are none.' : `There are ${names.join(', ')}.` })
}
