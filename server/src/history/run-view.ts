/** Rows of one run as people and programs see them. Pure. */
import type { Json } from '@bellhop/sdk'
import type { RunStatus } from '../storage/schema.ts'
import type { StepRecord } from '../workflow/step-record.ts'
import type { AttemptView, ErrorView, ItemCounts, ItemView, LogView, RunListItem, StepView } from './views.ts'

export interface RunRow {
  uuid: string
  status: RunStatus
  accepted_at: number
  ended_at: number | null
  replay_of: string | null
  ending: string | null
  workflow: string | null
  version: number | null
}

/** Where a call on the port stands in its run. */
interface Place {
  lane: string
  position: number
}

export interface StepRow extends Place {
  name: string
  kind: string
  status: 'succeeded' | 'failed'
  started_at: number
  ended_at: number
  attempts: number
}

export interface WaitRow extends Place {
  name: string
  kind: 'sleep' | 'wait'
  started_at: number
  until: number
  how: string | null
  ended_at: number | null
}

export interface AttemptRow extends Place {
  number: number
  step: string
  started_at: number
  ended_at: number
  next_at: number
}

export interface EachRow extends ItemCounts {
  position: number
  name: string
  started_at: number
}

export interface ItemRow {
  item: number
  status: 'succeeded' | 'ended_early' | 'failed'
  started_at: number
  ended_at: number
  said: string | null
}

/** What a step left: text as the journal has it, `sealed` where it is not kept, or its size where it is too large. */
export type Body = { value: string; logs: string | null } | { sealed: true } | { omitted: number }

export function runListItem(row: RunRow): RunListItem {
  const ending = (row.ending === null ? {} : JSON.parse(row.ending)) as {
    note?: string
    error?: ErrorView
    step?: string
  }
  return {
    id: row.uuid,
    workflow: row.workflow,
    version: row.version,
    status: row.status,
    ...(ending.note === undefined ? {} : { note: ending.note }),
    ...(ending.error === undefined ? {} : { error: ending.error }),
    ...(ending.step === undefined ? {} : { failed_step: ending.step }),
    accepted_at: iso(row.accepted_at),
    ...(row.ended_at === null ? {} : ends(row.accepted_at, row.ended_at)),
    ...(row.replay_of === null ? {} : { replay_of: row.replay_of })
  }
}

export function finishedStep(row: StepRow, body: Body, attempts: AttemptView[]): StepView {
  return {
    ...head(row, row.name, attempts),
    kind: row.kind,
    status: row.status,
    ...left(row.status, body),
    attempt_count: row.attempts,
    started_at: iso(row.started_at),
    ...ends(row.started_at, row.ended_at)
  }
}

/**
 * A sleep or a wait that has no other row. `at`: now, or the run's end.
 * @param brought what the resumption brought, where one came
 */
export function waitStep(row: WaitRow, runEnded: boolean, at: number, brought: Body | undefined): StepView {
  const endedAt = row.ended_at ?? (row.kind === 'sleep' && row.until <= at ? row.until : undefined)
  const open = runEnded ? 'stopped' : 'waiting'
  return {
    // Behind the step's name stands what makes the wait's one of its own.
    ...head(row, row.name.split('.', 1)[0] ?? '', []),
    kind: row.kind === 'sleep' ? 'delay' : 'wait',
    ...(brought === undefined ? {} : resumption(brought)),
    status: endedAt === undefined ? open : 'succeeded',
    attempt_count: 0,
    started_at: iso(row.started_at),
    ...(endedAt === undefined ? { waiting_until: iso(row.until) } : ends(row.started_at, endedAt))
  }
}

/** How a wait was ended from outside, and with what. */
function resumption(body: Body): Partial<StepView> {
  if ('sealed' in body) return { kept: false }
  if ('omitted' in body) return { omitted_bytes: body.omitted }
  const value = JSON.parse(body.value) as Json
  if (!isObject(value)) return { summary: 'resumed' }
  if (value['how'] === 'cancel') return { summary: 'cancelled by a request' }
  return { summary: 'resumed by a request', exports: { $resume_data: value['request'] ?? null } }
}

/**
 * A step of which only failed attempts are known, the last of them `row`: the next one is running, or has its time to
 * come. `at`: now, or the run's end.
 */
