/**
 * A workflow of DBOS from within: a life of a run, or a lane of one. Calls on one line are sequential; lanes go on side by
 * side. DBOS learns names and words: whatever is thrown goes past it, because it would keep message and stack.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { Stopped } from '../port.ts'
import type { Sdk } from './sdk.ts'

/** The lanes that are about to start in this process, by workflow id. */
export type Lanes = Map<string, (line: Line) => Promise<void>>

export interface LineParts {
  /** The run's id and the life's number; of a lane its own path below that. */
  id: string
  lanes: Lanes
  /** The registered workflow that looks its work up in `lanes`. */
  lane: (id: string) => Promise<string>
}

export class Line {
  readonly #sdk: Sdk
  readonly #parts: LineParts
  /** The workflow's context: a call is a part of this line, wherever it comes from. */
  readonly #inside = AsyncLocalStorage.snapshot()

  /** To be called within the workflow. */
  constructor(sdk: Sdk, parts: LineParts) {
    this.#sdk = sdk
    this.#parts = parts
  }

  /**
   * Does the work as a step, and has DBOS record the word that it leaves.
   *
   * @throws Stopped `lost` when DBOS did not record it: this line is another node's, or DBOS has stopped here
   * @throws what the work throws
   */
  async step<Word extends string>(name: string, work: () => Promise<Word>): Promise<Word> {
    const kept = new Kept<Word>()
    await this.#recorded(kept, () => this.#sdk.dbos.runStep(() => kept.of(work), { name }))
    return kept.result()
  }

  /**
   * Does the work as a line of its own, and waits for its end. The name is unique in its line.
   *
   * @throws as `step`
   */
  async lane(name: string, work: (line: Line) => Promise<void>): Promise<void> {
    const id = `${this.#parts.id}/${name}`
    const kept = new Kept<void>()
    this.#parts.lanes.set(id, (line) => kept.of(() => work(line)).then(() => {}))
    try {
      await this.#recorded(kept, async () => {
        const handle = await this.#sdk.dbos.startWorkflow(this.#parts.lane, { workflowID: id })(id)
        // Outside of any workflow this waits for the end in memory; within it would be one more step.
        await OUTSIDE(() => handle.getResult())
      })
    } finally {
      this.#parts.lanes.delete(id)
    }
    kept.result()
  }

  async #recorded(kept: Kept<unknown>, call: () => Promise<unknown>): Promise<void> {
    try {
      await this.#inside(call)
    } catch {
      kept.rethrow()
      throw new Stopped('lost')
    }
  }
}

const OUTSIDE = AsyncLocalStorage.snapshot()

/** What work led to, kept out of DBOS's sight. */
class Kept<T> {
  #outcome: { value: T } | { error: unknown } | undefined

  /** Never throws. */
  async of(work: () => Promise<T>): Promise<T | 'thrown'> {
    try {
      const value = await work()
      this.#outcome = { value }
      return value
    } catch (error) {
      this.#outcome = { error }
      return 'thrown'
    }
  }

  rethrow(): void {
    if (this.#outcome !== undefined && 'error' in this.#outcome) throw this.#outcome.error
  }

  /** @throws what the work threw; Stopped when it was never done here */
  result(): T {
    this.rethrow()
    if (this.#outcome === undefined || !('value' in this.#outcome)) throw new Stopped('lost')
    return this.#outcome.value
  }
}
