/**
 * Few connections, made when they are needed and ended when they have been idle. The configuration is read anew for each
 * one, so that a rotated password counts from the next connection on, and one that leads elsewhere serves nobody.
 *
 * Who owns what: the pool owns every connection, and lends one at a time to whoever has a place. A connection whose
 * borrower gave up is abandoned; any other is reset before it is lent again.
 */
import { until } from '../until.ts'
import { Stale, type Connection } from './driver.ts'

export interface PoolParts {
  most: number
  idleMs: number
  /** What a connection must have been made for to be lent now. */
  target(): string
  connect(signal: AbortSignal): Promise<Connection>
}

/** Milliseconds that cleaning up or ending may take before the connection is dropped as it is. */
const PATIENCE_MS = 5_000

interface Idle {
  connection: Connection
  target: string
  timer: NodeJS.Timeout
}

export class Pool {
  readonly #parts: PoolParts
  readonly #idle: Idle[] = []
  readonly #waiting: (() => void)[] = []
  /** What ends in the background. */
  readonly #ending = new Set<Promise<unknown>>()
  readonly #lent = new Set<Connection>()
  /** Connections that are about to be idle. */
  readonly #resetting = new Set<Promise<void>>()
  #places: number
  #closed = false

  constructor(parts: PoolParts) {
    this.#parts = parts
    this.#places = parts.most
  }

  /**
   * Lends a connection to `work`; another one, if the first had ended while it was idle.
   * @throws the signal's reason, and whatever `connect` and `work` throw
   */
  async use<T>(signal: AbortSignal, work: (connection: Connection) => Promise<T>): Promise<T> {
    await this.#place(signal)
    let lent: Connection | undefined
    let target = ''
    try {
      for (;;) {
        target = this.#parts.target()
        const reused = await this.#reuse(target, signal)
        const connection = reused ?? (await this.#parts.connect(signal))
        lent = connection
        this.#lent.add(connection)
        try {
          return await until(signal, work(connection))
        } catch (error) {
          if (!(error instanceof Stale)) throw error
          if (reused === undefined) throw error.cause
          lent = undefined
          this.#lent.delete(connection)
          this.#inBackground(connection.abandon())
        }
      }
    } finally {
      if (lent === undefined) this.#free()
      else this.#giveBack(lent, target, signal.aborted)
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    for (const { connection, timer } of this.#idle.splice(0)) {
      clearTimeout(timer)
      this.#inBackground(connection.end())
    }
    for (const connection of this.#lent) this.#inBackground(connection.abandon())
    await Promise.all(this.#ending)
  }

  async #place(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (this.#places > 0) {
      this.#places -= 1
      return
    }
    const turn = Promise.withResolvers<void>()
    this.#waiting.push(turn.resolve)
    try {
      await until(signal, turn.promise)
    } catch (error) {
      const index = this.#waiting.indexOf(turn.resolve)
      // Its turn came as it gave up.
      if (index === -1) this.#free()
      else this.#waiting.splice(index, 1)
      throw error
    }
  }

  #free(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#places += 1
    else next()
  }

  async #reuse(target: string, signal: AbortSignal): Promise<Connection | undefined> {
    for (;;) {
      const idle = this.#idle.pop()
      if (idle === undefined && this.#resetting.size === 0) return undefined
      // That takes a round trip, and a new connection several.
      if (idle === undefined) await until(signal, Promise.race(this.#resetting))
      else {
        clearTimeout(idle.timer)
        if (idle.connection.usable && idle.target === target) return idle.connection
        this.#inBackground(idle.connection.end())
      }
    }
  }

  #giveBack(connection: Connection, target: string, gaveUp: boolean): void {
    const back = gaveUp ? connection.abandon() : this.#reset(connection, target)
    this.#inBackground(
      back
        .catch(() => connection.abandon())
        .finally(() => {
          this.#lent.delete(connection)
          this.#free()
        })
    )
  }

  async #reset(connection: Connection, target: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#resetting.add(promise)
    try {
      await inTime(connection.reset())
      await this.#keep(connection, target)
    } finally {
      this.#resetting.delete(promise)
      resolve()
    }
  }

  #keep(connection: Connection, target: string): Promise<void> | undefined {
    if (this.#closed || !connection.usable) return connection.end()
    const timer = setTimeout(() => {
      this.#idle.splice(this.#idle.indexOf(idle), 1)
      this.#inBackground(connection.end())
    }, this.#parts.idleMs).unref()
    const idle: Idle = { connection, target, timer }
    this.#idle.push(idle)
    return undefined
  }

  #inBackground(work: Promise<unknown>): void {
    const ended = inTime(work)
      .catch(() => undefined)
      .finally(() => this.#ending.delete(ended))
    this.#ending.add(ended)
  }
}

function inTime<T>(work: Promise<T>): Promise<T> {
  return until(AbortSignal.timeout(PATIENCE_MS), work)
}
