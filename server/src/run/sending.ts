/**
 * `$.send.http`: what a step left to be sent goes out once the step has its checkpoint, as a call of its own on the port.
 * A crash in the middle of it sends again what was in flight (I3). Each request is tried once, and a failure is a warning:
 * nobody in the workflow waits for it. Documented:
 * https://pipedream.com/docs/workflows/data-management/destinations/http/
 */
import { Fault, type FetchInit, type Json } from '@bellhop/sdk'
import type { Door, DoorScope } from '../egress/door.ts'
import type { Attempt, Durable } from '../engine/port.ts'
import { handlePattern } from '../secrets/handle.ts'
import type { HostRule } from '../secrets/keyring.ts'
import type { HeldRequest, StepRecord } from '../workflow/step-record.ts'
import { attemptOf, ONCE, type Log } from './attempt.ts'
import { strangers } from './code-step.ts'
import type { RunState } from './state.ts'
import { scopeOf, type UseStep } from './use-step.ts'

const TIMEOUT_MS = 5_000
const AT_A_TIME = 8

/** @throws Stopped */
export async function deliver(
  { door }: { door: Door },
  state: RunState,
  durable: Durable,
  step: UseStep,
  requests: readonly HeldRequest[],
  last: boolean
): Promise<void> {
  const attempt = attemptOf(state, step, async (a, log) => {
    const scope = sendScope(state, step, requests, a, log)
    const sent = await sendAll(door, scope, requests, log)
    const failed = requests.length - sent
    const plural = requests.length === 1 ? 'request' : 'requests'
    return {
      exports: {},
      summary: `${sent} of ${requests.length} ${plural} sent${failed === 0 ? '' : `, ${failed} failed`}`
    }
  })
  await durable.step<StepRecord>(step.name, attempt, { kind: 'send', retry: ONCE, last })
}

/** The step's own: what a stranger's code leaves to be sent goes no further than its own requests. */
function sendScope(
  state: RunState,
  step: UseStep,
  requests: readonly HeldRequest[],
  attempt: Attempt,
  log: Log
): DoorScope {
  const scope = scopeOf(state, step, attempt, log)
  if (step.code === undefined && step.native === undefined) return scope
  return strangers(state.deployed.plan.code, scope, appHosts(state, requests), step.code?.reveal ?? false)
}

/** The hosts of the apps whose credentials the requests carry. */
function appHosts({ run }: RunState, requests: readonly HeldRequest[]): HostRule[] {
  const handles = JSON.stringify(requests).match(handlePattern()) ?? []
  return handles.flatMap((handle) => run.keyring.get(handle)?.origin.audience?.hosts ?? [])
}

/** A few at a time, begun in their order. Returns how many a server has taken. */
async function sendAll(door: Door, scope: DoorScope, requests: readonly HeldRequest[], log: Log): Promise<number> {
  let sent = 0
  const queue = requests.values()
  const lane = async (): Promise<void> => {
    for (const request of queue) if (await send(door, scope, request, log)) sent++
  }
  await Promise.all(Array.from({ length: Math.min(AT_A_TIME, requests.length) }, lane))
  return sent
}

async function send(
  door: Door,
  scope: DoorScope,
  { method, url, headers, params, data }: HeldRequest,
  log: Log
): Promise<boolean> {
  const init: FetchInit = {
    method,
    timeoutMs: TIMEOUT_MS,
    ...(headers === undefined ? {} : { headers }),
    ...(params === undefined ? {} : { query: params }),
    ...(data === undefined || data === null ? {} : { body: bodyOf(data) })
  }
  try {
    const { status, ok } = await door.fetch(scope, url, init)
    log(ok ? 'info' : 'warn', `${method} ${shown(url)}: ${status}`)
    return ok
  } catch (error) {
    if (scope.signal.aborted) throw error
    log('warn', `${method} ${shown(url)}: ${error instanceof Fault ? error.message : 'it could not be sent'}`)
    return false
  }
}

function bodyOf(data: NonNullable<Json>): NonNullable<FetchInit['body']> {
  return typeof data === 'object' || typeof data === 'string' ? data : String(data)
}

/** Without its query, which is for the one who gets it. */
function shown(url: string): string {
  return url.split(/[?#]/, 1)[0] ?? ''
}
