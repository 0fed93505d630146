/**
 * One attempt of a `use` step: props resolved, credentials bound, the action run, its exports collected. First-party
 * actions run in this process; what they hold are handles all the same, and `$.fetch` is the door (I6).
 */
import {
  callAction,
  dataStoreOver,
  Fault,
  shapeOf,
  type BoundApp,
  type DataStore,
  type FetchAnswer,
  type FetchInit,
  type Json,
  type JsonObject,
  type StoreClient
} from '@bellhop/sdk'
import type { Credentials } from '../credentials/credentials.ts'
import { StepCredentials } from '../credentials/step-credentials.ts'
import type { StoreAccess, StoreCaller } from '../credentials/stores/access.ts'
import type { DoorScope } from '../egress/door.ts'
import type { Attempt } from '../engine/port.ts'
import { HANDLE_PREFIX } from '../secrets/handle.ts'
import { encodePath, pathSegments } from '../workflow/lookups.ts'
import type { PlannedStep } from '../workflow/plan.ts'
import { resolve, Template, type Beside, type PlannedValue } from '../workflow/references.ts'
import type { StepRecord } from '../workflow/step-record.ts'
import type { Log } from './attempt.ts'
import { operationsOf, stepContext, type AskingParts, type Pass } from './asking.ts'
import { runCode, type CodeParts } from './code-step.ts'
import { dollarOf, recordOf } from './dollar.ts'
import { evaluateStep } from './expressions.ts'
import { runNative, type NativeParts } from './native-step.ts'
import type { Operations } from './operations/operations.ts'
import type { RunState } from './state.ts'
import { expressionsIn } from './step-expressions.ts'

export type UseStep = PlannedStep & { kind: 'use' }

export interface ActionParts extends AskingParts, CodeParts, NativeParts {
  credentials: Credentials
  stores: StoreAccess
}

/** Runs the step's action once. Its record may still hold secrets in clear: the caller scrubs it. */
export async function runAction(
  parts: ActionParts,
  state: RunState,
  step: UseStep,
  attempt: Attempt,
  log: Log,
  pass: Pass
): Promise<StepRecord> {
  const { id, durable, keyring } = state.run
  const caller: StoreCaller = { id, durable, keyring, owned: () => state.run.owned(), signal: attempt.signal }
  const credentials = new StepCredentials({ ...parts, caller, warn: (message) => log('warn', message) })
  const evaluator = { sandbox: parts.sandbox, state, signal: attempt.signal }
  const beside = await evaluateStep(evaluator, expressionsIn(step))
  const apps = await boundApps(parts, credentials, state, step, beside)
  const props = propsOf(step, state, beside)
  const stores = await storesOf(parts, caller, state, step)
  const scope = { ...scopeOf(state, step, attempt, log), renewals: credentials }
  const operations = operationsOf(parts, state, step, props, attempt, log, pass)
  const context = stepContext(state, attempt, pass)
  const { code, native, name, timeoutMs } = step
  const prepared = { apps, props, context, operations, scope }
  if (code !== undefined) {
    return recordOf(operations.left, await runCode(parts, state, { name, code, timeoutMs }, attempt, log, prepared))
  }
  if (native !== undefined) {
    return recordOf(operations.left, await runNative(parts, state, { name, native, timeoutMs }, attempt, log, prepared))
  }
  const fetch = (url: string, init: FetchInit = {}): Promise<FetchAnswer> => parts.door.fetch(scope, url, init)
  const $ = dollarOf(context, operations, fetch, attempt.signal)
  const services = servicesOf(step, operations)
  const input = { apps, stores, services, props, steps: state.steps, $ }
  return recordOf(operations.left, await callAction(step.action, input))
}

/** Data stores as `this` has them: each call is an operation. */
function servicesOf({ action }: UseStep, operations: Operations): Record<string, DataStore> {
  const services: Record<string, DataStore> = {}
  for (const [prop, service] of Object.entries(shapeOf(action).services)) {
    if (service !== 'data_store' && service !== 'db') continue
    services[prop] = dataStoreOver((operation, input) => operations.ask(operation, input), prop)
  }
  return services
}

