/**
 * The scheduler: has runs accepted when their schedules say so.
 *
 * Who owns what: the rows of `schedules` say which ticks are to come, and the commit that accepts a tick's run moves them
 * on (`workflow/schedule-commands.ts`). This object owns one timer, for the nearest tick of all, and remembers nothing
 * that a restart would miss: whatever is killed and whenever, a tick is either fired or still due (I2). Ten thousand
 * schedules cost a look at an index when the nearest is due, and once a minute.
 *
 * What is due is read and fired a few at a time, and a tick that finds no room (a full disk, too many runs in memory) stays
 * due.
 */
import { Fault } from '@bellhop/sdk'
import type { NewTick } from '../../engine/port.ts'
import type { Reader } from '../../storage/tx.ts'
import { anyAhead, dueSchedules, nextDue, type ScheduleCommands } from '../../workflow/schedule-commands.ts'
import type { Schedule } from '../../workflow/schedule.ts'
import type { Deployed } from '../../workflow/versions.ts'
import type { Accepted, Intake } from '../intake.ts'
import { decide, look, type Clocks, type Decision, type Watch } from './due.ts'
import { scheduleEvent } from './event.ts'

/** Runs of ticks that are in memory at a time. */
const AT_A_TIME = 1_000
/** Ticks whose acceptance is under way at a time: they share their commits. */
const BATCH = 100
/** A clock that was set is noticed within this time. */
const LONGEST_SLEEP_MS = 60_000
const RETRY_MS = 1_000
/** See `settledAt` in `workflow/schedule-commands.ts`. */
const DAY_MS = 86_400_000

/** What this needs of `Storage`. */
export interface ScheduleStorage {
  readonly reader: Reader
  write<K extends keyof ScheduleCommands>(
    name: K,
    args: Parameters<ScheduleCommands[K]>[1]
  ): Promise<Awaited<ReturnType<ScheduleCommands[K]>>>
}

export interface SchedulerParts {
  storage: ScheduleStorage
  versions: {
    /** @throws Fault `version_missing`, `version_unreadable` */
    byVersion(versionId: number): Deployed | Promise<Deployed>
  }
  intake: Pick<Intake, 'accept'>
  /** Unix milliseconds. */
  now(): number
  /** Milliseconds on a clock that nobody sets. Default `performance.now`. */
  monotonic?: () => number
  /** Hears of schedules that could not start their run. `workflowId` where it is one workflow's own trouble. */
  onError?(error: unknown, workflowId?: number): void
}

interface DueRow {
  workflow_id: number
  version_id: number
  schedule: string
  settled_at: number
  next_at: number
}

export class Scheduler {
  readonly #parts: SchedulerParts
  readonly #monotonic: () => number
  #watch: Watch = { wall: 0, monotonic: 0, since: 0 }
  /** A clock that is set back now, or was wrong before the last stop, may have led schedules into the future. */
  #mayBeAhead = true
  /** Runs of ticks that are in memory. */
  #live = 0
  #timer: NodeJS.Timeout | undefined
  #state: 'idle' | 'working' | 'again' | 'stopped' = 'stopped'
  #work: Promise<void> = Promise.resolve()
  /** Versions that cannot be run, so that each is reported once. */
  readonly #unfit = new Set<number>()

  constructor(parts: SchedulerParts) {
    this.#parts = parts
    this.#monotonic = parts.monotonic ?? (() => performance.now())
  }

  /** Whatever was due before now was missed, unless other nodes have watched the clock: they may be about to fire it. */
  start(watched = false): void {
    const clocks = this.#clocks()
    this.#watch = { ...clocks, since: watched ? 0 : clocks.wall }
    this.#state = 'idle'
    this.poke()
  }

