/**
 * Test sessions: an editor tries steps of a definition that is being written. Each session is a run on an engine of its own in
 * memory: its event, what its steps leave and its keyring are there until it is ended or has been idle for a while, and nothing
 * of them is ever written (I1, I4). Only that code got real values is, in the audit log.
 */
import { Fault, type Json, type JsonObject } from '@bellhop/sdk'
import { MemoryEngine } from '../../engine/memory/engine.ts'
import type { NewRun } from '../../engine/port.ts'
import type { History } from '../../history/history.ts'
import { Keyring } from '../../secrets/keyring.ts'
import { defangJson } from '../../secrets/recognise.ts'
import type { MasterKey } from '../../secrets/seal.ts'
import type { RunIds } from '../../storage/ids.ts'
import { DefinitionFault } from '../../workflow/definition-fault.ts'
import type { Part } from '../../workflow/part.ts'
import type { Plan } from '../../workflow/plan.ts'
import type { Versions } from '../../workflow/versions.ts'
import type { DraftReader, Held } from '../drafts/drafts.ts'
import { mintBound, mintHeaders } from '../event-secrets.ts'
import { valueAt } from '../export-secrets.ts'
import type { PerformParts } from '../perform.ts'
import type { TestEvents } from '../test-events.ts'
import { asDelivered, withoutHandles } from './events.ts'
import type { TestLine } from './lines.ts'
import { TestSession, type Test } from './session.ts'
import { tried, type TestValues } from './values.ts'

/** Where a test's event comes from: a person writes it, a test event was kept, or a run had it. */
export type EventSource = { event: JsonObject } | { test_event: string } | { run: string }

export interface NewSession {
  definition: string
  from: EventSource
  /** For what bindings read and the event does not bring. */
  values: TestValues
}

/** A test of a session. */
export interface AskedTest {
  definition: string
  /** Besides those of the session, or in their place. */
  values: TestValues
}

export interface TestsParts {
  /** What runs steps; its programs are those of drafts. */
  perform: PerformParts
  master: MasterKey
  ids: RunIds
  drafts: Pick<DraftReader, 'part' | 'whole' | 'secrets'>
  versions: Pick<Versions, 'workflow'>
  testEvents: Pick<TestEvents, 'open'>
  history: Pick<History, 'getRun'>
}

/** Sessions at a time. */
const MOST = 20
const IDLE_MS = 15 * 60_000
/** A session has no time limit of its own; each test has its workflow's. */
const NO_TIMEOUT = Number.MAX_SAFE_INTEGER

interface Open {
  session: TestSession
  values: TestValues
  /** When it was last used, and the timer that ends it. */
  usedAt: number
  timer: NodeJS.Timeout | undefined
}

export class Tests {
  readonly #parts: TestsParts
  readonly #engine: MemoryEngine
  readonly #open = new Map<string, Open>()

