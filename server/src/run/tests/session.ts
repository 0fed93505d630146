/**
 * A test session: a run in memory that does one test after another, by the same interpreter as any run, until it is ended.
 *
 * Who owns what: the engine owns the run, its keyring and its end (I5). This object owns what the tests left: event, exports
 * and test values, which hold handles only (I1) and are gone with it. Tests come one at a time.
 */
import { randomUUID } from 'node:crypto'
import { Fault, type Json, type JsonObject } from '@bellhop/sdk'
import { scrubWritten } from '../../engine/late.ts'
import type { FinishedItem, FinishedStep } from '../../engine/journal.ts'
import { StepFailed, Stopped, type Durable, type RunContext, type RunOutcome } from '../../engine/port.ts'
import { endedItem, finishedStep, iso } from '../../history/run-view.ts'
import type { StepView } from '../../history/views.ts'
import { toErrorRecord, type ErrorRecord } from '../../secrets/error-record.ts'
import type { Keyring } from '../../secrets/keyring.ts'
import { suspects } from '../../secrets/looks.ts'
import type { Plan, PlannedStep } from '../../workflow/plan.ts'
import type { StepRecord } from '../../workflow/step-record.ts'
import type { Deployed } from '../../workflow/versions.ts'
import { answerOf } from '../answer.ts'
import { mintBound } from '../event-secrets.ts'
import { protectExports } from '../export-secrets.ts'
import { walkStep } from '../interpreter.ts'
import type { PerformParts } from '../perform.ts'
import { rescrub, type RunState } from '../state.ts'
import { triggerContext } from '../trigger-context.ts'
import type { TestEnd, TestLine, TriedStep } from './lines.ts'
import { Recorder } from './recorder.ts'
import { needed, triedWhole, type TestValues } from './values.ts'

/** One test: a plan's steps, all of them or the one that the plan is of. */
export interface Test {
  plan: Plan
  /** Of the workflow that was deployed under this name, whose data its steps may read; 0 where there is none. */
  workflowId: number
  /** Names of the steps whose results the first one may see; undefined: none, it begins anew. */
  before: readonly string[] | undefined
  values: TestValues
  tell: (line: TestLine) => void
}

/** Items of an `each` that a test goes through. */
const MOST_ITEMS = 5
const WITHHELD = 'withheld: it could not be searched for secrets'
const UNPROTECTED =
  'the answer is withheld: a later step takes a credential out of what this step leaves, and it left nothing'

interface Ordered {
  test: Test
  resolve: () => void
  reject: (error: unknown) => void
}

export class TestSession {
  readonly #parts: PerformParts
  /** No version's: what runs for it shares a process with none (I7). */
  readonly #deploymentId = randomUUID()
  /** What steps left, by name. */
  readonly #results = new Map<string, StepRecord>()
  /** What the engine told of the step that is being tried. */
  #steps: FinishedStep[] = []
  #items: FinishedItem[] = []
  #ordered: Ordered | undefined
  #wake: () => void = () => {}
  #ended = false

  constructor(parts: PerformParts) {
    this.#parts = parts
  }

  get busy(): boolean {
    return this.#ordered !== undefined
  }

