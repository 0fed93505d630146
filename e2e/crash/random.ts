/**
 * Random choices that a seed repeats. What a run of this suite does still depends on the machine's timing, but its
 * plan (which workflows, which moments to kill at) is the same for the same seed.
 */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** From [0, 1). Mulberry32: a few lines, and random enough to choose by. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let t = this.#state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }

  /** A whole number, both ends included. */
  between(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1))
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  /** One of the items, each as likely as its weight. */
  pick<T extends { weight: number }>(items: readonly T[]): T {
    let left = this.next() * items.reduce((sum, { weight }) => sum + weight, 0)
    for (const item of items) {
      left -= item.weight
      if (left < 0) return item
    }
    throw new Error('there is nothing to pick from')
  }

  /** A stream of its own, so that one part's choices do not depend on how many another part made. */
  fork(): Random {
    return new Random(this.between(0, 2 ** 32 - 1))
  }
}
