import type { RunEvent } from './port.ts'

/** Tells listeners what happens in runs. A listener that throws is the process's problem, not the run's. */
export class RunEvents {
  readonly #listeners = new Set<(event: RunEvent) => void>()

  /** Whether anybody listens: events need not be made otherwise. */
  get heard(): boolean {
    return this.#listeners.size > 0
  }

  add(listener: (event: RunEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  emit(event: RunEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event)
      } catch (error) {
        queueMicrotask(() => {
          throw error
        })
      }
    }
  }
}
