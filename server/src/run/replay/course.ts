/**
 * How a replay goes: which steps it takes over, and which run. Pure.
 *
 * A step that is taken over never runs again (I3). The one exception are steps before the chosen one whose exports hold
 * secrets that the request did not bring, and that a step which runs reads: their handles died with their run (I5), so they
 * run again, and only those.
 */
import { Fault, type Json, type JsonObject } from '@bellhop/sdk'
import type { Inherited } from '../../engine/port.ts'
import type { RecordedStep, RecordedWait } from '../../history/recorded-run.ts'
import { handlePattern } from '../../secrets/handle.ts'
import { listStep } from '../../workflow/each-plan.ts'
import type { PlannedStep } from '../../workflow/plan.ts'
import { expressionsOf } from '../../workflow/references.ts'
import type { StepRecord } from '../../workflow/step-record.ts'
import { REQUEST_SCHEMA } from '../resumptions.ts'
import { readsOf } from './reading.ts'

export interface Course {
  /** Names of the steps that are taken over, in order. */
  taken: string[]
  /** Names of those that run, in order. */
  runs: string[]
  /** Of those that run: what runs again although it has finished. */
  again: string[]
  /** What is taken over, as it was written. */
  inherited: Inherited[]
}

/** What a step left of calls on the port. */
interface Done {
  step: PlannedStep
  calls: Inherited[]
  /** How many positions it took. */
  width: number
}

/**
 * @param run what it has finished of its main line, in order
 * @param from the first step that runs; undefined: all run
 * @param brought handles of what the request brought
 * @throws Fault `step_missing` (404), `step_not_reached` (409)
 */
export function courseOf(
  steps: readonly PlannedStep[],
  run: { steps: readonly RecordedStep[]; waits: readonly RecordedWait[] },
  from: string | undefined,
  brought: ReadonlySet<string>
): Course {
  const first = from === undefined ? 0 : steps.findIndex(({ name }) => name === from)
  if (first === -1) throw stepMissing()
  const done = steps.slice(0, first).map((step) => doneOf(step, run.steps, run.waits))
  return decide(steps, done, brought)
}

function decide(steps: readonly PlannedStep[], done: readonly Done[], brought: ReadonlySet<string>): Course {
  const running = new Set(steps.slice(done.length).map(({ name }) => name))
  const again: string[] = []
  for (let index = done.length - 1; index >= 0; index--) {
    const one = done[index]
    if (one === undefined || !holdsOthers(one, brought) || !isRead(one.step.name, steps, running)) continue
    // How many calls it makes this time is not known, so nothing behind it has a place of its own any more.
    if (one.step.kind === 'use' && one.width !== 1) return decide(steps, done.slice(0, index), brought)
    running.add(one.step.name)
    again.unshift(one.step.name)
  }
  const inherited: Inherited[] = []
  let position = 0
  for (const { step, calls } of done) {
    for (const call of calls) {
      if (!running.has(step.name)) inherited.push({ ...call, position })
      position++
    }
  }
  const names = steps.map(({ name }) => name)
  return {
    taken: names.filter((name) => !running.has(name)),
    runs: names.filter((name) => running.has(name)),
    again,
    inherited
  }
}

/** Whether what a step left holds secrets that nobody is asked for. */
function holdsOthers({ calls }: Done, brought: ReadonlySet<string>): boolean {
  return calls.some(
    (call) => call.call === 'step' && (call.text.match(handlePattern()) ?? []).some((handle) => !brought.has(handle))
  )
}

function isRead(name: string, steps: readonly PlannedStep[], running: ReadonlySet<string>): boolean {
  return steps.some((step) => {
    if (!running.has(step.name)) return false
    const reads = readsOf(step)
    return reads === 'everything' || reads.has(name)
  })
}

/** @throws Fault `step_not_reached` */
function doneOf(step: PlannedStep, rows: readonly RecordedStep[], waits: readonly RecordedWait[]): Done {
  if (step.kind === 'delay') {
    const slept = waits.find(({ name, kind }) => name === step.name && kind === 'sleep')
    if (slept === undefined) throw notReached(step.name)
    const { name, started_at: startedAt, until } = slept
    return { step, width: 1, calls: [{ call: 'sleep', position: 0, name, startedAt, until }] }
  }
  const own = rows.filter(({ name }) => name === step.name)
  const last = own.findLast(({ kind }) => kind !== 'send')
  if (last === undefined || last.status === 'failed') throw notReached(step.name)
  const record = finalRecord(step.name, JSON.parse(last.value) as StepRecord, waits)
  if (record.exit !== undefined) throw notReached(step.name)
  const width = own.length + waits.filter(({ name }) => name === step.name || name.startsWith(`${step.name}.`)).length
  const call = callOf(last, JSON.stringify(record))
  if (step.kind !== 'each' || expressionsOf(step.list).length === 0) return { step, width, calls: [call] }
  const list = rows.find(({ name }) => name === listStep(step.name))
  if (list === undefined) throw notReached(step.name)
  return { step, width: width + 1, calls: [callOf(list, list.value), call] }
}

/** What the step left in the end: what followed it is over. One that was to be run again has not ended. */
function finalRecord(
  step: string,
  { next, sends: _sent, ...record }: StepRecord,
  waits: readonly RecordedWait[]
): StepRecord {
  if (next?.kind === 'rerun') throw notReached(step)
  if (next?.wait === undefined) return record
  const wait = waits.find(({ name }) => name === next.wait)
  // Without an end the run was cancelled, or is still waiting.
  if (wait === undefined || wait.how === null) throw notReached(step)
  if (wait.value === null) return record
  const { data } = REQUEST_SCHEMA.safeParse(JSON.parse(wait.value))
  if (data?.how !== 'resume') throw notReached(step)
  const exports: JsonObject = { ...record.exports, $resume_data: data.request }
  return { ...record, exports }
}

function callOf(row: RecordedStep, text: string): Inherited {
  const { name, kind, started_at: startedAt, ended_at: endedAt, attempts } = row
  const logs = row.logs === null ? [] : (JSON.parse(row.logs) as Extract<Inherited, { call: 'step' }>['logs'])
  return { call: 'step', position: 0, name, kind, startedAt, endedAt, attempts, text, logs }
}

/** The same calls with values changed, logs too. */
export function withTexts(inherited: readonly Inherited[], change: (value: Json) => Json): Inherited[] {
  return inherited.map((one) => {
    if (one.call === 'sleep') return one
    // Lines of logs are JSON; interfaces only do not say so.
    const logs = change(one.logs as unknown as Json) as unknown as typeof one.logs
    return { ...one, text: JSON.stringify(change(JSON.parse(one.text) as Json)), logs }
  })
}

function stepMissing(): Fault {
  return new Fault('step_missing', 'the workflow has no step of this name that a run can begin with', {
    status: 404,
    hint: 'Name a step of the workflow itself, not one of an `each`.'
  })
}

function notReached(step: string): Fault {
  return new Fault('step_not_reached', `step ${step} has not succeeded in that run, so nothing can begin behind it`, {
    status: 409,
    hint: 'Replay from that step, or from an earlier one.'
  })
}
