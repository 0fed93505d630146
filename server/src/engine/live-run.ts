/**
 * A run in memory.
 *
 * Who owns what: the engine owns the set of live runs and ends them; this object owns what all lanes of a run share:
 * its stop signal, its time budget, the caller's view, and what waits to be committed. `parking.ts` owns its waits.
 *
 * States: `live`, then stopped for good, by its end or by what made it leave (`StopReason`). From then on `owned` is
 * false, every call on a lane throws the same `Stopped`, and nothing is committed: the result of a lost attempt is
 * dropped (I3).
 */
import { setImmediate as turn } from 'node:timers/promises'
import { Fault, type Json } from '@bellhop/sdk'
import type { Keyring, SealedSecret } from '../secrets/keyring.ts'
import { Budget } from './budget.ts'
import {
  NO_PAST,
  type FinishedStep,
  type ItemMark,
  type Left,
  type Past,
  type RunJournal,
  type Written
} from './journal.ts'
import { scrubValue, scrubWritten } from './late.ts'
import { Parking } from './parking.ts'
import type { Held, Scope } from './scope.ts'
import type { Tenure } from './tenure.ts'
import { Stopped, type CallerView, type RunAnswer, type RunContext, type RunEvent, type StopReason } from './port.ts'

/** What a live run is made of. */
export interface LiveParts {
  context: Omit<RunContext, 'owned' | 'durable' | 'answer' | 'wrote'>
  journal: RunJournal
  past: Past
  timeoutMs: number
}

/** What a live run asks of its engine. */
export interface Host {
  now(): number
  random(): number
  /** Whether anybody listens to events. */
  readonly heard: boolean
  emit(event: RunEvent): void
  readonly durable: boolean
  readonly leavesMemory: boolean
  readonly longestWaitMs: number
  /** Whether the engine is about to stop: what has begun may finish, nothing new may begin. */
  readonly draining: boolean
  readonly tenure: Tenure | undefined
  /** Resolves when a commit that was refused for want of room is worth trying again. */
  room(): Promise<void>
  /** The run's time is up: the engine ends it. Resolves when the run has stopped. */
  timedOut(run: LiveRun): Promise<void>
}

export class LiveRun implements Scope {
  readonly context: RunContext
  readonly journal: RunJournal
  readonly past: Past
  readonly host: Host
  readonly budget: Budget
  readonly parking: Parking
  /** What the caller learns: the end, or that the run goes on without being waited for. */
  readonly view: Promise<CallerView>
  /** Resolves when the run has ended, or goes on without being waited for, an answer apart. */
  readonly over: Promise<unknown>
  /** The last step's checkpoint, held back to be committed with the run's end. */
  held: Held | undefined
  /** Whether its end is being committed. */
  ending = false
  #show: (view: CallerView) => void = () => {}
  #over: (nothing?: unknown) => void = () => {}
  #stopped: Stopped | undefined
  readonly #listeners = new Set<(signal: Stopped) => void>()
  #salvaged: SealedSecret[] = []
  /** How much the keyring knew when the record was last looked through. */
  #lookedAt: number
  #isLate = false
  /** The event as the journal has it, while the run has written nothing else: then there is nothing to be read back. */
  #event: { written: Json } | undefined