  /** @throws Fault `test_busy`, `test_ended` (409) */
  checkFree(): void {
    if (this.#ended) throw ended()
    if (this.busy) throw new Fault('test_busy', 'this session is testing something else', BUSY)
  }

  /** Does a test. Resolves when it has told its end. @throws Fault as `checkFree`, and what a test throws */
  run(test: Test): Promise<void> {
    return new Promise((resolve, reject) => {
      this.checkFree()
      this.#ordered = { test, resolve, reject }
      this.#wake()
    })
  }

  /** From now on there are no more tests. The engine is told apart. */
  end(): void {
    this.#ended = true
    this.#ordered?.reject(ended())
    this.#results.clear()
    this.#wake()
  }

  step(step: FinishedStep): void {
    this.#steps.push(step)
  }

  item(item: FinishedItem): void {
    this.#items.push(item)
  }

  /** The run of this session, as the engine calls it. */
  async serve(run: RunContext, durable: Durable): Promise<RunOutcome> {
    for (;;) {
      if (this.#ended) return { status: 'succeeded' }
      const ordered = this.#ordered
      if (ordered === undefined) await new Promise<void>((resolve) => (this.#wake = resolve))
      else await this.#serveOne(run, durable, ordered)
    }
  }

  /** The event as it may be shown. */
  eventOf(run: Pick<RunContext, 'event' | 'keyring'>): Json {
    return showing(run, (show) => show(run.event))
  }

  async #serveOne(run: RunContext, durable: Durable, { test, resolve, reject }: Ordered): Promise<void> {
    try {
      await this.#try(run, durable, test)
      resolve()
    } catch (error) {
      reject(error instanceof Stopped ? ended() : safe(error, run.keyring))
      if (error instanceof Stopped) throw error
    } finally {
      this.#ordered = undefined
    }
  }

  async #try(run: RunContext, durable: Durable, test: Test): Promise<void> {
    const state = await this.#prepare(run, test)
    const { definition, steps } = state.deployed.plan
    const missing = test.before === undefined ? [] : steps.flatMap((step) => needed(step, state.steps))
    if (missing.length > 0) throw notYet(missing)
    const deadline = performance.now() + definition.settings.timeout
    let end: Pick<TestEnd, 'status' | 'note' | 'error' | 'failed_step'> = { status: 'succeeded' }
    for (const step of steps) {
      if (performance.now() > deadline) {
        end = { status: 'failed', error: TIMED_OUT, failed_step: step.name }
        break
      }
      const { record, error } = await this.#tryStep(state, durable, step, test)
      if (record === undefined) end = { status: 'failed', error, failed_step: step.name }
      else if (record.exit !== undefined) end = { status: 'ended_early', note: record.exit }
      if (end.status !== 'succeeded') break
    }
    for (const { name, record } of state.finished) this.#results.set(name, record)
    test.tell({ type: 'finished', ...end, ...answer(end.status, state), ...this.#known(run) })
  }

  /** What the test's definition knows to be secret is found in all that there is, before anything is done. */
  async #prepare(run: RunContext, { plan: written, workflowId, before, values }: Test): Promise<RunState> {
    if (before === undefined) this.#results.clear()
    const { keyring } = run
    const plan = triedWhole(written, values, keyring)
    await mintBound(this.#parts.credentials, plan, run.event, keyring)
    for (const [name, record] of this.#results) protectExports(record, plan.exportSources.get(name) ?? [], keyring)
    const all = await this.#stateOf(run, this.#deployed(plan, workflowId), [...this.#results.keys()])
    rescrub(all)
    for (const { name, record } of all.finished) this.#results.set(name, record)
    return this.#stateOf(
      run,
      all.deployed,
      [...this.#results.keys()].filter((name) => before?.includes(name))
    )
  }

  #deployed(plan: Plan, workflowId: number): Deployed {
    const version = { versionId: 0, version: 0, deploymentId: this.#deploymentId, endpoint: '', enabled: true }
    return { workflowId, name: plan.definition.name, ...version, plan }
  }

  async #stateOf(run: RunContext, deployed: Deployed, seen: readonly string[]): Promise<RunState> {
    const context = triggerContext(run, deployed)
    const finished = seen.flatMap((name) => {
      const record = this.#results.get(name)
      return record === undefined ? [] : [{ name, record }]
    })
    const exports = finished.map(({ name, record }) => [name, record.exports] as const)
    return {
      run,
      deployed,
      context,
      steps: { trigger: { event: run.event, context }, ...Object.fromEntries(exports) },
      finished,
      scrubbedAt: -1,
      env: await this.#parts.credentials.variables(deployed.plan.code.env, run.keyring)
    }
  }

  async #tryStep(
    state: RunState,
    durable: Durable,
    step: PlannedStep,
    { tell }: Test
  ): Promise<{ record?: StepRecord; error: ErrorRecord }> {
    const { keyring } = state.run
    const startedAt = this.#parts.now()
    this.#steps = []
    this.#items = []
    tell({ type: 'step_started', step: step.name, at: iso(startedAt) })
    const recorder = new Recorder({
      request: (index, method, origin) => tell({ type: 'request', step: step.name, index, method, origin }),
      response: (index, status, duration_ms) =>
        tell({ type: 'response', step: step.name, index, duration_ms, ...(status === undefined ? {} : { status }) })
    })
    state.test = { watch: recorder, mostItems: MOST_ITEMS, learned: (by) => this.#learn(by, recorder) }
    let record: StepRecord | undefined
    let error: ErrorRecord = TIMED_OUT
    try {
      record = await walkStep(this.#parts, state, durable, step, false)
    } catch (thrown) {
      if (thrown instanceof Stopped) throw thrown
      error = thrown instanceof StepFailed ? thrown.record : toErrorRecord(thrown, keyring)
      const sources = state.deployed.plan.exportSources.get(step.name) ?? []
      if (sources.length > 0) recorder.withholdAnswers(UNPROTECTED)
    }
    this.#learn(keyring, recorder)
    const at = { startedAt, endedAt: this.#parts.now() }
    tell({
      type: 'step_finished',
      ...this.#shown(state.run, recorder, step, record === undefined ? { error, ...at } : undefined)
    })
    return record === undefined ? { error } : { record, error }
  }

  /** What an attempt or an item has made known is taken out of all that the step wrote, while its keyring is there. */
  #learn(keyring: Keyring, recorder: Recorder): void {
    recorder.scrub(keyring)
    this.#steps = this.#steps.map((step) => ({
      ...step,
      text: scrubbedText(keyring, step),
      logs: scrubbedLogs(keyring, step)
    }))
  }

  #shown(
    run: RunContext,
    recorder: Recorder,
    step: PlannedStep,
    failed: { error: ErrorRecord; startedAt: number; endedAt: number } | undefined
  ): TriedStep {
    return showing(run, (show, keyring) => {
      const views = this.#steps.filter(({ lane }) => lane === '').map(viewOf)
      const own = views.find(({ name, kind }) => name === step.name && kind !== 'send')
      const items = this.#items.map((item) => ({
        ...endedItem({ ...rowOf(item), item: item.index, status: item.end.status, said: JSON.stringify(item.end) }),
        steps: this.#steps.filter(({ lane }) => lane === item.journal).map(viewOf)
      }))
      const left = {
        step: show(own ?? viewOf(unwritten(step, failed))),
        besides: show(views.filter((view) => view !== own)),
        items: show(items)
      }
      // Last: what looks like a credential in them is hidden in them alone.
      return { ...left, requests: recorder.view(keyring), requests_left_out: recorder.leftOut }
    })
  }

  #known(run: RunContext): Pick<TestEnd, 'event' | 'steps'> {
    const steps: JsonObject = Object.fromEntries([...this.#results].map(([name, { exports }]) => [name, exports]))
    return showing(run, (show) => ({ event: show(run.event), steps: show(steps) }))
  }
}

