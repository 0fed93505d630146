/**
 * Things by number that come and go by the thousand, like runs in memory.
 *
 * A `Map` moves to a new table after every few deletions, and V8's discarded table keeps what stood in it, and the next
 * table. Once a collection has made one of them old, the next young one survives for its sake, and so on: everything that
 * ever passed through stays until a full collection. So the table holds slots, and whoever leaves empties his own.
 */
export class Passing<T extends object> {
  readonly #slots = new Map<number, { held: T | undefined }>()

  get size(): number {
    return this.#slots.size
  }

  get(key: number): T | undefined {
    return this.#slots.get(key)?.held
  }

  set(key: number, value: T): void {
    this.delete(key)
    this.#slots.set(key, { held: value })
  }

  delete(key: number): void {
    const slot = this.#slots.get(key)
    if (slot === undefined) return
    slot.held = undefined
    this.#slots.delete(key)
  }

  /** In the order in which they came; those that come or go meanwhile are seen, or not. */
  *values(): Generator<T> {
    for (const { held } of this.#slots.values()) if (held !== undefined) yield held
  }
}
