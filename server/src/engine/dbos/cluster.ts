/**
 * What becomes of runs that nobody lives: those of nodes that are gone, those that this node had to let go of, and those whose
 * next life nobody asked for, because whoever should have died before. Every node looks; each look may be repeated by
 * any other, since what moves a run on is carried out once (`lives.ts`) and asking for a life twice is asking once.
 */
import type { Storage } from '../../storage/storage.ts'
import type { RunEngine } from '../engine.ts'
import { SUSPECT_AFTER } from '../schedule.ts'
import type { EngineCommands } from '../stored/commands.ts'
import type { Lease, LeaseTimes } from './lease.ts'
import { heldBy, nextLife, overdue, unsettledBoots, type Life, type lifeCommands, type NextLife } from './lives.ts'
import { departed, type nodeCommands } from './node-rows.ts'
import type { Transact } from './transact.ts'

/** What the engine needs of the storage of a node. */
export type ClusterStorage = Pick<
  Storage<EngineCommands & typeof lifeCommands & typeof nodeCommands>,
  'write' | 'reader' | 'boot' | 'room' | 'onNotice'
> & {
  /** This start, as DBOS knows it. */
  readonly executor: string
  /** This node's own among all nodes, for `Keys`. */
  readonly slot: number
  /** `performance.now()` from before the node's row was made. */
  readonly joinedAt: number
}

export interface ClusterParts {
  storage: ClusterStorage
  transact: Pick<Transact, 'next' | 'wake' | 'queued' | 'recover' | 'forget'>
  lease: Pick<Lease, 'held' | 'heldFor'>
  runs: Pick<RunEngine, 'has' | 'recheck' | 'waiting'>
  now: () => number
  times: LeaseTimes
}

/** Runs that are moved on in one transaction. */
const BATCH = 100
/** Overdue runs that are looked for at a time: the queue has the others. */
const OVERDUE = 200
/** What DBOS keeps of a life that ended is deleted after this, so many at a time. */
const FORGET_AFTER_MS = 60_000
const FORGET_EVERY_MS = 15_000
const FORGOTTEN_AT_ONCE = 2000
/** A node's row outlives it by this: what it claimed last may be committed late, and is recovered as long. */
const BURIED_FOR_MS = 120_000
/** A run that took nodes down several times waits before its next life, so that no other is blamed for what it does. */
const SUSPECT_DELAY_MS = 10_000
const LONGEST_DELAY_MS = 120_000
/** A life that has been due for so long is given up for another. */
const LOST_AFTER_MS = 30_000

export class Cluster {
  readonly #parts: ClusterParts
  /** By run, the life that this node had. */
  readonly #abandoned = new Map<number, number>()
  /** The same of runs that are this node's by their rows, and were not in its memory at the last look. */
  #strays = new Map<number, number>()
  #timer: NodeJS.Timeout | undefined
  #looking: Promise<void> = Promise.resolve()
  #stopped = false
  #forgetAt = 0

  constructor(parts: ClusterParts) {
    this.#parts = parts
  }

  start(): void {
    this.#schedule()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#timer)
    await this.#looking
  }

  /** This node lets go of a life of a run: it is moved on with the next look, unless it was by then. */
  abandon({ run, life }: Life): void {
    this.#abandoned.set(run, life)
  }

  /** Has another life follow, on whichever node, where nobody has begun this one. */
  async passOn(life: Life): Promise<void> {
    await this.#moveRuns(0, [life])
  }

  /** Moves every run of a node on to its next life. */
  async moveOn(boot: number, { crashed }: { crashed: boolean }): Promise<void> {
    const { storage, now } = this.#parts
    for (;;) {
      const moved = await storage.write('moveRunsOn', { boot, limit: BATCH, crashed, at: now() })
      await this.#askFor(moved)
      // A batch may be short because a run has ended meanwhile.
      if (moved.length === 0) return
    }
  }