  constructor(parts: LiveParts, host: Host) {
    // The interpreter keeps the event in this object up to date when it is scrubbed again.
    this.context = Object.assign(parts.context, {
      durable: host.durable,
      owned: () => this.#stopped === undefined && (host.tenure?.held() ?? true),
      wrote: () => this.wrote(),
      answer: (answer: RunAnswer) => this.#show({ ended: false, answer })
    })
    this.journal = parts.journal
    this.past = parts.past
    this.host = host
    this.budget = new Budget(parts.timeoutMs, parts.past.spentMs)
    this.parking = new Parking(this)
    // What a resumption made known while the run was out of memory is still to be looked for.
    this.#lookedAt = parts.past.resumed ? 0 : this.keyring.size
    if (host.durable && parts.past === NO_PAST) this.#event = { written: parts.context.event }
    this.view = new Promise((resolve) => (this.#show = resolve))
    this.over = new Promise((resolve) => (this.#over = resolve))
  }

  get uuid(): string {
    return this.context.id.uuid
  }

  get keyring(): Keyring {
    return this.context.keyring
  }

  get stopped(): Stopped | undefined {
    return this.#stopped
  }

  /** Answers the caller, once. */
  show(view: CallerView): void {
    this.#show(view)
    this.#over()
  }

  /** Stops every lane. The first reason stays. */
  stop(reason: StopReason): Stopped {
    if (this.#stopped !== undefined) return this.#stopped
    this.#stopped = SIGNALS[reason]
    for (const listener of this.#listeners) listener(this.#stopped)
    this.#listeners.clear()
    return this.#stopped
  }

  /** @throws Stopped */
  check(): void {
    if (this.#stopped !== undefined) throw this.#stopped
  }

  /** @throws Stopped also when the engine is about to stop: nothing new begins */
  checkBeginning(): void {
    if (this.host.draining) this.stop('shutdown')
    this.check()
  }

  /** Calls `listener` when the run stops; at once if it has. Returns the function that ends the listening. */
  onStop(listener: (signal: Stopped) => void): () => void {
    if (this.#stopped !== undefined) {
      listener(this.#stopped)
      return () => {}
    }
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  salvage(left: { minted: SealedSecret[] }): void {
    this.#salvaged.push(...left.minted)
  }

  async carry(left: { minted: SealedSecret[] }): Promise<Left> {
    const minted = this.#salvaged.length === 0 ? left.minted : [...this.#salvaged, ...left.minted]
    this.#salvaged = []
    return { minted, rewrites: await this.#late() }
  }

  /** Takes in what another commit has made known to the run. */
  learn(minted: readonly SealedSecret[]): void {
    if (this.#stopped === undefined) this.keyring.learn(minted)
  }

  wrote(): void {
    this.#event = undefined
  }

  /** Rule 5 of handles: what this run has written and now knows to hold a secret. Costs nothing while nothing is new. */
  async #late(): Promise<Written[]> {
    const { size, incomplete } = this.keyring
    if (size === this.#lookedAt && !incomplete) return []
    this.#lookedAt = size
    this.#isLate = true
    if (this.#event !== undefined) return this.#lateEvent(this.#event)
    await this.#amendItems()
    return scrubWritten(this.keyring, await this.journal.readBack())
  }

  /** The same at the run's end: what another lane was committing when a secret became known is looked at, too. */
  async lateAtEnd(): Promise<Written[]> {
    const { size, incomplete } = this.keyring
    const nothingNew = size === this.#lookedAt && !incomplete
    if (nothingNew && (!this.#isLate || this.#event !== undefined)) return []
    if (this.#event !== undefined) return this.#lateEvent(this.#event)
    await this.#amendItems()
    return scrubWritten(this.keyring, await this.journal.readBack())
  }

  #lateEvent({ written }: { written: Json }): Written[] {
    const late = scrubValue(this.keyring, { what: 'event' }, written)
    // What stands there from now on is read back, should there be more.
    if (late !== undefined) this.#event = undefined
    return late === undefined ? [] : [late]
  }

  /** The same for items, which may be many: a part at a time, in commits of their own before the one that is to come. */
  async #amendItems(): Promise<void> {
    let mark: ItemMark | undefined
    do {
      if (this.#stopped !== undefined) return
      const { texts, next } = await this.journal.readItems(mark)
      const rewrites = scrubWritten(this.keyring, texts)
      const write = (): Promise<boolean> => this.journal.rewrite(rewrites)
      if (rewrites.length > 0) await hold(write, this.host, () => this.#stopped !== undefined)
      mark = next
      if (mark !== undefined) await turn()
    } while (mark !== undefined)
  }

  /**
   * Commits. While the disk is full it holds on to what it has, because a finished step never runs again (I3).
   * @throws Stopped when the run stopped meanwhile
   */
  async commit<T>(write: () => Promise<T>): Promise<T> {
    try {
      return await hold(write, this.host, () => this.#stopped !== undefined)
    } finally {
      this.check()
    }
  }

  /** The run waits: tells so, and lets a caller who waits for it go. */
  goesOn(step: string, lane: string, until: number): void {
    this.show({ ended: false })
    if (this.host.heard) this.host.emit({ type: 'waiting', run: this.uuid, step, lane, until, at: this.host.now() })
  }

  /** Tells that a step's checkpoint was committed. */
  finished(step: FinishedStep): void {
    if (!this.host.heard) return
    const { name, lane, status, endedAt } = step
    this.host.emit({ type: 'step_finished', run: this.uuid, step: name, lane, status, at: endedAt })
  }
}

/** The signals are made once: each run has one, and most runs' nobody ever sees. */
const SIGNALS: Record<StopReason, Stopped> = {
  ended: new Stopped('ended'),
  suspended: new Stopped('suspended'),
  cancelled: new Stopped('cancelled'),
  timed_out: new Stopped('timed_out'),
  lost: new Stopped('lost'),
  shutdown: new Stopped('shutdown')
}

/**
 * Tries a commit until there is room for it.
 * @param givenUp whether nobody wants the commit any more
 */
export async function hold<T>(write: () => Promise<T>, host: Host, givenUp: () => boolean): Promise<T> {
  for (;;) {
    try {
      return await write()
    } catch (error) {
      if (!(error instanceof Fault && error.retryable) || givenUp()) throw error
    }
    await host.room()
  }
}
