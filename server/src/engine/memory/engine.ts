/**
 * The engine in memory: for `x-pd-nostore` runs (I4), whose only trace is a counter, and for tests.
 *
 * Who owns what: runs live in the shared part; here are which runs are unfinished, the resumptions that came before
 * their waits, and the idempotency keys of the last day. I2 does not cover these runs: `durable` is false.
 */
import type { Json } from '@bellhop/sdk'
import { RunEngine, type EngineParts } from '../engine.ts'
import type { AcceptResult, Engine, NewRun, Resuming, ResumeResult, RunEvent } from '../port.ts'
import { LONG_WAIT_MS } from '../schedule.ts'
import { MemoryJournal, type Onlooker } from './journal.ts'

export interface MemoryEngineOptions extends Omit<EngineParts, 'journal' | 'onLeft'> {
  /** Refuses what would have to be remembered: sleeps and waits of more than 5 s (I4). */
  nostore?: boolean
  /** Told of what the runs leave, which is forgotten otherwise. */
  onlooker?: Onlooker
}

export class MemoryEngine implements Engine {
  readonly durable = false
  readonly #runs: RunEngine
  #accepted = 0

  constructor({ nostore = false, onlooker, ...parts }: MemoryEngineOptions) {
    this.#runs = new RunEngine({ ...parts, journal: new MemoryJournal(nostore ? LONG_WAIT_MS : Infinity, onlooker) })
  }

  /** How many runs were accepted since the start: all that remembers them. */
  get accepted(): number {
    return this.#accepted
  }

  get active(): number {
    return this.#runs.active
  }

  async accept(run: NewRun): Promise<AcceptResult> {
    const result = await this.#runs.accept(run)
    if (result.accepted) this.#accepted++
    return result
  }

  cancel(run: string, note?: string): Promise<boolean> {
    return this.#runs.cancel(run, note)
  }

  resume(run: string, name: string, make: (to: Resuming) => Json): Promise<ResumeResult> {
    return this.#runs.resume(run, name, make)
  }

  /** There is nothing to recover. */
  async start(): Promise<void> {}

  stop(graceMs: number): Promise<void> {
    return this.#runs.stop(graceMs)
  }

  onEvent(listener: (event: RunEvent) => void): () => void {
    return this.#runs.onEvent(listener)
  }
}