  #schedule(): void {
    const { renewEveryMs } = this.#parts.times
    // Nodes that started together drift apart.
    const pause = (renewEveryMs / 2) * (0.75 + Math.random() / 2)
    this.#timer = setTimeout(() => {
      this.#looking = this.#look()
        .catch(() => {
          // The database is away: whatever was to be done is found again.
        })
        .then(() => (this.#stopped ? undefined : this.#schedule()))
    }, pause)
  }

  async #look(): Promise<void> {
    const { lease, times } = this.#parts
    if (lease.heldFor >= times.graceMs) await this.#settleDeparted()
    if (!lease.held()) return
    await this.#findStrays()
    await this.#moveAbandoned()
    await this.#askForOverdue()
    await this.#recheck()
    if (performance.now() >= this.#forgetAt) await this.#forget()
  }

  /** Nodes whose lease has expired are declared gone, and their runs moved on. */
  async #settleDeparted(): Promise<void> {
    const { storage, transact } = this.#parts
    const rows = await storage.reader.all(departed, { id: storage.boot })
    for (const { id, gone_at } of rows) if (gone_at === null) await storage.write('buryNode', { id })
    for (const { boot } of await storage.reader.all(unsettledBoots)) await this.moveOn(boot, { crashed: true })
    // What DBOS has of them is lives that are over: they are ended by whoever finds them.
    if (rows.length > 0) await transact.recover(rows.map((row) => row.executor))
    await storage.write('forgetNodes', { forMs: BURIED_FOR_MS })
  }

  /** A commit that made a run this node's may have been carried out without this node having heard of it. */
  async #findStrays(): Promise<void> {
    const { storage, runs } = this.#parts
    const rows = await storage.reader.all(heldBy, { boot: storage.boot })
    const strays = rows.filter(({ run }) => !runs.has(run))
    for (const stray of strays) if (this.#strays.get(stray.run) === stray.life) this.abandon(stray)
    this.#strays = new Map(strays.map(({ run, life }) => [run, life]))
  }

  async #moveAbandoned(): Promise<void> {
    if (this.#abandoned.size === 0) return
    const lives = [...this.#abandoned].map(([run, life]) => ({ run, life }))
    await this.#moveRuns(this.#parts.storage.boot, lives)
    for (const { run, life } of lives) if (this.#abandoned.get(run) === life) this.#abandoned.delete(run)
  }

  async #moveRuns(boot: number, lives: readonly Life[]): Promise<void> {
    const { storage, now } = this.#parts
    const args = { boot, lives, limit: lives.length, crashed: false, at: now() }
    await this.#askFor(await storage.write('moveRunsOn', args))
  }

  async #askForOverdue(): Promise<void> {
    const { storage, transact, now, times } = this.#parts
    const before = now() - times.renewEveryMs
    const lives = (await storage.reader.all(overdue, { before, limit: OVERDUE })).map(nextLife)
    if (lives.length === 0) return
    // One that waits its turn needs nothing. Given up for another it would wait anew, behind all others, as often as it takes long.
    const queued = await transact.queued(lives)
    const lost: Life[] = []
    for (const life of lives.filter((one) => !queued.has(one))) {
      const late = before - life.wakeAt - suspicion(life.crashes)
      if (late > LOST_AFTER_MS) lost.push(life)
      else if (late > 0) await transact.wake(life.uuid, life.life)
    }
    // Whoever had that life has not begun it: it is over for DBOS, or then finds that it is.
    if (lost.length > 0) await this.#moveRuns(0, lost)
  }

  /** A notice may have been lost. */
  async #recheck(): Promise<void> {
    for (const run of this.#parts.runs.waiting()) await this.#parts.runs.recheck(run)
  }

  async #forget(): Promise<void> {
    const before = new Date(Date.now() - FORGET_AFTER_MS)
    const forgotten = await this.#parts.transact.forget(before, FORGOTTEN_AT_ONCE)
    if (forgotten < FORGOTTEN_AT_ONCE) this.#forgetAt = performance.now() + FORGET_EVERY_MS * (0.5 + Math.random())
  }

  async #askFor(lives: readonly NextLife[]): Promise<void> {
    const { transact } = this.#parts
    await Promise.all(lives.map(({ uuid, life, crashes }) => transact.next(uuid, life, suspicion(crashes))))
  }
}

/** Milliseconds, longer with each death, and not the same for two runs that died together. */
function suspicion(crashes: number): number {
  if (crashes < SUSPECT_AFTER) return 0
  const most = Math.min(SUSPECT_DELAY_MS * 2 ** (crashes - SUSPECT_AFTER), LONGEST_DELAY_MS)
  return (most / 2) * (1 + Math.random())
}
