/** What the contract suite needs of an engine under test, and the small language that its tests are written in. */
import { randomBytes } from 'node:crypto'
import type { Json } from '@bellhop/sdk'
import { onTestFinished } from 'vitest'
import { Keyring } from '../../secrets/keyring.ts'
import { MasterKey } from '../../secrets/seal.ts'
import { RunIds, type RunId } from '../../storage/ids.ts'
import {
  AttemptFailed,
  type AcceptResult,
  type Attempt,
  type CallerView,
  type Durable,
  type Engine,
  type Execute,
  type NewRun,
  type Outcome,
  type ResumeResult,
  type RunContext,
  type RunEvent,
  type RunOutcome,
  type StepPolicy
} from '../port.ts'

export interface EngineOptions {
  execute: Execute
  now: () => number
  master: MasterKey
}

/** A schedule and its next tick (Unix milliseconds; null while it is off). */
export interface DueSchedule {
  workflow: number
  version: number
  next: number | null
}

/** An engine under test. A durable one can be crashed and opened again where it was. */
export interface EngineFixture {
  open(options: EngineOptions): Promise<Engine>
  /** As if the process had been killed. What the engine does afterwards reaches nothing. */
  crash?(): Promise<void>
  /** For a durable engine: puts a workflow's schedule where the engine finds it, as a deploy leaves it. */
  schedule?(schedule: DueSchedule): Promise<void>
  /** Lets go of everything. */
  close(): Promise<void>
}

/** One engine and what its runs do, for one test. */
export class House {
  readonly fixture: EngineFixture
  readonly master: MasterKey
  readonly ids = new RunIds()
  readonly events: RunEvent[] = []
  /** Milliseconds by which the engine's clock is ahead. */
  ahead = 0
  #engine: Engine | undefined
  #life = 0

  constructor(fixture: EngineFixture, master = new MasterKey(randomBytes(32))) {
    this.fixture = fixture
    this.master = master
    onTestFinished(async () => {
      await this.#engine?.stop(0)
      await fixture.close()
    })
  }

  get engine(): Engine {
    if (this.#engine === undefined) throw new Error('the house is not open')
    return this.#engine
  }

  now = (): number => Date.now() + this.ahead

  /** Opens the engine with what its runs do. */
  async open(walk: Walk): Promise<this> {
    const execute: Execute = async (run, durable) => asOutcome(await walk(durable, run))
    const life = ++this.#life
    // A crashed engine still ticks in this process; its clock stands still, so that it begins nothing.
    const now = (): number => (life === this.#life ? this.now() : 0)
    this.#engine = await this.fixture.open({ execute, now, master: this.master })
    this.#engine.onEvent((event) => this.events.push(event))
    await this.#engine.start()
    return this
  }

  /** Crashes the engine and opens it where it was. */
  async reopen(walk: Walk): Promise<void> {
    this.#engine = undefined
    this.#life++
    await this.fixture.crash?.()
    await this.open(walk)
  }

  newRun(over: Partial<NewRun> = {}): NewRun {
    const id: RunId = this.ids.next(this.now())
    const event: Json = over.event ?? { greeting: 'hello' }
    const keyring = new Keyring(this.master.runSeal(id.uuid))
    const run = { id, workflowId: 1, versionId: 1, event, eventText: JSON.stringify(event), keyring, timeoutMs: 60_000 }
    return { ...run, keep: true, ...over }
  }

  /** Has a run accepted. */
  async accept(over: Partial<NewRun> = {}): Promise<{ id: string; ended: Promise<CallerView> }> {
    const run = this.newRun(over)
    const result = await this.engine.accept(run)
    if (!result.accepted) throw new Error(`the run was not accepted: ${result.reason}`)
    return { id: run.id.uuid, ended: result.ended }
  }

  /** Has a run accepted, and waits for what its caller sees. */
  async run(over: Partial<NewRun> = {}): Promise<CallerView> {
    return (await this.accept(over)).ended
  }

  /** Delivers a resumption that mints nothing. */
  resume(run: string, name: string, value: Json): Promise<ResumeResult> {
    return this.engine.resume(run, name, () => value)
  }

  /** Waits until a run has ended, also one whose caller was let go. */
  async ended(id: string): Promise<Extract<RunEvent, { type: 'ended' }>> {
    const isIt = (event: RunEvent): event is Extract<RunEvent, { type: 'ended' }> =>
      event.type === 'ended' && event.run === id
    const already = this.events.find(isIt)
    if (already !== undefined) return already
    return new Promise((resolve) => {
      const stop = this.engine.onEvent((event) => {
        if (!isIt(event)) return
        stop()
        resolve(event)
      })
    })
  }

  /** Waits for the next event of this kind. */
  told(type: RunEvent['type']): Promise<RunEvent> {
    return new Promise((resolve) => {
      const stop = this.engine.onEvent((event) => {
        if (event.type !== type) return
        stop()
        resolve(event)
      })
    })
  }
}

/** What a test's runs do: an outcome, or anything else for a success without an answer. */
export type Walk = (durable: Durable, run: RunContext) => Promise<unknown>

function asOutcome(result: unknown): RunOutcome {
  const given = typeof result === 'object' && result !== null && 'status' in result
  return given ? (result as RunOutcome) : { status: 'succeeded' }
}

const ONCE: StepPolicy = { kind: 'use', retry: { attempts: 1, backoffMs: 0, maxBackoffMs: 0 } }

/** A step that is tried once and leaves its value only. */
export function step<T extends Json>(
  durable: Durable,
  name: string,
  work: (a: Attempt) => T | Promise<T>,
  policy: Partial<StepPolicy> = {}
): Promise<T> {
  return durable.step(name, async (a) => leave(await work(a)), { ...ONCE, ...policy })
}

export function leave<T>(value: T, over: Partial<Outcome<T>> = {}): Outcome<T> {
  return { value, minted: [], logs: [], ...over }
}

/** The policy of a step that is tried several times in quick succession. */
export function tries(attempts: number, backoffMs = 1): Partial<StepPolicy> {
  return { retry: { attempts, backoffMs, maxBackoffMs: Math.max(backoffMs, 1) } }
}

export function refuse(code: string, retryable = false, retryAfterMs?: number): AttemptFailed {
  const record = { code, message: `it failed: ${code}`, retryable }
  return new AttemptFailed(record, { minted: [], logs: [], retryAfterMs })
}

/** Something that happens once, seen from both sides. */
export interface Gate<T = void> {
  opened: Promise<T>
  open(value: T): void
}

export function gate<T = void>(): Gate<T> {
  const { promise, resolve } = Promise.withResolvers<T>()
  return { opened: promise, open: resolve }
}

/** Lets everything that is ready happen. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** What takes a while. */
export const lasting = (ms: number): Promise<null> => new Promise((resolve) => setTimeout(resolve, ms, null))

/** An answer that never comes. */
export const never = (): Promise<never> => new Promise(() => {})

export function reasonOf(result: AcceptResult): string {
  return result.accepted ? 'accepted' : result.reason
}
