/**
 * The sweeper: takes away what retention no longer keeps, while everything else goes on.
 *
 * Who owns what: it decides on the main thread's read connection, in steps of well under a millisecond, and deletes by
 * commands that hold the writer for a few milliseconds each, with a rest between them, so that what ingress writes never
 * waits longer than that. It remembers nothing that it could not find out again: after a crash the next sweep goes on.
 *
 * It never deletes a run that has not ended; the writer looks again before it deletes.
 */
import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises'
import type { Reader } from '../storage/tx.ts'
import { query } from '../storage/query.ts'
import type { WorkflowCommands } from '../workflow/commands.ts'
import type { historyCommands } from './commands.ts'
import { DAY_MS, isDue, lastCandidate, policyOf, type PolicySource, type RetentionPolicy } from './retention.ts'
import { RunWindow } from './run-window.ts'
import type { Slice } from './slices.ts'

type SweepCommands = typeof historyCommands & Pick<WorkflowCommands, 'removeOrphanVersions'>

/** What the sweeper needs of `Storage`. */
interface SweepStorage {
  readonly reader: Reader
  readonly full: boolean
  write<K extends keyof SweepCommands>(
    name: K,
    args: Parameters<SweepCommands[K]>[1]
  ): Promise<Awaited<ReturnType<SweepCommands[K]>>>
}

export interface SweeperParts {
  storage: SweepStorage
  versions: PolicySource
  /** Unix milliseconds. */
  now(): number
  /** Hears of sweeps that failed (a full disk) and of workflows that could not be swept. */
  onError?(error: unknown): void
  /** Where there are several: one sweeps for all, and only as long as nobody takes it for dead. */
  node?: { held(): boolean; leads(): Promise<boolean> }
  /** Milliseconds from one sweep to the next. Default 5,000. */
  intervalMs?: number
}

/** What one sweep did. */
export interface SweepReport {
  runs: number
  idempotencyKeys: number
  ticks: number
  testEvents: number
  /** Commands that it took, and the longest that one held the writer, in milliseconds. */
  slices: number
  longestMs: number
}

/** Milliseconds that a command may hold the writer. The commit that follows, and a very large row, come on top. */
const SLICE_MS = 3
/** Rest after a slice, as a multiple of what it took; none on a full disk. */
const REST = 1
/** Keys that travel in one command: more than fit into its time. */
const SLICE_RUNS = 300
/** Runs of one workflow that one sweep looks at, in chunks, before the next workflow has its turn. */
const CHUNK = 500
const CHUNKS = 10
const TICK_MS = 1_000
/** Versions of deleted workflows are looked for this often, in milliseconds, and go this many at a time. */
const VERSIONS_MS = 3_600_000
const VERSIONS = 20

const nextWorkflow = query<{ after: number }>()((db, p) =>
  db.selectFrom('runs').select('workflow_id as id').where('workflow_id', '>', p.after).orderBy('workflow_id').limit(1)
)

const candidates = query<{ workflow: number; after: number; last: number }>()((db, p) =>
  db
    .selectFrom('runs')
    .select(['id', 'ended_at'])
    .where('workflow_id', '=', p.workflow)
    .where('id', '>', p.after)
    .where('id', '<=', p.last)
    .orderBy('id')
    .limit(CHUNK)
)

/** Where the sweeper stands with one workflow. */
interface Progress {
  window: RunWindow
  /** Runs up to this key have been looked at in this round. */
  seen: number
}

export class Sweeper {
  readonly #parts: SweeperParts
  readonly #progress = new Map<number, Progress>()
  readonly #stop = new AbortController()
  #timer: NodeJS.Timeout | undefined
  #due = 0
  #versionsDue = 0
  /** Workflows whose policy could not be read, so that each is reported once. */
  readonly #unreadable = new Set<number>()
  #current: Promise<SweepReport> | undefined

  constructor(parts: SweeperParts) {
    this.#parts = parts
  }

  /** Starts to sweep every few seconds, and every second while the disk is full. */
  start(): void {
    this.#timer ??= setInterval(() => void this.#tick(), TICK_MS).unref()
  }

  /** Sweeps now, until nothing is due. While a sweep goes on, another one follows it. */
  sweep(): Promise<SweepReport> {
    const before = this.#current ?? Promise.resolve()
    const sweep = before.then(
      () => this.#sweep(),
      () => this.#sweep()
    )
    this.#current = sweep
    const over = (): void => {
      if (this.#current === sweep) this.#current = undefined
    }
    sweep.then(over, over)
    return sweep
  }

  /** Ends sweeping; resolves when the last command has been answered. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#stop.abort()
    await this.#current?.catch(() => undefined)
  }

  /** Nothing is deleted any more. */
  get #over(): boolean {
    return this.#stop.signal.aborted || this.#parts.node?.held() === false
  }

  async #tick(): Promise<void> {
    const { node } = this.#parts
    const now = this.#parts.now()
    if (this.#current !== undefined || (now < this.#due && !this.#parts.storage.full)) return
    this.#due = now + (this.#parts.intervalMs ?? 5_000)
    try {
      if (node === undefined || (await node.leads())) await this.sweep()
    } catch (error) {
      this.#parts.onError?.(error)
    }
  }