export function triedStep(row: AttemptRow, attempts: AttemptView[], runEnded: boolean, at: number): StepView {
  const [first] = attempts
  const waits = !runEnded && row.next_at > at
  const going = waits ? 'waiting' : 'running'
  return {
    ...head(row, row.step, attempts),
    status: runEnded ? 'stopped' : going,
    attempt_count: row.number + (going === 'running' && !runEnded ? 1 : 0),
    ...(first?.started_at === undefined ? {} : { started_at: first.started_at }),
    ...(waits ? { waiting_until: iso(row.next_at) } : {})
  }
}

/** An `each` that has not concluded. */
export function eachStep(row: EachRow, run: { ended: boolean; waits: boolean }): StepView {
  const going = run.waits ? 'waiting' : 'running'
  return {
    ...head({ lane: '', position: row.position }, row.name, []),
    kind: 'each',
    status: run.ended ? 'stopped' : going,
    items: countsOf(row),
    attempt_count: 1,
    started_at: iso(row.started_at)
  }
}

export function countsOf({ total, succeeded, ended_early, failed }: ItemCounts): ItemCounts {
  return { total, succeeded, ended_early, failed }
}

/** An item that has ended, without its steps. */
export function endedItem(row: ItemRow): Omit<ItemView, 'steps'> {
  const said = (row.said === null ? {} : JSON.parse(row.said)) as { note?: string; error?: ErrorView; step?: string }
  return {
    index: row.item,
    status: row.status,
    ...(said.note === undefined ? {} : { note: said.note }),
    ...(said.error === undefined ? {} : { error: said.error }),
    ...(said.step === undefined ? {} : { failed_step: said.step }),
    started_at: iso(row.started_at),
    ...ends(row.started_at, row.ended_at)
  }
}

export function attemptView(row: AttemptRow, body: Body): AttemptView {
  return {
    number: row.number,
    started_at: iso(row.started_at),
    ...ends(row.started_at, row.ended_at),
    next_at: iso(row.next_at),
    ...('value' in body ? { error: JSON.parse(body.value) as ErrorView } : {}),
    logs: 'value' in body ? logsOf(body.logs) : []
  }
}

/**
 * The order of a run: by position, and what lanes did behind the position that opened them. Lane `3.1` is lane 1 of
 * those opened at position 3; `3.1/0.2` is nested.
 */
export function inOrder<T extends Place>(entries: readonly T[]): T[] {
  const keyed = entries.map((entry) => ({ entry, path: pathOf(entry) }))
  return keyed.sort((a, b) => comparePaths(a.path, b.path)).map(({ entry }) => entry)
}

function pathOf({ lane, position }: Place): number[] {
  return [...(lane === '' ? [] : lane.split(/[./]/).map(Number)), position]
}

function comparePaths(a: readonly number[], b: readonly number[]): number {
  for (const [index, number] of a.entries()) {
    const other = b[index]
    if (other === undefined) return 1
    if (number !== other) return number - other
  }
  return a.length - b.length
}

function head(
  place: Place,
  name: string,
  attempts: AttemptView[]
): Pick<StepView, 'name' | 'lane' | 'position' | 'kept' | 'logs' | 'attempts'> {
  return { name, lane: place.lane, position: place.position, kept: true, logs: [], attempts }
}

function left(status: StepRow['status'], body: Body): Partial<StepView> {
  if ('sealed' in body) return { kept: false }
  if ('omitted' in body) return { omitted_bytes: body.omitted }
  const logs = logsOf(body.logs)
  const value = JSON.parse(body.value) as Json
  return status === 'failed' ? { error: value as unknown as ErrorView, logs } : { ...recordOf(value), logs }
}

function recordOf(value: Json): Partial<StepView> {
  const record = (isObject(value) && 'exports' in value ? value : { exports: { $return_value: value } }) as StepRecord
  return {
    exports: record.exports,
    ...(record.summary === undefined ? {} : { summary: record.summary }),
    ...(record.exit === undefined ? {} : { exit_reason: record.exit })
  }
}

function logsOf(text: string | null): LogView[] {
  const lines = (text === null ? [] : JSON.parse(text)) as { at: number; level: LogView['level']; text: string }[]
  return lines.map((line) => ({ ...line, at: iso(line.at) }))
}

function ends(start: number, end: number): { ended_at: string; duration_ms: number } {
  return { ended_at: iso(end), duration_ms: Math.max(0, Math.round(end - start)) }
}

export function iso(ms: number): string {
  return new Date(ms).toISOString()
}

function isObject(value: Json): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
