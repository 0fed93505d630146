/**
 * The engine that runs live in this process: the part that `memory/` and `sqlite/` share.
 *
 * Who owns what: this object owns the set of live runs, their start and their end; the journal owns what lasts.
 * A run enters by `accept` or by `adopt` (brought back), and leaves the set when it stops, for whatever reason. The
 * journal says which of several ends came first: only the one whose commit was carried out is told (I2).
 */
import { Fault, type Json } from '@bellhop/sdk'
import { toErrorRecord, type ErrorRecord } from '../secrets/error-record.ts'
import { runKey } from '../storage/ids.ts'
import { isStorageTrouble } from '../storage/trouble.ts'
import { RunEvents } from './events.ts'
import type { Follower } from './follower.ts'
import { pastOf, type Journal, type Written } from './journal.ts'
import { Lane } from './lane.ts'
import { hold, LiveRun, type Host, type LiveParts } from './live-run.ts'
import { Passing } from './passing.ts'
import {
  Stopped,
  type AcceptResult,
  type CallerView,
  type Engine,
  type Execute,
  type NewRun,
  type Resuming,
  type ResumeResult,
  type RunEnd,
  type RunEvent,
  type RunOutcome,
  type StopReason
} from './port.ts'
import type { Tenure } from './tenure.ts'

/** Walks a run to its end, or until it stops. Never rejects. */
export type Walk = (follower?: Follower) => Promise<void>

export interface EngineParts {
  journal: Journal
  execute: Execute
  /** Unix milliseconds. Default `Date.now`. */
  now?: () => number
  /** From [0, 1). Default `Math.random`. */
  random?: () => number
  /** Called when a run has left memory, for whatever reason. */
  onLeft?: (run: LiveRun, reason: StopReason) => void
  /** Has a run walked that came into memory. Without it, it walks at once, and is followed by nobody. */
  carryOut?: (run: LiveRun, walk: Walk) => void
  tenure?: Tenure
}

export class RunEngine implements Engine {
  readonly #parts: EngineParts & Required<Omit<EngineParts, 'tenure'>>
  readonly #events = new RunEvents()
  readonly #live = new Passing<LiveRun>()
  readonly #host: Host
  /** Cancels whose commits are on their way: the end that each of them makes, unless another was faster. */
  readonly #cancelling = new Map<number, Promise<RunEnd | undefined>>()
  /** Runs that have left memory, and whose end is being committed. */
  readonly #timingOut = new Set<number>()
  #state: 'open' | 'draining' | 'stopped' = 'open'
  #emptied: () => void = () => {}

  constructor(parts: EngineParts) {
    this.#parts = { now: Date.now, random: Math.random, onLeft: () => {}, carryOut: (_, walk) => void walk(), ...parts }
    this.#host = this.#makeHost()
  }

  get durable(): boolean {
    return this.#parts.journal.durable
  }

  get active(): number {
    return this.#live.size
  }