/** The action's apps by prop name, each with its credentials as handles. */
async function boundApps(
  parts: ActionParts,
  credentials: StepCredentials,
  state: RunState,
  step: UseStep,
  beside: Beside
): Promise<Record<string, BoundApp>> {
  const bound: Record<string, BoundApp> = {}
  for (const [name, app] of Object.entries(shapeOf(step.action).apps)) {
    const binding = step.auth[name]
    bound[name] =
      binding === undefined ? parts.credentials.unbound(app) : await credentials.bind(binding, state.steps, beside)
  }
  return bound
}

/** The stores that the action works with. Columns and fields that later bindings read are protected by what asks. */
async function storesOf(
  parts: ActionParts,
  caller: StoreCaller,
  state: RunState,
  step: UseStep
): Promise<Record<string, StoreClient>> {
  const clients: Record<string, StoreClient> = {}
  // The first two parts of a source's path are the step's name and `$return_value`.
  const sources = state.deployed.plan.exportSources.get(step.name) ?? []
  const bound = sources
    .filter(({ path }) => path.length === 1 || path[1] === '$return_value')
    // Of a list that an `each` goes over, any element stands for all.
    .map(({ path, item }) => [...path.slice(2), ...(item === undefined ? [] : [0, ...item])])
  for (const [name, { kinds }] of Object.entries(shapeOf(step.action).stores)) {
    const store = step.stores[name]
    if (store !== undefined) clients[name] = await parts.stores.client(caller, store, kinds, bound)
  }
  return clients
}

/** The step's props with references resolved; what an input declares secret becomes a handle. */
function propsOf(step: UseStep, state: RunState, beside: Beside): JsonObject {
  const { inputs } = shapeOf(step.action)
  const props: JsonObject = {}
  for (const [name, planned] of Object.entries(step.props)) {
    const value =
      inputs[name]?.lookup === true ? lookupProp(name, planned, state, beside) : resolve(planned, state.steps, beside)
    if (value !== undefined) props[name] = inputs[name]?.secret === true ? secretProp(step, name, value, state) : value
  }
  return props
}

/** A path that says which secret is read: encoded, so that no reference reaches beyond its own segment. */
function lookupProp(name: string, planned: PlannedValue, state: RunState, beside: Beside): Json | undefined {
  if (typeof planned !== 'string' && !(planned instanceof Template)) return resolve(planned, state.steps, beside)
  const segments = pathSegments(planned, state.steps, beside)
  if (!segments.some((segment) => segment.includes(HANDLE_PREFIX))) return encodePath(segments)
  throw new Fault('lookup_unusable', `\`${name}\` says which secret is meant, and is itself a secret`, {
    hint: 'Stores write paths into their logs: look the secret up by something that may be seen.'
  })
}

/** No door opens for it: an input is no app's credential. */
function secretProp(step: UseStep, name: string, value: Json, state: RunState): Json {
  if (Array.isArray(value)) return value.map((inner) => secretProp(step, name, inner, state))
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, secretProp(step, name, inner, state)]))
  }
  if (typeof value !== 'string' && typeof value !== 'number') return value
  const { keyring } = state.run
  const text = keyring.reveal(String(value), (secret) => secret.value)
  return text === '' ? '' : keyring.mint(text, { app: step.action.key, field: name, audience: null })
}

/** On whose behalf the step's requests go out. */
export function scopeOf(state: RunState, step: UseStep, attempt: Attempt, log: Log): DoorScope {
  const apps = Object.values(shapeOf(step.action).apps)
  const [app] = apps
  return {
    keyring: state.run.keyring,
    ...(app === undefined ? {} : { app }),
    secretAnswerFields: apps.flatMap(({ secretAnswerFields = [] }) => secretAnswerFields),
    owned: () => state.run.owned(),
    warn: (message) => log('warn', message),
    signal: attempt.signal,
    ...(state.test === undefined ? {} : { watch: state.test.watch }),
    sandboxed: false
  }
}
