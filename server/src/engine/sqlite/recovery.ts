/**
 * Brings runs back into memory: those that were in flight when an earlier start of the server ended, and those whose
 * wait outside of memory is over.
 *
 * Who owns what: this object decides when which run comes back; it knows their keys and nothing else of them. Rows
 * stay where they are until there is room: at most `AT_A_TIME` runs that were brought back are in memory, and a start
 * with 100,000 of them is as quick as any (design, section 5.4).
 *
 * Suspects, runs with which the process died `SUSPECT_AFTER` times or more, come last and alone: one at a time, when
 * nothing else that was brought back is in memory, and nothing else is brought back until they have got further or
 * gone `ALONE_MS` without harm. So only the run that does it reaches `CRASH_LIMIT`.
 */
import type { Reader } from '../../storage/tx.ts'
import { recoveryOf } from '../schedule.ts'
import * as sql from '../stored/load-queries.ts'

const AT_A_TIME = 200
/** Loaded in one turn of the event loop. */
const BATCH = 20
const ALONE_MS = 30_000
/** A clock that was set is noticed within this time. */
const LONGEST_SLEEP_MS = 60_000
const RETRY_MS = 1000

export interface RecoveryParts {
  reader: Reader
  boot: number
  now(): number
  /** Takes these runs into memory, or ends them; returns those that are now in memory. */
  bringBack(runs: number[]): Promise<number[]>
  /** Ends these runs as crashed. */
  endCrashed(runs: number[]): Promise<void>
}

export class Recovery {
  readonly #parts: RecoveryParts
  /** Runs that were brought back and are in memory. */
  readonly #back = new Set<number>()
  readonly #suspects: number[] = []
  #alone: { run: number; since: number } | undefined
  /** Up to which key the runs left behind by earlier starts have been looked at. */
  #after = 0
  #behind = true
  #lastBack = 0
  #timer: NodeJS.Timeout | undefined
  #state: 'idle' | 'working' | 'again' | 'stopped' = 'stopped'

  constructor(parts: RecoveryParts) {
    this.#parts = parts
  }

  start(): void {
    this.#state = 'idle'
    this.poke()
  }

  stop(): void {
    this.#state = 'stopped'
    clearTimeout(this.#timer)
  }

  /** Something may be due. */
  poke(): void {
    if (this.#state === 'working') this.#state = 'again'
    if (this.#state !== 'idle') return
    this.#state = 'working'
    setImmediate(() => void this.#work())
  }

  /** A run has left memory. */
  left(run: number, suspended: boolean): void {
    const back = this.#back.delete(run)
    if (this.#alone?.run === run) this.#alone = undefined
    if (back || suspended) this.poke()
  }

  /** A suspect has got further: it is none any more. */
  progressed(run: number): void {
    if (this.#alone?.run !== run) return
    this.#alone = undefined
    this.poke()
  }

  async #work(): Promise<void> {
    clearTimeout(this.#timer)
    let pause: number
    try {
      while (await this.#bringBackSome());
      pause = await this.#pause()
    } catch {
      // The disk is full: whoever is due stays due, and whoever was left behind is looked for from the beginning.
      this.#after = 0
      this.#behind = true
      this.#suspects.length = 0
      pause = RETRY_MS
    }
    if (this.#state === 'stopped') return
    const again = this.#state === 'again'
    this.#state = 'idle'
    if (again) this.poke()
    else this.#timer = setTimeout(() => this.poke(), pause)
  }

  /** False when nothing more can be brought back now. */
  async #bringBackSome(): Promise<boolean> {
    if (this.#state === 'stopped' || this.#isAlone()) return false
    const room = Math.min(BATCH, AT_A_TIME - this.#back.size)
    if (room <= 0) return false
    const runs = [...(await this.#due(Math.ceil(room / 2))), ...(await this.#leftBehind(Math.ceil(room / 2)))]
    if (runs.length > 0) await this.#bringBack(runs)
    if (runs.length > 0 || this.#behind) return true
    return this.#bringBackSuspect()
  }

  async #due(limit: number): Promise<number[]> {
    const rows = await this.#parts.reader.all(sql.due, { now: this.#parts.now(), limit })
    return rows.map((row) => row.run)
  }

  /** The next runs that earlier starts left in flight; suspects are put aside. */
  async #leftBehind(limit: number): Promise<number[]> {
    if (!this.#behind) return []
    const { reader, boot } = this.#parts
    const rows = await reader.all(sql.leftBehind, { after: this.#after, boot, limit })
    this.#behind = rows.length === limit
    this.#after = rows.at(-1)?.run ?? this.#after
    const sorted = Map.groupBy(rows, recoveryOf)
    const keys = (what: 'bring_back' | 'bring_back_alone' | 'end'): number[] =>
      sorted.get(what)?.map((row) => row.run) ?? []
    this.#suspects.push(...keys('bring_back_alone'))
    if (sorted.has('end')) await this.#parts.endCrashed(keys('end'))
    return keys('bring_back')
  }

  async #bringBack(runs: number[]): Promise<void> {
    this.#lastBack = performance.now()
    // Noted first: a run may have ended before the call returns.
    for (const run of runs) this.#back.add(run)
    let live = new Set<number>()
    try {
      live = new Set(await this.#parts.bringBack(runs))
    } finally {
      for (const run of runs) if (!live.has(run)) this.#back.delete(run)
    }
  }

  async #bringBackSuspect(): Promise<boolean> {
    if (this.#suspects.length === 0 || (this.#back.size > 0 && !isPast(this.#lastBack))) return false
    const run = this.#suspects.shift()
    if (run === undefined) return false
    this.#alone = { run, since: performance.now() }
    await this.#bringBack([run])
    return true
  }

  #isAlone(): boolean {
    if (this.#alone !== undefined && (!this.#back.has(this.#alone.run) || isPast(this.#alone.since)))
      this.#alone = undefined
    return this.#alone !== undefined
  }

  /** Milliseconds until something may be due by itself. */
  async #pause(): Promise<number> {
    if (this.#alone !== undefined) return ALONE_MS
    if (this.#back.size >= AT_A_TIME) return LONGEST_SLEEP_MS
    const next = await this.#parts.reader.get(sql.nextWake)
    const wakeAt = next?.wake_at ?? Infinity
    const longest = this.#suspects.length > 0 ? ALONE_MS : LONGEST_SLEEP_MS
    return Math.max(0, Math.min(wakeAt - this.#parts.now(), longest))
  }
}

/** Whether `ALONE_MS` have gone by since then (monotonic). */
function isPast(since: number): boolean {
  return performance.now() - since >= ALONE_MS
}