  /** Fires nothing any more. Resolves when the ticks under way have been accepted or refused. */
  async stop(): Promise<void> {
    this.#state = 'stopped'
    clearTimeout(this.#timer)
    await this.#work
  }

  /** Something may be due, or due earlier than before. */
  poke(): void {
    if (this.#state === 'working') this.#state = 'again'
    if (this.#state !== 'idle') return
    this.#state = 'working'
    clearTimeout(this.#timer)
    this.#work = new Promise((resolve) => setImmediate(resolve)).then(() => this.#pass())
  }

  /**
   * Starts a run now, besides those of the schedule; returns its id. Its event is that of a tick at this moment.
   * @throws Fault `no_schedule`, `workflow_disabled` (409), and what the intake throws
   */
  async fireNow(deployed: Deployed): Promise<string> {
    if (!deployed.enabled) throw disabled(deployed.name)
    return (await this.#accept(deployed, this.#parts.now())).run
  }

  /** Fires all that is due, and sleeps until the next tick. Never rejects. */
  async #pass(): Promise<void> {
    let pause: number
    try {
      while (await this.#fireSome());
      pause = await this.#pause()
    } catch (error) {
      // Whatever is due stays due.
      if (!isPassing(error)) this.#parts.onError?.(error)
      pause = RETRY_MS
    }
    if (this.#state === 'stopped') return
    const again = this.#state === 'again'
    this.#state = 'idle'
    if (again) this.poke()
    else this.#timer = setTimeout(() => this.poke(), pause)
  }

  /** False when nothing more can be fired now. */
  async #fireSome(): Promise<boolean> {
    const limit = Math.min(BATCH, AT_A_TIME - this.#live)
    if (this.#state === 'stopped' || limit <= 0) return false
    const { wall: now, since } = await this.#look()
    const rows = await this.#parts.storage.reader.all(dueSchedules, { now, limit })
    const results = await Promise.allSettled(rows.map((row) => this.#settle(row, since, now)))
    for (const result of results) if (result.status === 'rejected') throw result.reason
    return rows.length > 0
  }

  async #look(): Promise<Watch> {
    const before = this.#watch
    this.#watch = look(before, this.#clocks())
    const { wall: now, since } = this.#watch
    if (since !== before.since) this.#mayBeAhead = true
    const { storage } = this.#parts
    if (this.#mayBeAhead && (await storage.reader.get(anyAhead, { of: now + DAY_MS })) !== undefined)
      await storage.write('resyncSchedules', { now })
    this.#mayBeAhead = false
    return this.#watch
  }

  async #settle(row: DueRow, since: number, now: number): Promise<void> {
    const schedule = JSON.parse(row.schedule) as Schedule
    const decision = decide({ schedule, settled: row.settled_at, due: row.next_at }, since, now)
    if (!decision.fire) return this.#leaveOut(row, decision)
    try {
      const { tick: at, settled, next } = decision
      const deployed = await this.#parts.versions.byVersion(row.version_id)
      await this.#accept(deployed, at, { at, due: row.next_at, settled, next })
    } catch (error) {
      if (isPassing(error)) throw error
      if (!this.#unfit.has(row.version_id)) this.#parts.onError?.(error, row.workflow_id)
      this.#unfit.add(row.version_id)
      await this.#leaveOut(row, decision)
    }
  }

  /** Moves the schedule on without a run: the tick was missed, or its version cannot be run at all. */
  async #leaveOut(row: DueRow, { settled, next }: Decision): Promise<void> {
    const { workflow_id: workflow, version_id: version, next_at: due } = row
    await this.#parts.storage.write('settleTick', { workflow, version, due, settled, next })
  }

  async #accept(deployed: Deployed, at: number, tick?: NewTick): Promise<Accepted> {
    const { schedule } = deployed.plan
    if (schedule === undefined) throw noSchedule()
    const request = { event: scheduleEvent(schedule, at), nostore: false, ...(tick === undefined ? {} : { tick }) }
    const accepted = await this.#parts.intake.accept(deployed, request)
    if (accepted.result.accepted) this.#count(accepted.result.ended)
    return accepted
  }

  #count(ended: Promise<unknown>): void {
    this.#live++
    const left = (): void => {
      if (this.#live-- === AT_A_TIME) this.poke()
    }
    ended.then(left, left)
  }

  /** Milliseconds until the nearest tick. */
  async #pause(): Promise<number> {
    if (this.#live >= AT_A_TIME) return LONGEST_SLEEP_MS
    const next = (await this.#parts.storage.reader.get(nextDue))?.next_at ?? Infinity
    return Math.max(0, Math.min(next - this.#parts.now(), LONGEST_SLEEP_MS))
  }

  #clocks(): Clocks {
    return { wall: this.#parts.now(), monotonic: this.#monotonic() }
  }
}

/** A full disk, a server that stops: the tick can be fired later. */
function isPassing(error: unknown): boolean {
  return error instanceof Fault && error.retryable
}

function noSchedule(): Fault {
  return new Fault('no_schedule', 'this workflow has no schedule', {
    status: 409,
    hint: 'Send a request to its HTTP trigger, or deploy it with `trigger: { type: schedule, … }`.'
  })
}

function disabled(name: string): Fault {
  return new Fault('workflow_disabled', 'this workflow is switched off', {
    status: 409,
    hint: `Switch it on first: \`bellhop workflows enable ${name}\`.`
  })
}