  async #sweep(): Promise<SweepReport> {
    const report: SweepReport = { runs: 0, idempotencyKeys: 0, ticks: 0, testEvents: 0, slices: 0, longestMs: 0 }
    while (await this.#round(report)) await turn()
    const before = this.#parts.now() - DAY_MS
    report.idempotencyKeys = await this.#repeat('deleteIdempotency', before, report)
    report.ticks = await this.#repeat('deleteTicks', before, report)
    report.testEvents = await this.#repeat('deleteTestEvents', before, report)
    await this.#sweepData()
    await this.#removeVersions()
    return report
  }

  /** What has expired in data stores, and what steps of deleted workflows kept. */
  async #sweepData(): Promise<void> {
    const { storage } = this.#parts
    while (!this.#over) {
      if (await storage.write('sweepData', { now: this.#parts.now() })) return
      await turn()
    }
  }

  /** A deleted workflow's versions stay until its last run is gone. They are few, so they are looked for rarely. */
  async #removeVersions(): Promise<void> {
    const { storage } = this.#parts
    const now = this.#parts.now()
    if (now < this.#versionsDue || storage.full) return
    this.#versionsDue = now + VERSIONS_MS
    while (!this.#over) {
      if ((await storage.write('removeOrphanVersions', { limit: VERSIONS })) < VERSIONS) return
    }
  }

  /** One look at every workflow that has runs. True when there is more to do at once. */
  async #round(report: SweepReport): Promise<boolean> {
    const { reader } = this.#parts.storage
    const present = new Set<number>()
    let more = false
    for (let after = 0; !this.#over;) {
      const workflow = (await reader.get(nextWorkflow, { after }))?.id
      if (workflow === undefined) break
      present.add(workflow)
      more = (await this.#sweepWorkflow(workflow, report)) || more
      after = workflow
      await turn()
    }
    for (const workflow of this.#progress.keys()) if (!present.has(workflow)) this.#forget(workflow)
    return more && !this.#over
  }

  /** A workflow that has no runs any more. */
  #forget(workflow: number): void {
    this.#progress.delete(workflow)
    this.#unreadable.delete(workflow)
  }

  async #sweepWorkflow(workflow: number, report: SweepReport): Promise<boolean> {
    const policy = await this.#policyOf(workflow)
    if (policy === undefined) return false
    const progress = this.#progress.get(workflow) ?? { window: new RunWindow(), seen: 0 }
    this.#progress.set(workflow, progress)
    const caughtUp = !policy.keep || (await this.#moveWindow(workflow, progress.window, policy))
    const found = await this.#sweepCandidates(workflow, policy, progress, report)
    return !caughtUp || found
  }

  /** Undefined where a workflow's definition cannot be read: its runs stay until it can. */
  async #policyOf(workflow: number): Promise<RetentionPolicy | undefined> {
    try {
      return await policyOf(this.#parts.versions, workflow)
    } catch (error) {
      if (!this.#unreadable.has(workflow)) this.#parts.onError?.(error)
      this.#unreadable.add(workflow)
      return undefined
    }
  }

  async #moveWindow(workflow: number, window: RunWindow, policy: RetentionPolicy): Promise<boolean> {
    for (let step = 0; step < CHUNKS; step++) {
      const { reader } = this.#parts.storage
      if (await window.step(reader, workflow, policy.max_events, this.#parts.now())) return true
      await turn()
    }
    return false
  }

  /** Looks at a few runs more, and deletes those that are due. True when there were some and there may be others. */
  async #sweepCandidates(
    workflow: number,
    policy: RetentionPolicy,
    progress: Progress,
    report: SweepReport
  ): Promise<boolean> {
    const { floor } = progress.window
    const now = this.#parts.now()
    const last = lastCandidate(policy, floor, now)
    let found = false
    for (let chunk = 0; chunk < CHUNKS; chunk++) {
      const runs = await this.#parts.storage.reader.all(candidates, { workflow, after: progress.seen, last })
      const due = runs.filter((run) => isDue(run, policy, floor, now)).map((run) => run.id)
      await this.#deleteRuns(due, progress.window, report)
      if (this.#over) return false
      found ||= due.length > 0
      progress.seen = runs.at(-1)?.id ?? 0
      if (runs.length < CHUNK) {
        // Those that stayed are looked at again by the next sweep: they may have ended by then.
        progress.seen = 0
        return false
      }
      await turn()
    }
    return found
  }

  async #deleteRuns(due: readonly number[], window: RunWindow, report: SweepReport): Promise<void> {
    for (let from = 0; from < due.length && !this.#over;) {
      const runs = due.slice(from, from + SLICE_RUNS)
      const slice = await this.#parts.storage.write('deleteRuns', { runs, budgetMs: SLICE_MS })
      for (const key of runs.slice(0, slice.settled)) window.removed(key)
      from += slice.settled
      report.runs += slice.settled
      await this.#rest(slice, report)
    }
  }

  /** Repeats a command that deletes what is older than `before`. Returns how many rows went. */
  async #repeat(
    name: 'deleteIdempotency' | 'deleteTicks' | 'deleteTestEvents',
    before: number,
    report: SweepReport
  ): Promise<number> {
    for (let rows = 0; ;) {
      if (this.#over) return rows
      const slice = await this.#parts.storage.write(name, { before, budgetMs: SLICE_MS })
      rows += slice.settled
      if (slice.done) return rows
      await this.#rest(slice, report)
    }
  }

  async #rest(slice: Slice, report: SweepReport): Promise<void> {
    report.slices++
    report.longestMs = Math.max(report.longestMs, slice.tookMs)
    if (this.#parts.storage.full || this.#over) return
    await pause(Math.ceil(slice.tookMs * REST), undefined, { signal: this.#stop.signal }).catch(() => undefined)
  }
}
