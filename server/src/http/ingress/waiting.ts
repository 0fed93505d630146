/**
 * Callers who wait for their run's end. Each waits until the run has ended or left memory, until the time limit, or
 * until the server closes; in the last two cases the run goes on without them.
 */
import { Passing } from '../../engine/passing.ts'
import type { CallerView } from '../../engine/port.ts'

const GOES_ON: CallerView = { ended: false }

export class Waiting {
  readonly #limitMs: number
  readonly #letGo = new Passing<() => void>()
  #came = 0
  #empty: () => void = () => {}

  constructor(limitMs: number) {
    this.#limitMs = limitMs
  }

  async wait(ended: Promise<CallerView>): Promise<CallerView> {
    const { promise, resolve } = Promise.withResolvers<CallerView>()
    const letGo = (): void => resolve(GOES_ON)
    const timer = setTimeout(letGo, this.#limitMs)
    const caller = ++this.#came
    this.#letGo.set(caller, letGo)
    try {
      return await Promise.race([ended, promise])
    } finally {
      clearTimeout(timer)
      this.#letGo.delete(caller)
      if (this.#letGo.size === 0) this.#empty()
    }
  }

  /** Resolves when nobody waits, or after `ms`. Asked once, when nobody new can come. */
  nobody(ms: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.#letGo.size === 0) return resolve()
      const timer = setTimeout(resolve, ms)
      this.#empty = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  /** Answers everybody: their runs are committed and go on, here or after the next start. */
  letEverybodyGo(): void {
    for (const letGo of this.#letGo.values()) letGo()
  }
}