  async accept(run: NewRun): Promise<AcceptResult> {
    if (this.#state !== 'open') throw shuttingDown()
    const at = this.#parts.now()
    const acceptance = await this.#parts.journal.accept(run, at)
    if (acceptance.how === 'key_reused' || acceptance.how === 'tick_taken')
      return { accepted: false, reason: acceptance.how }
    if (acceptance.how === 'repeated')
      return { accepted: false, reason: 'repeated', run: acceptance.uuid, answer: this.#answer(acceptance) }
    const { id, workflowId, versionId, event, keyring, replayOf, timeoutMs } = run
    const context = { id, workflowId, versionId, acceptedAt: at, event, keyring, replayOf }
    if (this.#events.heard) this.#events.emit({ type: 'accepted', run: id.uuid, workflowId, at })
    const live = this.adopt({ context, journal: acceptance.journal, past: pastOf(run.inherited), timeoutMs })
    return { accepted: true, ended: live.view, over: live.over }
  }

  /** Takes a run into memory and goes on with it. Returns at once. */
  adopt(parts: LiveParts): LiveRun {
    const live = new LiveRun(parts, this.#host)
    // A life that has not heard yet that it was moved on.
    this.#live.get(parts.context.id.key)?.stop('lost')
    this.#live.set(parts.context.id.key, live)
    live.onStop((signal) => this.#left(live, signal))
    this.#parts.carryOut(live, (follower) => this.#drive(live, follower))
    return live
  }

  async cancel(run: string, note?: string): Promise<boolean> {
    const key = runKey(run)
    if (key === undefined) return false
    const end: RunEnd = { status: 'cancelled', ...(note === undefined ? {} : { note }) }
    const at = this.#parts.now()
    const rewrites = (await this.#live.get(key)?.lateAtEnd()) ?? []
    const commit = this.#parts.journal.cancel(key, run, end, at, rewrites).then((done) => (done ? end : undefined))
    this.#cancelling.set(key, commit)
    try {
      if ((await commit) === undefined) return false
      // Looked up again: the run may have been brought back while the commit was on its way.
      const live = this.#live.get(key)
      live?.stop('cancelled')
      live?.show({ ended: true, end })
    } finally {
      this.#cancelling.delete(key)
    }
    this.tellEnd(run, end, at)
    return true
  }

  async resume(run: string, name: string, make: (to: Resuming) => Json): Promise<ResumeResult> {
    const { journal, now } = this.#parts
    const key = runKey(run)
    const found = key === undefined ? undefined : await journal.resumable(key, run, name, now())
    if (key === undefined || found === undefined) return 'gone'
    if (found.how !== 'open') return found.how
    const live = this.#live.get(key)
    const keyring = live?.keyring ?? (await found.keyring())
    const text = JSON.stringify(make({ versionId: found.versionId, keyring }))
    const minted = this.durable ? keyring.takeMinted() : []
    try {
      const resumed = await journal.resume(key, run, { name, text, minted, at: now() })
      if (resumed === undefined) return 'gone'
      // Looked up again: the run may have left memory, or have been brought back, while the commit was on its way.
      this.#live.get(key)?.learn(minted)
      if (resumed.how === 'resumed' && resumed.place !== undefined)
        this.#live.get(key)?.parking.resume(resumed.place, text)
      return resumed.how
    } catch (error) {
      // What the run itself has minted meanwhile is among it.
      live?.salvage({ minted })
      throw error
    } finally {
      if (keyring !== live?.keyring) keyring.destroy()
    }
  }

  async start(): Promise<void> {}

  async stop(graceMs: number): Promise<void> {
    if (this.#state !== 'open') return
    this.#state = 'draining'
    for (const run of this.#live.values()) if (run.parking.idle) run.stop('shutdown')
    await this.#empty(graceMs)
    this.#state = 'stopped'
    for (const run of this.#live.values()) run.stop('shutdown')
    // The interpreters hear of it, and unwind, before anything below them is closed.
    await new Promise((resolve) => setImmediate(resolve))
  }

  onEvent(listener: (event: RunEvent) => void): () => void {
    return this.#events.add(listener)
  }

  /**
   * Looks for what other processes have done with a run that is in memory here: resumptions that came, and whether it was
   * ended.
   */
  async recheck(key: number): Promise<void> {
    const live = this.#live.get(key)
    if (live === undefined || live.stopped !== undefined || live.ending) return
    const found = await live.journal.recheck()
    if (found === undefined) {
      if (!live.ending) live.stop('lost')
      return
    }
    live.learn(found.secrets)
    for (const { place, text } of found.resumed) live.parking.resume(place, text)
  }

  /** Whether a run is in memory, or its end is on its way from there. */
  has(key: number): boolean {
    return this.#live.get(key) !== undefined || this.#timingOut.has(key)
  }

  /** Runs that wait in memory for a resumption, which another process may have taken in. */
  waiting(): number[] {
    return [...this.#live.values()].filter((run) => run.parking.resumable).map((run) => run.context.id.key)
  }

  /** Lets go of every run: they are somebody else's. */
  letGo(): void {
    for (const run of this.#live.values()) run.stop('lost')
  }

  /** Tells that a run ended, after its commit. */
  tellEnd(run: string, end: RunEnd, at: number): void {
    if (this.#events.heard) this.#events.emit({ type: 'ended', run, status: end.status, at })
  }

  /** Lets the interpreter walk, and ends the run with what it says. */
  async #drive(live: LiveRun, follower: Follower | undefined): Promise<void> {
    let outcome: RunOutcome
    try {
      outcome = await this.#parts.execute(live.context, new Lane(live, live, '', follower))
    } catch (error) {
      if (error instanceof Stopped || live.stopped !== undefined) return
      outcome = { status: 'failed', error: toErrorRecord(error, live.keyring) }
    }
    if (live.stopped !== undefined) return
    // Where others can go on with it, a run does not end for want of the database.
    if (this.#parts.tenure !== undefined && outcome.status === 'failed' && isStorageTrouble(outcome.error.code))
      return void live.stop('lost')
    const rewrites = await this.#lateOf(live)
    if (rewrites !== undefined && live.stopped === undefined) await this.#end(live, outcome, rewrites)
  }

  /**
   * What a run's end has to write anew. Undefined where the run has stopped: also where this cannot be read at all, so that it
   * goes on elsewhere, or at the next start.
   */
  async #lateOf(live: LiveRun): Promise<Written[] | undefined> {
    try {
      return await hold(
        () => live.lateAtEnd(),
        this.#host,
        () => live.stopped !== undefined
      )
    } catch {
      live.stop('lost')
      return undefined
    }
  }

  /** Ends a run in one commit, with the last step's checkpoint if that was held back for it. */
  async #end(live: LiveRun, end: RunEnd, rewrites: Written[]): Promise<void> {
    live.ending = true
    const { held, journal } = live
    const at = this.#parts.now()
    const givenUp = (): boolean => this.#state === 'stopped'
    // What cannot be committed at all is not ended: it goes on at the next start.
    const ended = await hold(() => journal.end(end, at, rewrites, held?.step), this.#host, givenUp).catch(() => false)
    if (!ended) return this.#endedBefore(live)
    live.stop('ended')
    live.show({ ended: true, end })
    if (held !== undefined) {
      held.commit()
      live.finished(held.step)
    }
    this.tellEnd(live.uuid, end, at)
  }

  /** Another end was faster. A cancel may not have heard yet that it was; and a run that timed out it does not find in memory. */
  async #endedBefore(live: LiveRun): Promise<void> {
    const cancelled = await this.#cancelling.get(live.context.id.key)?.catch(() => undefined)
    live.stop(cancelled === undefined ? 'lost' : 'cancelled')
    live.show(cancelled === undefined ? { ended: false } : { ended: true, end: cancelled })
  }

  #left(live: LiveRun, { reason }: Stopped): void {
    const { key } = live.context.id
    if (this.#live.get(key) === live) this.#live.delete(key)
    live.keyring.destroy()
    if (reason === 'shutdown' && !this.durable) live.show({ ended: true, end: SHUT_DOWN })
    else if (reason !== 'ended' && reason !== 'cancelled' && reason !== 'timed_out') live.show({ ended: false })
    this.#parts.onLeft(live, reason)
    if (this.#live.size === 0) this.#emptied()
  }

  /** Resolves when no run is in memory, or after `ms`. */
  #empty(ms: number): Promise<void> {
    if (this.#live.size === 0) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#emptied = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  #answer(repeated: { key: number; end: RunEnd | undefined }): Promise<CallerView> {
    if (repeated.end !== undefined) return Promise.resolve({ ended: true, end: repeated.end })
    return this.#live.get(repeated.key)?.view ?? Promise.resolve({ ended: false })
  }

  #makeHost(): Host {
    const { journal, now, random, tenure } = this.#parts
    const heard = (): boolean => this.#events.heard
    const draining = (): boolean => this.#state !== 'open'
    return {
      now,
      random,
      get heard() {
        return heard()
      },
      get draining() {
        return draining()
      },
      emit: (event) => this.#events.emit(event),
      durable: journal.durable,
      leavesMemory: journal.leavesMemory,
      longestWaitMs: journal.longestWaitMs,
      tenure,
      room: () => journal.room(),
      timedOut: async (live) => {
        // Before the stop, which forgets the keyring.
        const rewrites = await this.#lateOf(live)
        if (rewrites === undefined || live.stopped !== undefined) return
        const { key } = live.context.id
        this.#timingOut.add(key)
        live.stop('timed_out')
        void this.#end(live, { status: 'timed_out', error: TIMED_OUT }, rewrites).finally(() =>
          this.#timingOut.delete(key)
        )
      }
    }
  }
}

const SHUT_DOWN: RunEnd = { status: 'cancelled', note: 'The server stopped, and this run was in memory only.' }

const TIMED_OUT: ErrorRecord = {
  code: 'run_timed_out',
  message: 'The run’s steps took longer than its timeout.',
  retryable: false,
  hint: 'Raise settings.timeout if the steps are known to be slow.'
}

function shuttingDown(): Fault {
  return new Fault('shutting_down', 'Bellhop is stopping and takes on no runs.', {
    retryable: true,
    status: 503,
    hint: 'Repeat the request in a moment.'
  })
}
