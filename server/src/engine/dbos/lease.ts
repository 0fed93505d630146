/**
 * A node's lease: its row in `nodes`, renewed as long as the node is alive and reaches the database. Others go by the database's
 * clock; this process goes by its own, counted from before the renewal was sent, so that it stops acting no later than others
 * may begin. A process that was frozen finds it lapsed when it goes on.
 *
 * States: held, lapsed (nobody has taken it; the next renewal brings it back), lost for good.
 */
import type { Tenure } from '../tenure.ts'

/** Milliseconds. */
export interface LeaseTimes {
  renewEveryMs: number
  lengthMs: number
  /** Whoever was away from the database gives others so long to come back before it declares them gone. */
  graceMs: number
}

export const LEASE_TIMES: LeaseTimes = { renewEveryMs: 2000, lengthMs: 6000, graceMs: 6000 }

/** Clocks of two machines may run differently fast by so much, and the door takes a moment from the look to the dial. */
const MARGIN = 0.1
/** Where no answer came, the next try is so many times sooner. */
const AGAIN = 10

export interface LeaseParts extends LeaseTimes {
  /** Renews the row for so many milliseconds; false where it is there no more. */
  renew(lengthMs: number): Promise<boolean>
  /** The lease is lost for good: others have taken this node's runs. Called once. */
  onLost(): void
}

export class Lease implements Tenure {
  readonly #parts: LeaseParts
  /** Until when it is held, by the monotonic clock, and by the other one, which counts a suspended machine's time. */
  #until = 0
  #untilDate = 0
  #lapses = 0
  #isLapsed = false
  /** Since when it has been held without a break; by the monotonic clock. */
  #since = 0
  #state: 'open' | 'lost' | 'ended' = 'open'
  #timer: NodeJS.Timeout | undefined
  #waiting: (() => void)[] = []

  /** @param takenAt `performance.now()` from before the row was made */
  constructor(parts: LeaseParts, takenAt: number) {
    this.#parts = parts
    this.#since = takenAt
    this.#extend(takenAt)
    // A start that took its time has used some of it.
    this.#schedule(parts.renewEveryMs - (performance.now() - takenAt))
  }

  held(): boolean {
    if (this.#state !== 'open') return false
    const held = performance.now() < this.#until && Date.now() < this.#untilDate
    if (!held && !this.#isLapsed) {
      this.#isLapsed = true
      this.#lapses++
    }
    return held
  }

  get lapses(): number {
    this.held()
    return this.#lapses
  }

  /** Milliseconds that it has been held without a break. */
  get heldFor(): number {
    return this.held() ? performance.now() - this.#since : 0
  }

  regained(): Promise<void> {
    return this.held() ? Promise.resolve() : new Promise((resolve) => this.#waiting.push(resolve))
  }

  /** Renews it no more. */
  end(): void {
    if (this.#state === 'open') this.#state = 'ended'
    clearTimeout(this.#timer)
  }

  #schedule(ms: number): void {
    this.#timer = setTimeout(() => void this.#renew(), ms)
  }

  async #renew(): Promise<void> {
    const { renewEveryMs, lengthMs } = this.#parts
    const sentAt = performance.now()
    let pause = renewEveryMs
    try {
      if (await this.#parts.renew(lengthMs)) this.#renewed(sentAt)
      else this.#lose()
    } catch {
      // The database is away: the lease lapses by itself, and is asked for again until somebody has taken it. Soon, for
      // it may have been the connection alone.
      pause = renewEveryMs / AGAIN
    }
    if (this.#state === 'open') this.#schedule(pause)
  }

  #renewed(sentAt: number): void {
    // Looks first: it may have lapsed since it was last looked at.
    const lapsed = !this.held()
    if (this.#state !== 'open') return
    if (lapsed) this.#since = sentAt
    this.#isLapsed = false
    this.#extend(sentAt)
    for (const resume of this.#waiting.splice(0)) resume()
  }

  #lose(): void {
    if (this.#state !== 'open') return
    this.#state = 'lost'
    this.#parts.onLost()
  }

  #extend(from: number): void {
    const ms = this.#parts.lengthMs * (1 - MARGIN)
    this.#until = from + ms
    this.#untilDate = Date.now() - (performance.now() - from) + ms
  }
}
