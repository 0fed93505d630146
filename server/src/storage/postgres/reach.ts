/** Whether the database can be written to, and a look now and then whether it can again. */
import type { Fault } from '@bellhop/sdk'

const FIRST_LOOK_MS = 100
const LOOK_MS = 1000

export class Reach {
  readonly #look: () => Promise<void>
  readonly #onTrouble: (trouble: Fault) => void
  #trouble: Fault | undefined
  #timer: NodeJS.Timeout | undefined
  #waiters: (() => void)[] = []
  #ended = false

  /**
   * @param look rejects while the database cannot be reached
   * @param onTrouble told once each time that trouble begins
   */
  constructor(look: () => Promise<void>, onTrouble: (trouble: Fault) => void) {
    this.#look = look
    this.#onTrouble = onTrouble
  }

  /** Why nothing can be written now. */
  get trouble(): Fault | undefined {
    return this.#trouble
  }

  /** Notes what keeps it from being written to, until a look says otherwise. */
  note(trouble: Fault): void {
    if (this.#ended) return
    const before = this.#trouble
    this.#trouble = trouble
    if (before !== undefined) return
    this.#onTrouble(trouble)
    // That it answers says nothing of its room: only another write can tell, and that gets its chance a second later.
    this.#lookIn(trouble.code === 'storage_full' ? LOOK_MS : FIRST_LOOK_MS)
  }

  /** Resolves when it is worth trying. */
  room(): Promise<void> {
    return this.#trouble === undefined ? Promise.resolve() : new Promise((resolve) => this.#waiters.push(resolve))
  }

  /** Looks no more. */
  end(): void {
    this.#ended = true
    clearTimeout(this.#timer)
  }

  #lookIn(ms: number): void {
    if (this.#ended) return
    // Nodes that lost the database together do not come back together.
    const jittered = ms * (0.5 + Math.random() / 2)
    this.#timer = setTimeout(() => {
      this.#look().then(
        () => this.#clear(),
        () => this.#lookIn(Math.min(2 * ms, LOOK_MS))
      )
    }, jittered)
  }

  #clear(): void {
    this.#trouble = undefined
    const waiters = this.#waiters
    this.#waiters = []
    for (const resolve of waiters) resolve()
  }
}
