/** A run's line as DBOS has it: each step is a DBOS step, each lane a child workflow. */
import type { Follower } from '../follower.ts'
import type { LiveRun } from '../live-run.ts'
import { Stopped } from '../port.ts'
import type { Held, Scope } from '../scope.ts'
import type { Line } from './line.ts'

/** What DBOS records of a step. */
type Word = 'finished' | 'failed'

export class Following implements Follower {
  readonly #run: LiveRun
  readonly #line: Line
  /** Steps that have left their value and not yet been recorded. */
  readonly #open = new Set<Promise<unknown>>()

  constructor(run: LiveRun, line: Line) {
    this.#run = run
    this.#line = line
  }

  /**
   * The value goes on as soon as it is there; DBOS has the step recorded once our checkpoint is committed, be it with the
   * run's end. So no step is finished for DBOS that our journal does not have.
   */
  step<T>(name: string, scope: Scope, work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const recorded = this.#line.step<Word>(name, async () => {
        try {
          resolve(await work())
        } catch (error) {
          reject(error)
          return 'failed'
        }
        if (scope.held !== undefined) await this.#committed(scope.held)
        return 'finished'
      })
      const over = recorded.catch(() => reject(this.#lost())).finally(() => this.#open.delete(over))
      this.#open.add(over)
    })
  }

  async lane(name: string, walk: (lane: Follower) => Promise<void>): Promise<void> {
    try {
      await this.#line.lane(name, async (line) => {
        const following = new Following(this.#run, line)
        try {
          await walk(following)
        } finally {
          await following.settled()
        }
      })
    } catch (error) {
      // What the walk threw comes as it is.
      if (error instanceof Stopped) throw this.#lost()
      throw error
    }
  }

  /** Resolves when every step of this line has been recorded. */
  async settled(): Promise<void> {
    while (this.#open.size > 0) await Promise.all(this.#open)
  }

  /** DBOS has given the run to somebody else; or it had stopped, and this is how it hears of it. */
  #lost(): Stopped {
    return this.#run.stopped ?? this.#run.stop('lost')
  }

  /** Resolves when the checkpoint is committed, or never will be. */
  async #committed(held: Held): Promise<void> {
    const stopped = Promise.withResolvers<void>()
    const forget = this.#run.onStop(() => stopped.resolve())
    await Promise.race([held.committed, stopped.promise])
    forget()
  }
}
