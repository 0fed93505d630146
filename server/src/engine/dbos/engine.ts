/**
 * The engine for more than one machine: runs live in the memory of one node at a time, their journal stands in PostgreSQL, and
 * DBOS Transact decides which node lives a run's next life, and when.
 *
 * Who owns what: `RunEngine` owns the runs in this node's memory; `StoredJournal` their rows; `Transact` what DBOS keeps of them,
 * which is ids and words; `Lease` the right to act for them; `Cluster` what becomes of other nodes' runs. This object
 * wires them, and goes from one life of a run to the next.
 *
 * Order: a run's rows are committed, keyring and all, and then its workflow starts (I2). Where that fails, or a node dies in
 * between, the rows are found by `Cluster` and moved on. Keeps I3 and I5 by the fences of `lives.ts` and `stored/commands.ts`.
 */
import { Fault, type Json } from '@bellhop/sdk'
import { toErrorRecord, type ErrorRecord } from '../../secrets/error-record.ts'
import type { MasterKey } from '../../secrets/seal.ts'
import { runKey, type RunId } from '../../storage/ids.ts'
import { isStorageTrouble } from '../../storage/trouble.ts'
import { RunEngine, type EngineParts, type Walk } from '../engine.ts'
import type { LiveRun } from '../live-run.ts'
import type { AcceptResult, Engine, NewRun, Resuming, ResumeResult, RunEnd, RunEvent, StopReason } from '../port.ts'
import { CRASH_LIMIT, crashedTooOften } from '../schedule.ts'
import { StoredJournal } from '../stored/journal.ts'
import { lastKey, loadRun, type Loaded } from '../stored/load.ts'
import { FreshPlaces } from '../stored/places.ts'
import type { Shared, StoredRun } from '../stored/run-journal.ts'
import { Cluster, type ClusterStorage } from './cluster.ts'
import { Following } from './following.ts'
import { Lease, LEASE_TIMES, type LeaseTimes } from './lease.ts'
import type { Line } from './line.ts'
import { waitingRun } from './lives.ts'
import { Transact } from './transact.ts'

/** What DBOS knows the journal's format by: a release reads every format that has unfinished runs. */
export const JOURNAL_FORMAT = 1

export interface DbosEngineParts extends Pick<EngineParts, 'execute' | 'now' | 'random'> {
  storage: ClusterStorage
  master: MasterKey
  /** `postgres://…`: the storage's database, for DBOS's own connections. */
  url: string
  times?: LeaseTimes
  /** Told what is wrong, in a sentence. */
  say: (message: string) => void
  /** The lease is lost for good: others have this node's runs, and it has to start anew. */
  onLost: () => void
}

interface Walking {
  run: LiveRun
  walk: Walk
}

/** Milliseconds that a node that stops waits for DBOS. */
const FAREWELL_MS = 2000

export class DbosEngine implements Engine {
  readonly durable = true
  readonly #storage: ClusterStorage
  readonly #master: MasterKey
  readonly #now: () => number
  readonly #shared: Shared
  readonly #runs: RunEngine
  readonly #lease: Lease
  readonly #parts: DbosEngineParts
  /** Runs that are about to come into memory, and may be this node's by their rows already: how often each, as lives overtake. */
  readonly #coming = new Map<number, number>()
  /** Runs in memory whose life has not begun to walk. */
  readonly #walking = new Map<string, Walking>()
  /** First lives that DBOS has not begun yet. */
  readonly #beginning = new Set<Promise<void>>()
  #transact: Transact | undefined
  #cluster: Cluster | undefined
  #forgetNotices: () => void = () => {}
  #stopping = false

