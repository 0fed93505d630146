/** Lets so many in at a time, in turn; fewer than the server puts up with. */
export class Gate {
  #room: number
  readonly #waiting: (() => void)[] = []

  constructor(room: number) {
    this.#room = room
  }

  /** Calls back when there is room, at once where there is. */
  enter(inside: () => void): void {
    if (this.#room === 0) {
      this.#waiting.push(inside)
      return
    }
    this.#room -= 1
    inside()
  }

  /** One that was let in has left. */
  leave(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#room += 1
    else next()
  }
}
