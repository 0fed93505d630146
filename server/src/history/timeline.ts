/**
 * A run as a timeline that people read in a terminal: what came in, what each step did, how it ended, and under which
 * handles its credentials went. Pure.
 */
import type { Json } from '@bellhop/sdk'
import { ago, clock, date, duration } from './durations.ts'
import { safeText, type Paint } from './terminal-text.ts'
import { Page } from './timeline-page.ts'
import type { AttemptView, ErrorView, ItemCounts, ItemPage, LogView, RunView, StepView } from './views.ts'

export interface TimelineOptions {
  /** Columns of the terminal. At least 60 are used. */
  width: number
  colour: boolean
  /** Unix milliseconds. */
  now: number
}

/** Log lines shown of a step or attempt; the newest are the ones that tell how it went. */
const LOG_LINES = 50
/** Handles listed at the end: a list of users may bring one with each. */
const LEGEND_LINES = 50

const MARKS: Record<RunView['status'] | StepView['status'], (paint: Paint) => string> = {
  running: (paint) => paint.waiting('▶'),
  waiting: (paint) => paint.waiting('◷'),
  succeeded: (paint) => paint.good('✔'),
  ended_early: (paint) => paint.good('■'),
  failed: (paint) => paint.bad('✖'),
  cancelled: (paint) => paint.waiting('■'),
  stopped: (paint) => paint.waiting('■'),
  timed_out: (paint) => paint.bad('✖'),
  crashed: (paint) => paint.bad('✖')
}

/** Renders a run as lines of text, without a line break at the end. */
export function timeline(run: RunView, options: TimelineOptions): string {
  const page = new Page(Math.max(60, options.width), options.colour)
  heading(page, run, options.now)
  page.blank()
  if (run.kept) trigger(page, run)
  else
    page.prose(2, 'The event and what the steps left are not kept, or were taken away by retention.', page.paint.faint)
  for (const step of run.steps) {
    stepEntry(page, step, options.now)
    if (run.kept) wayToItems(page, run.id, step)
  }
  if (run.more_steps === true) page.line(2, page.paint.faint('… and more steps'))
  ending(page, run)
  legend(page, run)
  return page.toString()
}

function heading(page: Page, run: RunView, now: number): void {
  const { paint } = page
  const version = run.version === null ? '' : `  version ${run.version}`
  const name = `${paint.strong(page.safe(run.workflow ?? '(deleted workflow)'))}${paint.faint(version)}`
  const took = run.duration_ms === undefined ? '' : ` after ${duration(run.duration_ms)}`
  page.line(0, `${MARKS[run.status](paint)} ${name}  ${words(run.status)}${took}`)
  page.detail(2, 'run', run.id)
  page.detail(2, 'accepted', when(run.accepted_at, now))
  if (run.replay_of !== undefined) page.detail(2, 'replay of', run.replay_of)
  if (run.note !== undefined) page.detail(2, 'reason', run.note)
}

function trigger(page: Page, run: RunView): void {
  const { event } = run
  const { method, path, query, headers, body } = isObject(event) ? event : {}
  const request = typeof method === 'string' ? `${method} ${typeof path === 'string' ? path : ''}` : ''
  const tick = request === '' ? tickOf(event) : undefined
  if (tick !== undefined) return page.line(2, `${page.paint.strong('trigger')}  ${page.safe(tick)}`)
  page.line(2, `${page.paint.strong('trigger')}  ${page.safe(request)}`)
  if (run.event_omitted_bytes !== undefined) return omitted(page, run.event_omitted_bytes)
  if (request === '') return event === undefined ? undefined : page.value(6, 'event', event)
  if (isObject(query) && Object.keys(query).length > 0) page.value(6, 'query', query)
  // The few headers that carried a credential; the others are noise here.
  for (const [name, value] of Object.entries(isObject(headers) ? headers : {})) {
    if (typeof value === 'string' && page.holdsHandle(value)) page.detail(6, name, value)
  }
  if (body !== undefined && body !== null && body !== '') page.value(6, 'body', body)
}

/** The event of a schedule in one line; undefined for any other. */
function tickOf(event: Json | undefined): string | undefined {
  const { cron, interval_seconds, timezone_configured } = isObject(event) ? event : {}
  const { timezone, iso8601 } = isObject(timezone_configured) ? timezone_configured : {}
  const { timestamp } = isObject(iso8601) ? iso8601 : {}
  if (typeof timestamp !== 'string' || typeof timezone !== 'string') return undefined
  const when = typeof interval_seconds === 'number' ? `every ${duration(interval_seconds * 1_000)}` : cron
  return typeof when === 'string' ? `schedule ${when}, for ${timestamp} (${timezone})` : undefined
}

function stepEntry(page: Page, step: StepView, now: number): void {
  const inside = stepHeading(page, step)
  if (step.summary !== undefined) page.prose(inside, step.summary)
  if (step.waiting_until !== undefined) page.detail(inside, 'until', when(step.waiting_until, now))
  if (!step.kept) page.line(inside, page.paint.faint('What it left is not kept.'))
  if (step.omitted_bytes !== undefined) omitted(page, step.omitted_bytes)
  if (step.items !== undefined) itemCounts(page, inside, step.items)
  for (const attempt of step.attempts) attemptEntry(page, inside, attempt)
  for (const [key, value] of Object.entries(step.exports ?? {})) {
    if (value !== null) page.value(inside, key === '$return_value' ? 'returned' : key, value)
  }
  logs(page, inside, step.logs)
  if (step.exit_reason !== undefined) page.detail(inside, 'ended run', step.exit_reason)
  if (step.error !== undefined) errorEntry(page, inside, 'failed', step.error)
}