  /** Joins, but lives no run yet. */
  constructor(parts: DbosEngineParts) {
    const { storage, master, times = LEASE_TIMES, now = Date.now } = parts
    this.#parts = parts
    this.#storage = storage
    this.#master = master
    this.#now = now
    this.#lease = new Lease(
      {
        ...times,
        renew: (lengthMs) => storage.write('renewLease', { id: storage.boot, lengthMs }),
        onLost: () => this.#lost()
      },
      storage.joinedAt
    )
    this.#shared = {
      storage,
      places: new FreshPlaces(storage.slot, now),
      answers: master.sealer('idempotency'),
      onProgress: () => {}
    }
    this.#runs = new RunEngine({
      execute: parts.execute,
      now,
      ...(parts.random === undefined ? {} : { random: parts.random }),
      journal: new StoredJournal({ ...this.#shared, master, onDue: (run) => void this.#wake(run) }),
      tenure: this.#lease,
      carryOut: (run, walk) => this.#walking.set(run.uuid, { run, walk }),
      onLeft: (run, reason) => this.#left(run, reason)
    })
  }

  /** The greatest run key in use. */
  lastKey(): Promise<number> {
    return lastKey(this.#storage.reader)
  }

  /** Whether this node may act for its runs. */
  held(): boolean {
    return this.#lease.held()
  }

  get active(): number {
    return this.#runs.active
  }

  async accept(run: NewRun): Promise<AcceptResult> {
    const result = await this.#comes(run.id.key, () => this.#runs.accept(run))
    if (result.accepted) this.#begin(run.id.uuid)
    return result
  }

  cancel(run: string, note?: string): Promise<boolean> {
    return this.#runs.cancel(run, note)
  }

  resume(run: string, name: string, make: (to: Resuming) => Json): Promise<ResumeResult> {
    return this.#runs.resume(run, name, make)
  }

  onEvent(listener: (event: RunEvent) => void): () => void {
    return this.#runs.onEvent(listener)
  }

  async start(): Promise<void> {
    const { storage, url, say, times = LEASE_TIMES } = this.#parts
    const transact = await Transact.launch({
      url,
      executorId: storage.executor,
      format: JOURNAL_FORMAT,
      live: (line, run, life) => this.#live(line, run, life),
      say
    })
    this.#transact = transact
    const runs = {
      has: (run: number) => this.#coming.has(run) || this.#runs.has(run),
      recheck: (run: number) => this.#runs.recheck(run),
      waiting: () => this.#runs.waiting()
    }
    this.#cluster = new Cluster({ storage, transact, lease: this.#lease, now: this.#now, times, runs })
    this.#forgetNotices = storage.onNotice((subject) => this.#hear(subject))
    this.#cluster.start()
  }

  async stop(graceMs: number): Promise<void> {
    if (this.#stopping) return
    this.#stopping = true
    this.#forgetNotices()
    await Promise.all([this.#cluster?.stop(), this.#runs.stop(graceMs)])
    // Where the database is away, others find out by themselves.
    await within(FAREWELL_MS, Promise.all(this.#beginning))
    await within(FAREWELL_MS, this.#leave())
    this.#lease.end()
    await this.#transact?.stop(0)
  }

  /** Lets go as a killed process does, for tests: nothing that goes on here reaches anything. */
  async crash(): Promise<void> {
    this.#stopping = true
    this.#forgetNotices()
    this.#lease.end()
    void this.#cluster?.stop()
    await this.#transact?.stop(0)
  }

  /** Hands the runs that are left to other nodes, and gives the lease back. */
  async #leave(): Promise<void> {
    try {
      await this.#cluster?.moveOn(this.#storage.boot, { crashed: false })
      await this.#storage.write('endLease', { id: this.#storage.boot })
    } catch {
      // As after a crash.
    }
  }

  /** Has nobody here take a run that is on its way into memory for one that was forgotten: it would have two lives at once. */
  async #comes<T>(run: number, work: () => Promise<T>): Promise<T> {
    this.#coming.set(run, (this.#coming.get(run) ?? 0) + 1)
    try {
      return await work()
    } finally {
      const others = (this.#coming.get(run) ?? 0) - 1
      if (others > 0) this.#coming.set(run, others)
      else this.#coming.delete(run)
    }
  }

  #begin(uuid: string): void {
    const walking = this.#walking.get(uuid)
    const begun = Promise.resolve(this.#transact?.begin(uuid))
      .catch(() => void walking?.run.stop('lost'))
      .finally(() => this.#beginning.delete(begun))
    this.#beginning.add(begun)
  }

  /** One life of a run, as DBOS has it live here. */
  async #live(line: Line, uuid: string, life: number): Promise<void> {
    const walking = this.#take(uuid) ?? (await this.#takeUp(uuid, life).catch(whereTrouble))
    if (walking === undefined) return
    const following = new Following(walking.run, line)
    await walking.walk(following)
    await following.settled()
    if (walking.run.stopped?.reason === 'suspended') await this.#askForNext(walking.run.context.id).catch(whereTrouble)
  }

  /**
   * How often a node died with the run; undefined where the life is somebody else's. While the database is away it waits, as for
   * DBOS the life is lived when this returns.
   */
  async #beginLife(run: number, life: number): Promise<number | undefined | 'not_here'> {
    const { storage } = this.#parts
    for (;;) {
      // Another life has to follow.
      if (this.#stopping) return this.#cluster?.passOn({ run, life }).then(() => 'not_here')
      try {
        return await storage.write('beginLife', { run, life, boot: storage.boot })
      } catch (error) {
        whereTrouble(error)
      }
      await storage.room()
    }
  }

  #take(uuid: string): Walking | undefined {
    const walking = this.#walking.get(uuid)
    this.#walking.delete(uuid)
    return walking
  }

  /** Brings a run into memory. Undefined where it is somebody else's, or has gone on or ended: then this life was lived before. */
  async #takeUp(uuid: string, life: number): Promise<Walking | undefined> {
    const run = runKey(uuid)
    return run === undefined ? undefined : this.#comes(run, () => this.#bringBack(run, uuid, life))
  }

  async #bringBack(run: number, uuid: string, life: number): Promise<Walking | undefined> {
    const crashes = await this.#beginLife(run, life)
    if (crashes === 'not_here') return undefined
    if (crashes === undefined) return this.#askForNext({ key: run, uuid }).then(() => undefined)
    try {
      const loaded = await loadRun(this.#shared, this.#master, run)
      if (loaded === undefined) return undefined
      if (crashes >= CRASH_LIMIT)
        return await this.#endUnable(
          loaded,
          crashedTooOften('error' in loaded ? undefined : loaded.finished.at(-1)),
          'crashed'
        )
      if ('error' in loaded) return await this.#endUnable(loaded, toErrorRecord(loaded.error), 'failed')
      this.#runs.adopt(loaded.parts)
      // What came while it was read was told to nobody.
      await this.#runs.recheck(run)
      return this.#take(uuid)
    } catch (error) {
      this.#take(uuid)?.run.stop('lost')
      this.#cluster?.abandon({ run, life })
      throw error
    }
  }

  async #endUnable(loaded: Loaded, error: ErrorRecord, status: 'failed' | 'crashed'): Promise<undefined> {
    const end: RunEnd = { status, error }
    const at = this.#now()
    const journal: StoredRun = loaded.journal
    if (await journal.end(end, at, [])) this.#runs.tellEnd(uuidOf(loaded), end, at)
  }

  /** Has the next life of a run begin when it is due. */
  async #askForNext({ key }: RunId): Promise<void> {
    const row = await this.#storage.reader.get(waitingRun, { run: key })
    if (row !== undefined) await this.#transact?.next(row.uuid, row.life, (row.wake_at ?? 0) - this.#now())
  }

  /** A run that waits in nobody's memory is due: its resumption has come. */
  async #wake({ key }: RunId): Promise<void> {
    try {
      const row = await this.#storage.reader.get(waitingRun, { run: key })
      if (row !== undefined) await this.#transact?.wake(row.uuid, row.life)
    } catch {
      // The cluster finds it overdue.
    }
  }

  #left(run: LiveRun, reason: StopReason): void {
    this.#walking.delete(run.uuid)
    if (reason === 'lost') this.#cluster?.abandon({ run: run.context.id.key, life: run.journal.life })
  }

  /** Another node has ended or resumed a run. */
  #hear(subject: string): void {
    const [what, uuid = ''] = subject.split(' ')
    const run = what === 'run' ? runKey(uuid) : undefined
    if (run !== undefined) this.#runs.recheck(run).catch(() => {})
  }

  #lost(): void {
    this.#runs.letGo()
    this.#parts.onLost()
  }
}

function uuidOf(loaded: Loaded): string {
  return 'error' in loaded ? loaded.uuid : loaded.parts.context.id.uuid
}

/** Waits for work, but not for longer than that. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  const over = Promise.withResolvers<void>()
  const timer = setTimeout(over.resolve, ms)
  await Promise.race([work, over.promise])
  clearTimeout(timer)
}

/** For want of the database: what was to be done is done later, or the cluster finds it by the rows. */
function whereTrouble(error: unknown): undefined {
  if (!(error instanceof Fault && isStorageTrouble(error.code))) throw error
  return undefined
}
