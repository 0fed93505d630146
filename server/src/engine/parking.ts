/**
 * The waits of a live run: sleeps, waits for resumptions, and backoffs.
 *
 * A lane is walking or parked. When every lane is parked for longer than `LONG_WAIT_MS`, the run leaves memory: one
 * commit says when it comes back, or goes in the commit that opened the last of the waits. A lane that wakes while that
 * commit is on its way waits for what it says. The commit is refused when a resumption was faster, so that none is lost.
 */
import type { Leave, Leaving, Place } from './journal.ts'
import type { LiveRun } from './live-run.ts'
import { certainly } from '../storage/trouble.ts'
import { leaveUntil } from './schedule.ts'

export interface Wait {
  place: Place
  until: number
  /** Whether a resumption can end it. */
  resumable: boolean
}

/** setTimeout's own limit; and a clock that was set is noticed within this time. */
const MAX_TIMER_MS = 60_000

export class Parking {
  readonly #run: LiveRun
  readonly #parked = new Map<Wait, () => void>()
  readonly #resumed = new Map<string, string>()
  #walking = 1
  #leaving: Promise<unknown> | undefined

  constructor(run: LiveRun) {
    this.#run = run
  }

  /** Whether every lane waits. */
  get idle(): boolean {
    return this.#walking === 0
  }

  /** Whether a lane waits for a resumption. */
  get resumable(): boolean {
    return [...this.#parked.keys()].some((wait) => wait.resumable)
  }

  /** Lanes begin (or, negative, end) to walk beside each other. */
  addWalking(lanes: number): void {
    this.#walking += lanes
    if (lanes < 0) this.#considerLeaving()
  }

  /** The wish to leave memory that goes with one more wait, if every other lane waits as well. */
  leaveWith(until: number): Leave | undefined {
    return this.#walking === 1 ? this.#wish([until]) : undefined
  }

  /** Announces a commit that carries the wish to leave memory: lanes that wake meanwhile wait for it. */
  announce(commit: Promise<Leaving>): void {
    this.#leaving = Promise.allSettled([commit]).then(() => (this.#leaving = undefined))
  }

  /** @throws Stopped when the commit took the run out of memory, or found it ended */
  obey(leaving: Leaving): void {
    if (leaving === 'left') throw this.#run.stop('suspended')
    if (leaving === 'ended') throw this.#run.stop('lost')
  }

  /** A resumption was committed for the wait at this place. */
  resume(place: Place, text: string): void {
    this.#resumed.set(keyOf(place), text)
    for (const [wait, wake] of this.#parked) if (keyOf(wait.place) === keyOf(place)) wake()
  }

  /**
   * Waits in memory until the time has come, or the resumption, whose JSON text is returned.
   * @throws Stopped
   */
  async wait(wait: Wait): Promise<string | undefined> {
    for (;;) {
      this.#run.checkBeginning()
      const text = this.#resumed.get(keyOf(wait.place))
      if (text !== undefined) return text
      const delay = wait.until - this.#run.host.now()
      if (delay <= 0) return undefined
      await this.#park(wait, Math.min(delay, MAX_TIMER_MS))
      // Whoever wakes while the run may be leaving learns first whether it did.
      if (this.#leaving !== undefined) await this.#leaving
    }
  }

  async #park(wait: Wait, ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, ms)
    const forget = this.#run.onStop(() => resolve())
    this.#parked.set(wait, resolve)
    this.#walking--
    this.#considerLeaving()
    await promise
    this.#walking++
    this.#parked.delete(wait)
    forget()
    clearTimeout(timer)
  }

  /** Leaves memory if all lanes are parked for long. If it cannot it stays, and tries again when a timer ends. */
  #considerLeaving(): void {
    if (this.#walking !== 0 || this.#leaving !== undefined || this.#run.stopped !== undefined) return
    const wish = this.#wish([])
    if (wish === undefined) return
    const { journal, host } = this.#run
    // Where the answer was lost, another life may be there: nobody walks on before it is known.
    const commit = certainly(
      () => journal.leave(wish),
      () => host.room(),
      () => this.#run.stopped !== undefined
    )
    this.announce(commit)
    commit.then((leaving) => this.obey(leaving)).catch(() => {})
  }

  #wish(more: number[]): Leave | undefined {
    if (!this.#run.host.leavesMemory) return undefined
    const waits = [...this.#parked.keys()]
    const wakeAt = leaveUntil([...more, ...waits.map((wait) => wait.until)], this.#run.host.now())
    if (wakeAt === undefined) return undefined
    return { wakeAt, waits: waits.filter((wait) => wait.resumable).map((wait) => wait.place) }
  }
}

function keyOf(place: Place): string {
  return `${place.lane}:${place.position}`
}