/** How far an `each` has come; what its items did has pages of its own (`itemTimeline`). */
function itemCounts(page: Page, indent: number, { total, succeeded, ended_early, failed }: ItemCounts): void {
  const { paint } = page
  const number = (count: number): string => count.toLocaleString('en')
  const parts = [`${number(succeeded + ended_early + failed)} of ${number(total)}`]
  if (succeeded > 0) parts.push(paint.good(`${number(succeeded)} succeeded`))
  if (ended_early > 0) parts.push(`${number(ended_early)} ended early`)
  if (failed > 0) parts.push(paint.bad(`${number(failed)} failed`))
  page.line(indent, `${paint.faint('items'.padEnd(14))}${parts.join(', ')}`)
}

/** What to type to see the items of an `each`; the failed ones, if some are. */
function wayToItems(page: Page, run: string, { name, items }: StepView): void {
  if (items === undefined || items.total === 0) return
  const only = items.failed > 0 ? ' --status failed' : ''
  page.line(6, page.paint.faint(`see them with: bellhop show ${run} --items ${page.safe(name)}${only}`))
}

/** Renders a page of items as lines of text, without a line break at the end. */
export function itemTimeline({ counts, items }: ItemPage, options: TimelineOptions): string {
  const page = new Page(Math.max(60, options.width), options.colour)
  itemCounts(page, 0, counts)
  for (const item of items) {
    const { paint } = page
    const took = item.duration_ms === undefined ? '' : `  ${duration(item.duration_ms)}`
    page.blank()
    page.line(0, `${MARKS[item.status](paint)} ${paint.strong(`item ${item.index}`)}  ${words(item.status)}${took}`)
    if (item.note !== undefined) page.detail(4, 'reason', item.note)
    // What ended it early is its reason, which stands above.
    for (const { exit_reason: _reason, ...step } of item.steps) stepEntry(page, { ...step, lane: '' }, options.now)
    if (item.error !== undefined && !item.steps.some((step) => step.error !== undefined)) {
      errorEntry(page, 4, item.failed_step === undefined ? 'failed' : `failed in ${item.failed_step}`, item.error)
    }
  }
  return page.toString()
}

/** Returns the indent of what stands below. */
function stepHeading(page: Page, step: StepView): number {
  const { paint } = page
  const indent = step.lane === '' ? 2 : 4
  const parts = [`${MARKS[step.status](paint)} ${paint.strong(page.safe(step.name))}`]
  if (step.kind !== undefined) parts.push(paint.faint(page.safe(step.kind)))
  if (step.duration_ms !== undefined) parts.push(duration(step.duration_ms))
  if (step.attempt_count > 1) parts.push(paint.waiting(`${step.attempt_count} attempts`))
  if (step.status === 'running' || step.status === 'waiting' || step.status === 'stopped') parts.push(step.status)
  if (step.lane !== '') parts.push(paint.faint(`lane ${page.safe(step.lane)}`))
  page.blank()
  page.line(indent, parts.join('  '))
  return indent + 4
}

function attemptEntry(page: Page, indent: number, attempt: AttemptView): void {
  logs(page, indent, attempt.logs)
  const took = attempt.duration_ms === undefined ? '' : ` after ${duration(attempt.duration_ms)}`
  errorEntry(page, indent, `attempt ${attempt.number} failed${took}`, attempt.error)
}

function errorEntry(page: Page, indent: number, what: string, error: ErrorView | undefined): void {
  if (error === undefined) return page.line(indent, page.paint.bad(what))
  const status = error.status === undefined ? '' : ` (status ${error.status})`
  page.line(indent, page.paint.bad(`${what}: ${page.safe(error.code)}${status}`))
  page.prose(indent + 2, error.message)
  if (error.hint !== undefined) page.detail(indent + 2, 'hint', error.hint)
}

function logs(page: Page, indent: number, lines: readonly LogView[]): void {
  const hidden = Math.max(0, lines.length - LOG_LINES)
  if (hidden > 0) page.line(indent, page.paint.faint(`… ${hidden.toLocaleString('en')} earlier log lines`))
  for (const line of lines.slice(hidden)) {
    page.detail(indent, clock(line.at), line.level === 'info' ? line.text : `${line.level}: ${line.text}`)
  }
}

/** Why the run failed, unless a step above has said it. */
function ending(page: Page, run: RunView): void {
  if (run.error === undefined) return
  const shown = run.steps.some((step) => step.status === 'failed' && step.name === run.failed_step && step.error)
  if (shown) return
  page.blank()
  errorEntry(page, 2, run.failed_step === undefined ? 'failed' : `failed in ${page.safe(run.failed_step)}`, run.error)
}

function legend(page: Page, run: RunView): void {
  const handles = page.handles()
  if (handles.length === 0) return
  const alive = run.status === 'running' || run.status === 'waiting'
  page.blank()
  page.line(2, page.paint.strong(alive ? 'credentials' : 'credentials (the run is over: only these handles are left)'))
  const shown = handles.slice(0, LEGEND_LINES)
  for (const { handle, name } of shown) page.line(4, `${safeText(name)}  ${page.paint.faint(safeText(handle))}`)
  const more = handles.length - shown.length
  if (more > 0) page.line(4, page.paint.faint(`… and ${more.toLocaleString('en')} more`))
}

function omitted(page: Page, bytes: number): void {
  page.line(6, page.paint.faint(`${bytes.toLocaleString('en')} bytes, too many to be shown here`))
}

function when(iso: string, now: number): string {
  return `${date(iso)}, ${ago(Date.parse(iso), now)}`
}

function words(status: string): string {
  return status.replaceAll('_', ' ')
}

function isObject(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
