/**
 * The embedded engine: runs in this process, their journal in SQLite.
 *
 * Who owns what: `RunEngine` owns the runs in memory, `StoredJournal` their rows, `Recovery` the decision which rows
 * come into memory. This object wires them, and ends runs that cannot be brought back.
 *
 * Keeps I2 (accepted is committed, and reaches an end after any crash), I3 and I5; see `commands.ts` for the fences.
 */
import type { Json } from '@bellhop/sdk'
import { toErrorRecord, type ErrorRecord } from '../../secrets/error-record.ts'
import type { MasterKey } from '../../secrets/seal.ts'
import { RunEngine, type EngineParts } from '../engine.ts'
import type { AcceptResult, Engine, NewRun, Resuming, ResumeResult, RunEnd, RunEvent } from '../port.ts'
import { crashedTooOften } from '../schedule.ts'
import { StoredJournal } from '../stored/journal.ts'
import * as sql from '../stored/load-queries.ts'
import { lastKey, loadRun, type Loaded } from '../stored/load.ts'
import { ReusedPlaces } from '../stored/places.ts'
import type { EngineStorage, Shared, StoredRun } from '../stored/run-journal.ts'
import { Recovery } from './recovery.ts'

export interface SqliteEngineParts extends Omit<EngineParts, 'journal' | 'onLeft'> {
  storage: EngineStorage
  master: MasterKey
}

export class SqliteEngine implements Engine {
  readonly durable = true
  readonly #storage: EngineStorage
  readonly #master: MasterKey
  readonly #now: () => number
  readonly #shared: Shared
  readonly #recovery: Recovery
  readonly #runs: RunEngine

  private constructor({ storage, master, ...parts }: SqliteEngineParts, lastPlace: number) {
    this.#storage = storage
    this.#master = master
    this.#now = parts.now ?? Date.now
    this.#recovery = new Recovery({
      reader: storage.reader,
      boot: storage.boot,
      now: this.#now,
      bringBack: (runs) => this.#bringBack(runs),
      endCrashed: (runs) => this.#endCrashed(runs)
    })
    this.#shared = {
      storage,
      places: new ReusedPlaces(lastPlace + 1),
      answers: master.sealer('idempotency'),
      onProgress: (run) => this.#recovery.progressed(run)
    }
    this.#runs = new RunEngine({
      ...parts,
      journal: new StoredJournal({ ...this.#shared, master, onDue: () => this.#recovery.poke() }),
      onLeft: (run, reason) => this.#recovery.left(run.context.id.key, reason === 'suspended')
    })
  }

  static async open(parts: SqliteEngineParts): Promise<SqliteEngine> {
    const last = await parts.storage.reader.get(sql.lastPlace)
    return new SqliteEngine(parts, last?.id ?? 0)
  }

  /** The greatest run key in use: new ones have to be greater, also when the clock was set back. */
  lastKey(): Promise<number> {
    return lastKey(this.#storage.reader)
  }

  get active(): number {
    return this.#runs.active
  }

  accept(run: NewRun): Promise<AcceptResult> {
    return this.#runs.accept(run)
  }

  cancel(run: string, note?: string): Promise<boolean> {
    return this.#runs.cancel(run, note)
  }

  resume(run: string, name: string, make: (to: Resuming) => Json): Promise<ResumeResult> {
    return this.#runs.resume(run, name, make)
  }

  async start(): Promise<void> {
    // Before any run that holds places is brought back and can give them back.
    const free = await this.#storage.reader.all(sql.freePlaces)
    this.#shared.places.give(free.map((place) => place.id))
    this.#recovery.start()
  }

  async stop(graceMs: number): Promise<void> {
    this.#recovery.stop()
    await this.#runs.stop(graceMs)
    // Without room on the disk the runs in memory count as crashed with; nothing else is lost.
    await this.#storage.write('letGoRuns', { boot: this.#storage.boot }).catch(() => {})
  }

  onEvent(listener: (event: RunEvent) => void): () => void {
    return this.#runs.onEvent(listener)
  }

  async #bringBack(runs: number[]): Promise<number[]> {
    const live: number[] = []
    await this.#takeUp(runs, async (loaded) => {
      if ('error' in loaded) return this.#endUnable(loaded.journal, loaded.uuid, toErrorRecord(loaded.error))
      this.#runs.adopt(loaded.parts)
      live.push(loaded.parts.context.id.key)
    })
    return live
  }

  async #endCrashed(runs: number[]): Promise<void> {
    await this.#takeUp(runs, (loaded) => {
      const uuid = 'error' in loaded ? loaded.uuid : loaded.parts.context.id.uuid
      return this.#endUnable(
        loaded.journal,
        uuid,
        crashedTooOften('error' in loaded ? undefined : loaded.finished.at(-1)),
        'crashed'
      )
    })
  }

  /**
   * Makes runs ours and reads them, in the turn that hears of the commit (reads answer at once here): no resumption is
   * missed in between.
   */
  async #takeUp(runs: number[], use: (loaded: Loaded) => Promise<void>): Promise<void> {
    const taken = await this.#storage.write('takeUpRuns', { runs, boot: this.#storage.boot })
    await Promise.all(
      taken.map(async ({ run }) => {
        const loaded = await loadRun(this.#shared, this.#master, run)
        if (loaded !== undefined) await use(loaded)
      })
    )
  }

  async #endUnable(
    journal: StoredRun,
    uuid: string,
    error: ErrorRecord,
    status: 'failed' | 'crashed' = 'failed'
  ): Promise<void> {
    const end: RunEnd = { status, error }
    const at = this.#now()
    if (await journal.end(end, at, [])) this.#runs.tellEnd(uuid, end, at)
  }
}
