/**
 * A run's time in steps: a clock that goes while at least one attempt does, however many lanes there are. Sleeps,
 * waits, backoffs and downtime do not count. Takes a monotonic `now` in milliseconds.
 */
export class Budget {
  readonly #limitMs: number
  #spentMs: number
  #attempts = 0
  #since = 0

  constructor(limitMs: number, spentMs: number) {
    this.#limitMs = limitMs
    this.#spentMs = spentMs
  }

  /** An attempt begins. */
  begin(now: number): void {
    if (this.#attempts++ === 0) this.#since = now
  }

  /** An attempt is over. */
  end(now: number): void {
    if (--this.#attempts === 0) this.#spentMs += now - this.#since
  }

  /** Milliseconds spent so far, whole. */
  spent(now: number): number {
    return Math.round(this.#spentMs + (this.#attempts > 0 ? now - this.#since : 0))
  }

  left(now: number): number {
    return this.#limitMs - this.spent(now)
  }
}