/**
 * Shows what a session holds: besides its secrets, what of the event looks like one is hidden. Those handles die with the
 * view, so nothing can be revealed by what was shown.
 */
function showing<T>(
  { event, keyring }: Pick<RunContext, 'event' | 'keyring'>,
  view: (show: <V>(value: V) => V, keyring: Keyring) => T
): T {
  const shown = keyring.above()
  try {
    for (const { field, value } of suspects(event)) shown.mint(value, { app: 'event', field, audience: null })
    return view((value) => clean(shown, value), shown)
  } finally {
    shown.destroy()
  }
}

/** Fails closed. A view is JSON, and scrubbing keeps its shape. */
function clean<V>(keyring: Keyring, value: V): V {
  if (keyring.incomplete) throw new Fault('too_many_secrets', WITHHELD, { status: 413 })
  return keyring.scrub(value as Json) as V
}

function rowOf({ startedAt, endedAt }: { startedAt: number; endedAt: number }) {
  return { started_at: startedAt, ended_at: endedAt }
}

function viewOf(step: FinishedStep): StepView {
  const body = { value: step.text, logs: JSON.stringify(step.logs) }
  return finishedStep({ ...step, ...rowOf(step) }, body, [])
}

/** A step that ended without a checkpoint. */
function unwritten(
  { name, kind }: PlannedStep,
  { error, startedAt, endedAt }: { error: ErrorRecord; startedAt: number; endedAt: number } = {
    error: TIMED_OUT,
    startedAt: 0,
    endedAt: 0
  }
): FinishedStep {
  const where = { lane: '', position: 0, attempts: 1, spentMs: 0, logs: [] }
  return { ...where, name, kind, status: 'failed', startedAt, endedAt, text: JSON.stringify(error) }
}

function scrubbedText(keyring: Keyring, { lane, position, text }: FinishedStep): string {
  const [changed] = scrubWritten(keyring, [{ at: { what: 'value', lane, position }, text }])
  return changed?.text ?? text
}

function scrubbedLogs(keyring: Keyring, { lane, position, logs }: FinishedStep): FinishedStep['logs'] {
  const [changed] = scrubWritten(keyring, [{ at: { what: 'logs', lane, position }, text: JSON.stringify(logs) }])
  return changed === undefined ? logs : (JSON.parse(changed.text) as FinishedStep['logs'])
}

function answer(status: TestEnd['status'], state: RunState): Pick<TestEnd, 'answer'> {
  return status === 'failed' ? {} : answerOf(state)
}

function safe(error: unknown, keyring: Keyring): unknown {
  if (!(error instanceof Fault) || 'mistakes' in error) return error
  const { code, message, hint } = toErrorRecord(error, keyring)
  return new Fault(code, message, { status: error.status ?? 422, ...(hint === undefined ? {} : { hint }) })
}

const TIMED_OUT: ErrorRecord = {
  code: 'run_timed_out',
  message: 'The steps took longer than the workflow’s timeout.',
  retryable: false,
  hint: 'Raise settings.timeout if the steps are known to be slow.'
}

function notYet(names: readonly string[]): Fault {
  const which = names.map((name) => `\`${name}\``).join(', ')
  return new Fault('test_step_needed', `this step reads what ${which} leaves, which has not been tested yet`, {
    status: 409,
    hint: 'Test the steps before it first, or all of them.'
  })
}

const BUSY = { status: 409, hint: 'Wait until that has ended, or end the session.' }

function ended(): Fault {
  return new Fault('test_ended', 'this test session has ended', { status: 409, hint: 'Begin another one.' })
}
