/**
 * One attempt of a step in Python or Bash: the same preparations, door and operations as those of other strangers' code
 * (`code-step.ts`), in a process that an interpreter of the machine runs in.
 */
import { Fault, type BoundApp, type Json, type JsonObject } from '@bellhop/sdk'
import type { Door } from '../egress/door.ts'
import { serveConnection } from '../egress/serving/serving.ts'
import type { Attempt } from '../engine/port.ts'
import type { NativeSteps } from '../sandbox/native/native.ts'
import type { PlannedNative } from '../workflow/native-plan.ts'
import type { Log } from './attempt.ts'
import { GRACE_MS, strangersScope, type Prepared } from './code-step.ts'
import type { RunState } from './state.ts'

export interface NativeParts {
  door: Door
  /** Left out where the operator has not allowed such steps. */
  native?: Pick<NativeSteps, 'run'> | undefined
}

/**
 * Runs a step's script once. Its value may hold secrets in clear: the caller scrubs it.
 * @throws Fault `native_steps_off`, and as {@link NativeSteps.run}
 */
export async function runNative(
  { door, native }: NativeParts,
  state: RunState,
  step: { name: string; native: PlannedNative; timeoutMs: number },
  attempt: Attempt,
  log: Log,
  prepared: Prepared
): Promise<Json | undefined> {
  if (native === undefined) throw switchedOff()
  const { memory: memoryMb, cpu: cpuMs } = state.deployed.plan.code.code
  const { operations, context, props, apps } = prepared
  const scope = strangersScope(state.deployed.plan.code, prepared)
  const { exports, returned } = await native
    .run({
      ...step.native,
      step: step.name,
      steps: state.steps,
      inputs: inputsOf(props, apps),
      context: context as unknown as JsonObject,
      env: (state.env as Readonly<Record<string, string>> | undefined) ?? {},
      timeoutMs: step.timeoutMs + GRACE_MS,
      ...(memoryMb === undefined ? {} : { memoryMb }),
      ...(cpuMs === undefined ? {} : { cpuMs }),
      signal: attempt.signal,
      log,
      connect: (target, stream) => serveConnection(door, scope, target, stream),
      ask: (operation, input) => operations.ask(operation, input)
    })
    .catch((error: unknown) => {
      logStack(error, log)
      throw error
    })
  for (const [key, value] of Object.entries(exports)) operations.do('export', { key, value })
  return returned
}

/** `pd.inputs`: the step's props, and under each app's name its `$auth`. */
function inputsOf(props: JsonObject, apps: Readonly<Record<string, BoundApp>>): JsonObject {
  const bound = Object.entries(apps).map(([name, { $auth }]) => [name, { $auth }])
  return { ...props, ...(Object.fromEntries(bound) as JsonObject) }
}

/** Where it happened, in the lines of the script. */
function logStack(error: unknown, log: Log): void {
  const cause = error instanceof Fault && error.code === 'code_failed' ? error.cause : undefined
  if (cause instanceof Error && cause.stack !== undefined && cause.stack !== '') log('error', cause.stack)
}

function switchedOff(): Fault {
  return new Fault('native_steps_off', 'this server runs no steps in Python or Bash', {
    hint: 'Start it with `bellhop start --allow-native-steps`, if those who deploy are trusted with that.'
  })
}
