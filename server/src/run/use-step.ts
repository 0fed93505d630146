/**
 * One attempt of a `use` step: props resolved, credentials bound, the action run, its exports collected. First-party
 * actions run in this process; what they hold are handles all the same, and `$.fetch` is the door (I6).
 */
import {
  callAction,
  type ActionDefinition,
  type ActionInput,
  type BoundApp,
  type Json,
  type JsonObject
} from '@bellhop/sdk'
import type { Credentials } from '../credentials/credentials.ts'
import type { Door, DoorScope } from '../egress/door.ts'
import type { Attempt } from '../engine/port.ts'
import { shapeOf } from '../workflow/catalogue.ts'
import type { PlannedStep } from '../workflow/plan.ts'
import { resolve } from '../workflow/references.ts'
import type { StepRecord } from '../workflow/step-record.ts'
import type { Log } from './attempt.ts'
import { dollarOf, FlowExit, recordOf, type Collected } from './dollar.ts'
import type { RunState } from './state.ts'
import { triggerContext } from './trigger-context.ts'

type UseStep = PlannedStep & { kind: 'use' }

export interface ActionParts {
  credentials: Credentials
  door: Door
}

/** Runs the step's action once. Its record may still hold secrets in clear: the caller scrubs it. */
export async function runAction(
  parts: ActionParts,
  state: RunState,
  step: UseStep,
  attempt: Attempt,
  log: Log
): Promise<StepRecord> {
  const apps = boundApps(parts, state, step)
  const props = propsOf(step, state)
  const scope = scopeOf(state, step, attempt, log)
  const context = triggerContext(state.run, state.deployed)
  const { $, collected } = dollarOf(context, attempt, (url, init) => parts.door.fetch(scope, url, init ?? {}))
  return recordOf(collected, await call(step.action, { apps, props, steps: state.steps, $ }, collected))
}

async function call(action: ActionDefinition, input: ActionInput, collected: Collected): Promise<Json | undefined> {
  try {
    return await callAction(action, input)
  } catch (error) {
    if (error instanceof FlowExit && collected.exit !== undefined) return undefined
    throw error
  }
}

/** The action's apps by prop name, each with its credentials as handles. */
function boundApps(parts: ActionParts, state: RunState, step: UseStep): Record<string, BoundApp> {
  const bound: Record<string, BoundApp> = {}
  for (const [name, app] of Object.entries(shapeOf(step.action).apps)) {
    const binding = step.auth[name]
    bound[name] =
      binding === undefined
        ? parts.credentials.unbound(app)
        : parts.credentials.bind(binding, state.steps, state.run.keyring)
  }
  return bound
}

/** The step's props with references resolved; what an input declares secret becomes a handle. */
function propsOf(step: UseStep, state: RunState): JsonObject {
  const { inputs } = shapeOf(step.action)
  const props: JsonObject = {}
  for (const [name, planned] of Object.entries(step.props)) {
    const value = resolve(planned, state.steps)
    if (value !== undefined) props[name] = inputs[name]?.secret === true ? secretProp(step, name, value, state) : value
  }
  return props
}

/** No door opens for it: an input is no app's credential. */
function secretProp(step: UseStep, name: string, value: Json, state: RunState): Json {
  if (typeof value !== 'string' && typeof value !== 'number') return value
  const { keyring } = state.run
  const text = keyring.reveal(String(value), (secret) => secret.value)
  return text === '' ? '' : keyring.mint(text, { app: step.action.key, field: name, audience: null })
}

function scopeOf(state: RunState, step: UseStep, attempt: Attempt, log: Log): DoorScope {
  const [app] = Object.values(shapeOf(step.action).apps)
  return {
    keyring: state.run.keyring,
    ...(app === undefined ? {} : { app }),
    secretAnswerFields: app?.secretAnswerFields ?? [],
    owned: () => state.run.owned(),
    warn: (message) => log('warn', message),
    signal: attempt.signal,
    sandboxed: false
  }
}