  constructor(parts: TestsParts) {
    this.#parts = parts
    this.#engine = new MemoryEngine({
      nostore: true,
      execute: (run, durable) => this.#find(run.id.uuid).session.serve(run, durable),
      onlooker: {
        step: (run, step) => this.#open.get(run)?.session.step(step),
        item: (run, item) => this.#open.get(run)?.session.item(item)
      }
    })
  }

  /**
   * Begins a session; answers with its event as it may be shown.
   * @throws DefinitionFault where the definition cannot be read; Fault `event_missing` (404), `tests_full` (503),
   *   `secret_too_large`, `too_many_secrets` (413)
   */
  async begin({ definition, from, values }: NewSession): Promise<{ id: string; event: Json }> {
    const secrets = await this.#parts.drafts.secrets(definition)
    const raw = await this.#eventFrom(from)
    const { perform, ids, master } = this.#parts
    const now = perform.now()
    const id = ids.next(now)
    const keyring = new Keyring(master.runSeal(id.uuid))
    try {
      await mintBound(perform.credentials, tried(secrets, values, keyring), raw, keyring)
      mintHeaders(valueAt(raw, ['headers']), keyring)
      const event = keyring.scrub(raw)
      const session = new TestSession(perform)
      const shown = session.eventOf({ event, keyring })
      this.#makeRoom()
      const open: Open = { session, values, usedAt: now, timer: undefined }
      this.#open.set(id.uuid, open)
      this.#rest(id.uuid, open)
      await this.#engine.accept(newRun(id, event, keyring))
      return { id: id.uuid, event: shown }
    } catch (error) {
      this.#forget(id.uuid)
      keyring.destroy()
      throw error
    }
  }

  /** Whether a test could be done now. @throws Fault `test_missing` (404), `test_busy` (409) */
  check(id: string): void {
    this.#find(id).session.checkFree()
  }

  /**
   * Tries one step. What it leaves stays in the session.
   * @throws DefinitionFault with what is wrong with the step; Fault `test_step_needed` (409), `test_of_item`, and as `check`
   */
  runStep(id: string, step: string, asked: AskedTest, tell: (line: TestLine) => void): Promise<void> {
    return this.#run(id, asked, tell, async (progress) => {
      const part = await this.#parts.drafts.part(asked.definition, step, progress)
      try {
        return { plan: planOf(part), before: part.before, release: part.release }
      } catch (error) {
        part.release()
        throw error
      }
    })
  }

  /** Tries all steps, from the first on. @throws DefinitionFault with everything that is wrong; Fault as `check` */
  runAll(id: string, asked: AskedTest, tell: (line: TestLine) => void): Promise<void> {
    return this.#run(id, asked, tell, async (progress) => {
      const whole = await this.#parts.drafts.whole(asked.definition, progress)
      return { ...whole, before: undefined }
    })
  }

  /** Ends a session, and what it is doing. False when there is none of this id. */
  async end(id: string): Promise<boolean> {
    if (this.#open.get(id) === undefined) return false
    await this.#stop(id)
    return true
  }

  /** Ends all sessions. */
  async close(): Promise<void> {
    await Promise.all([...this.#open.keys()].map((id) => this.#stop(id)))
    await this.#engine.stop(0)
  }

  async #run(
    id: string,
    { values }: AskedTest,
    tell: (line: TestLine) => void,
    planned: (progress: (text: string) => void) => Promise<Held<Pick<Test, 'before'> & { plan: Plan }>>
  ): Promise<void> {
    const open = this.#find(id)
    open.session.checkFree()
    clearTimeout(open.timer)
    open.values = merged(open.values, values)
    try {
      const { plan, before, release } = await planned((text) => tell({ type: 'progress', text }))
      try {
        const workflowId = this.#parts.versions.workflow(plan.definition.name)?.id ?? 0
        await open.session.run({ plan, workflowId, before, values: open.values, tell })
      } finally {
        release()
      }
    } finally {
      if (this.#open.get(id) === open) this.#rest(id, open)
    }
  }

  #find(id: string): Open {
    const open = this.#open.get(id)
    if (open !== undefined) return open
    throw new Fault('test_missing', 'there is no test session of this id', {
      status: 404,
      hint: 'A session ends when it has been idle for 15 minutes, and only the server that began it knows it: with several, the load balancer has to send a browser to the same one (sticky sessions).'
    })
  }

  async #eventFrom(from: EventSource): Promise<JsonObject> {
    if ('event' in from) return asObject(defangJson(asDelivered(from.event)))
    if ('test_event' in from) {
      const event = await this.#parts.testEvents.open(from.test_event)
      if (event !== undefined) return asObject(defangJson(event))
    } else {
      const event = (await this.#parts.history.getRun(from.run))?.event
      if (event !== undefined) return asObject(withoutHandles(event))
    }
    throw new Fault('event_missing', 'there is no such event, or nothing of it was kept', {
      status: 404,
      hint: 'Test events stay for a day; of a run, as long as retention says.'
    })
  }

  /** The one that was idle the longest makes room. */
  #makeRoom(): void {
    if (this.#open.size < MOST) return
    const idle = [...this.#open].filter(([, { session }]) => !session.busy)
    const [oldest] = idle.toSorted(([, a], [, b]) => a.usedAt - b.usedAt)
    if (oldest === undefined) {
      throw new Fault('tests_full', `${MOST} tests are going on already`, { status: 503, retryable: true })
    }
    void this.#stop(oldest[0])
  }

  #rest(id: string, open: Open): void {
    clearTimeout(open.timer)
    open.usedAt = this.#parts.perform.now()
    open.timer = setTimeout(() => void this.#stop(id), IDLE_MS).unref()
  }

  async #stop(id: string): Promise<void> {
    this.#open.get(id)?.session.end()
    this.#forget(id)
    await this.#engine.cancel(id)
  }

  #forget(id: string): void {
    clearTimeout(this.#open.get(id)?.timer)
    this.#open.delete(id)
  }
}

/** @throws DefinitionFault, Fault `test_of_item` (422) */
function planOf(part: Part): Plan {
  if (part.each !== undefined) {
    throw new Fault('test_of_item', 'this is a step of an `each`, and needs an item', {
      status: 422,
      hint: 'Test the `each`: it goes through the first items, with all that their steps do.'
    })
  }
  const planned = part.plan()
  if ('mistakes' in planned) throw new DefinitionFault(planned.mistakes, 'Finish the step first.')
  return planned
}

function newRun(id: NewRun['id'], event: Json, keyring: Keyring): NewRun {
  return { id, workflowId: 0, versionId: 0, eventText: '', event, keyring, timeoutMs: NO_TIMEOUT, keep: false }
}

function merged(before: TestValues, values: TestValues): TestValues {
  return { ...before, ...values }
}

/** An event is an object whatever it was. */
function asObject(event: Json): JsonObject {
  return typeof event === 'object' && event !== null && !Array.isArray(event) ? event : { body: event }
}
