/**
 * One attempt of a step whose code is a stranger's: what `use-step.ts` has made ready is handed to a process of the version's
 * own (I7), whose every connection ends at the door (I6), and which asks this server for all else that it wants of its run.
 *
 * What the process says is hostile: its value is data, its lines are the step's, its requests are checked where they arrive.
 */
import { Fault, type BoundApp, type Json, type JsonObject, type StepContext } from '@bellhop/sdk'
import type { Door, DoorScope } from '../egress/door.ts'
import { serveConnection } from '../egress/serving/serving.ts'
import type { Attempt } from '../engine/port.ts'
import type { Audit } from '../history/audit.ts'
import type { Program, Sandbox } from '../sandbox/sandbox.ts'
import type { HostRule, Keyring } from '../secrets/keyring.ts'
import type { CodeSettings, PlannedCode } from '../workflow/plan.ts'
import type { Deployed } from '../workflow/versions.ts'
import type { Log } from './attempt.ts'
import type { Operations } from './operations/operations.ts'
import { revealed } from './reveal.ts'
import type { RunState } from './state.ts'

/** The folders of builds, and where the lines of their files come from. */
export interface Programs {
  /** @throws Fault `build_missing`, `build_damaged` */
  directory(build: string): string | Promise<string>
  positions(build: string, entry: string): Positions | undefined | Promise<Positions | undefined>
}

interface Positions {
  rewrite(stack: string, entry: string): string
}

export interface CodeParts {
  door: Door
  sandbox: Sandbox
  programs: Programs
  audit: Pick<Audit, 'add'>
}

/** What an attempt has made ready. */
export interface Prepared {
  apps: Readonly<Record<string, BoundApp>>
  props: JsonObject
  context: StepContext
  operations: Operations
  scope: DoorScope
}

/** More than the step's own time: the engine is the one who says that it is over. */
export const GRACE_MS = 5_000

/**
 * Runs a step's code once. Its value may hold secrets in clear: the caller scrubs it.
 * @throws Fault `code_failed`, whose message is the code's; `sandbox_*`; `build_missing`, `build_damaged`
 */
export async function runCode(
  parts: CodeParts,
  state: RunState,
  step: { name: string; code: PlannedCode; timeoutMs: number },
  attempt: Attempt,
  log: Log,
  prepared: Prepared
): Promise<Json | undefined> {
  const { deployed, run, env = {} } = state
  const { entry, reveal } = step.code
  const { memory: memoryMb, cpu: cpuMs } = deployed.plan.code.code
  const given = new AbortController()
  const scope = {
    ...strangersScope(state.deployed.plan.code, prepared, reveal),
    insists: (fault: Fault) => given.abort(fault)
  }
  const apps = reveal ? await revealed(parts.audit, state, step.name, prepared.apps, log) : prepared.apps
  try {
    const left = await parts.sandbox.call(await programOf(parts, deployed), {
      kind: 'run',
      entry,
      input: inputOf(state, prepared, apps),
      env: env as Record<string, string>,
      timeoutMs: step.timeoutMs + GRACE_MS,
      ...(memoryMb === undefined ? {} : { memoryMb }),
      ...(cpuMs === undefined ? {} : { cpuMs }),
      signal: AbortSignal.any([attempt.signal, given.signal]),
      log,
      connect: (target, stream, request) => serveConnection(parts.door, scope, target, stream, request),
      tunnels: scope.egress?.some(({ tcp }) => tcp === true) ?? false,
      ask: (operation, input) => prepared.operations.ask(operation, input),
      // A run that keeps nothing leaves no process behind that has seen it (I4).
      alone: reveal || !run.durable
    })
    return returnedOf(left)
  } catch (error) {
    // That it was stopped is no news.
    if (given.signal.aborted && !attempt.signal.aborted) throw given.signal.reason
    await logStack(parts, deployed, entry, error, log)
    throw error
  }
}

/** @throws Fault `build_missing`, `build_damaged` */
export async function programOf(
  { programs }: Pick<CodeParts, 'programs'>,
  { deploymentId, plan }: Deployed
): Promise<Program> {
  if (plan.build === undefined) throw new Fault('build_missing', 'what was built of this version’s code is gone')
  return { owner: `version:${deploymentId}`, directory: await programs.directory(plan.build.hash) }
}

function inputOf(state: RunState, { props, context, operations }: Prepared, apps: Prepared['apps']): Json {
  // What has no value is left out on the way.
  return { apps, props, steps: state.steps, context, waits: operations.waitUrls } as unknown as Json
}

/** Private hosts and tunnels are for code whose settings list them; an app's own hosts are for whoever is bound to it. */
export function strangersScope(
  settings: Pick<CodeSettings, 'egress'>,
  { scope, apps }: Pick<Prepared, 'scope' | 'apps'>,
  reveal = false
): DoorScope {
  return strangers(settings, scope, hostsOf(apps, scope.keyring), reveal)
}

/** @param appHosts those of the apps whose credentials go along */
export function strangers(
  { egress }: Pick<CodeSettings, 'egress'>,
  scope: DoorScope,
  appHosts: readonly HostRule[],
  reveal: boolean
): DoorScope {
  return {
    ...scope,
    sandboxed: true,
    appHosts,
    ...(egress === undefined ? {} : { egress }),
    ...(reveal ? { revealed: true } : {})
  }
}

function hostsOf(apps: Prepared['apps'], keyring: Keyring): HostRule[] {
  return Object.values(apps)
    .flatMap(({ $auth }) => Object.values($auth))
    .flatMap((handle) => (handle === undefined ? [] : (keyring.get(handle)?.origin.audience?.hosts ?? [])))
}

function asObject(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}
}

function returnedOf(left: Json): Json | undefined {
  const value = asObject(left)
  return Object.hasOwn(value, 'returned') ? value['returned'] : undefined
}

/** Where it happened, in the lines that its author wrote. */
async function logStack(
  { programs }: CodeParts,
  { plan }: Deployed,
  entry: string,
  error: unknown,
  log: Log
): Promise<void> {
  const cause = error instanceof Fault && error.code === 'code_failed' ? error.cause : undefined
  if (!(cause instanceof Error) || typeof cause.stack !== 'string' || plan.build === undefined) return
  const positions = await programs.positions(plan.build.hash, entry)
  const stack = positions?.rewrite(cause.stack, entry)
  if (stack !== undefined) log('error', stack)
}
