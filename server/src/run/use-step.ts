/**
 * One attempt of a `use` step: props resolved, credentials bound, the action run, its exports collected. First-party
 * actions run in this process; what they hold are handles all the same, and `$.fetch` is the door (I6).
 */
import type { ActionDefinition, BoundApp, Json, JsonObject } from '@bellhop/sdk'
import type { Credentials } from '../credentials/credentials.ts'
import type { Door, DoorScope } from '../egress/door.ts'
import type { Attempt } from '../engine/port.ts'
import type { PlannedStep } from '../workflow/plan.ts'
import type { StepRecord } from '../workflow/step-record.ts'
import type { Log } from './attempt.ts'
import { dollarOf, FlowExit, recordOf, type Collected } from './dollar.ts'
import { resolveProps } from './props.ts'
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
  const self = thisOf(parts, state, step)
  const scope = scopeOf(state, step, attempt, log)
  const context = triggerContext(state.run, state.deployed)
  const { $, collected } = dollarOf(context, attempt, (url, init) => parts.door.fetch(scope, url, init ?? {}))
  return recordOf(collected, await call(step.action, self, state.steps, $, collected))
}

async function call(
  action: ActionDefinition,
  self: object,
  steps: JsonObject,
  $: Parameters<ActionDefinition['run']>[0]['$'],
  collected: Collected
): Promise<Json | undefined> {
  try {
    return await Reflect.apply<object, [{ steps: JsonObject; $: typeof $ }], Promise<Json | undefined>>(
      action.run as (this: object, input: { steps: JsonObject; $: typeof $ }) => Promise<Json | undefined>,
      self,
      [{ steps, $ }]
    )
  } catch (error) {
    if (error instanceof FlowExit && collected.exit !== undefined) return undefined
    throw error
  }
}

/** `this` of the action: its inputs by name, and its app with methods, `$auth` and `$baseUrl`. */
function thisOf(parts: ActionParts, state: RunState, step: UseStep): object {
  const self: Record<string, unknown> = Object.create(null)
  Object.assign(self, resolveProps(step, state.steps, state.run.keyring))
  for (const [name, prop] of Object.entries(step.action.props)) {
    if (!('app' in prop)) continue
    const binding = step.auth[name]
    const bound: BoundApp =
      binding === undefined
        ? parts.credentials.unbound(prop)
        : parts.credentials.bind(binding, state.steps, state.run.keyring)
    self[name] = Object.assign(Object.create(null), prop.methods, bound)
  }
  return self
}

function scopeOf(state: RunState, step: UseStep, attempt: Attempt, log: Log): DoorScope {
  const app = Object.values(step.action.props).find((prop) => 'app' in prop)
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

