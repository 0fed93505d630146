/** Lets so many go on at a time, the others in the order in which they came. */
export class Seats {
  #free: number
  readonly #waiting: (() => void)[] = []

  constructor(seats: number) {
    this.#free = seats
  }

  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#free += 1
      else next()
    }
  }
}
