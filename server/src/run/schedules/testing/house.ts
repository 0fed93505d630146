/** A data directory with schedules, an engine and a scheduler, whose clocks a test sets. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setImmediate as turn } from 'node:timers/promises'
import type { JsonObject } from '@bellhop/sdk'
import { onTestFinished } from 'vitest'
import { BaseUrls } from '../../../credentials/base-urls.ts'
import { Credentials } from '../../../credentials/credentials.ts'
import { EMPTY } from '../../../credentials/testing/environment.ts'
import { MemoryEngine } from '../../../engine/memory/engine.ts'
import type { Execute } from '../../../engine/port.ts'
import { SqliteEngine } from '../../../engine/sqlite/engine.ts'
import { Sweeper, type SweepReport } from '../../../history/sweeper.ts'
import { MasterKey } from '../../../secrets/seal.ts'
import { RunIds } from '../../../storage/ids.ts'
import type { Reader } from '../../../storage/tx.ts'
import { SqliteStorage } from '../../../storage/sqlite/storage.ts'
import { nextDue } from '../../../workflow/schedule-commands.ts'
import { catalogue } from '../../../workflow/testing/catalogue.ts'
import { Versions, type Deployed } from '../../../workflow/versions.ts'
import { Intake } from '../../intake.ts'
import { Scheduler } from '../scheduler.ts'
import type { TestCommands } from './commands.ts'

const WRITER = new URL('./writer-entry.ts', import.meta.url)
const MASTER = new MasterKey(new Uint8Array(32).fill(7))

/** A run that was walked: which version it was, and the tick that its event tells, in ISO 8601. */
export interface Walked {
  version: number
  tick: string
}

interface Life {
  storage: SqliteStorage<TestCommands>
  versions: Versions
  engine: SqliteEngine
  scheduler: Scheduler
  /** Another scheduler on the same database. */
  rival(): Scheduler
}

export class ScheduleHouse {
  readonly #dir = mkdtempSync(join(tmpdir(), 'bellhop-schedules-'))
  /** Unix milliseconds; `set` sets the clock, `pass` lets time pass on both. */
  #wall: number
  #monotonic = 0
  #life: Life | undefined
  /** Passes of the scheduler that came to their end. */
  #passes = 0
  /** What runs did, in all lives. */
  readonly walked: Walked[] = []
  readonly errors: unknown[] = []
  /** What every run does, besides being noted. */
  walk: () => Promise<void> = async () => {}

  private constructor(start: string) {
    this.#wall = Date.parse(start)
  }

  static async open(start: string): Promise<ScheduleHouse> {
    const house = new ScheduleHouse(start)
    onTestFinished(async () => {
      await house.stop()
      rmSync(house.#dir, { recursive: true, force: true })
    })
    await house.begin()
    return house
  }

  get life(): Life {
    if (this.#life === undefined) throw new Error('the house is not open')
    return this.#life
  }

  now = (): number => this.#wall

  /** Opens the directory and begins to fire. @param watched as `Scheduler.start` */
  async begin(watched = false): Promise<void> {
    const { now } = this
    const storage = await SqliteStorage.open<TestCommands>({ dir: this.#dir, writer: WRITER, ballastBytes: 0 })
    const versions = await Versions.open({ storage, catalogue, master: MASTER, now })
    const engine = await SqliteEngine.open({ storage, master: MASTER, execute: this.#execute(versions), now })
    const credentials = new Credentials({ read: async () => ({}) }, new BaseUrls({}), EMPTY)
    const memory = new MemoryEngine({ execute: async () => ({ status: 'succeeded' }) })
    const ids = new RunIds(await engine.lastKey())
    const intake = new Intake({ master: MASTER, ids, credentials, engine, memory, now })
    const rival = (): Scheduler =>
      new Scheduler({
        storage: { reader: this.#counting(storage.reader), write: (name, args) => storage.write(name, args) },
        versions,
        intake,
        now,
        monotonic: () => this.#monotonic,
        onError: (error) => this.errors.push(error)
      })
    const scheduler = rival()
    versions.onChange(() => scheduler.poke())
    this.#life = { storage, versions, engine, scheduler, rival }
    await engine.start()
    scheduler.start(watched)
    await this.quiet()
  }

  /** Ends in order. */
  async stop(): Promise<void> {
    const life = this.#life
    this.#life = undefined
    await life?.scheduler.stop()
    await life?.engine.stop(0)
    await life?.storage.close()
  }

  /** As if the process had been killed. What it had under way is never answered. */
  async crash(): Promise<void> {
    const life = this.#life
    this.#life = undefined
    await life?.storage.crash()
    // Their timers, that is: what they had asked of the storage is never answered.
    void life?.scheduler.stop()
    void life?.engine.stop(0)
  }

  async deploy(name: string, trigger: object, more: object = {}): Promise<Deployed> {
    const steps = [{ name: 'read', use: 'clock-read' }]
    const definition = { name, trigger: { type: 'schedule', ...trigger }, steps, ...more }
    const deployment = await this.life.versions.deploy(definition)
    if ('mistakes' in deployment) throw new Error(JSON.stringify(deployment.mistakes))
    return deployment.deployed
  }

  /** Lets time pass, tick by tick of a clock that wakes the scheduler every second. */
  async pass(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      this.idle(1)
      await this.quiet()
    }
  }

  /** Lets time pass without the scheduler. */
  idle(seconds: number): void {
    this.#wall += seconds * 1_000
    this.#monotonic += seconds * 1_000
  }

  /** Sets the clock, which the scheduler sees at its next look. */
  set(time: string): void {
    this.#wall = Date.parse(time)
  }

  /** Resolves when the scheduler has done all that is due, and no run is in memory. */
  async quiet(): Promise<void> {
    const before = this.#passes
    this.life.scheduler.poke()
    while (this.#passes === before || this.life.engine.active > 0) await turn()
  }

  async sweep(): Promise<SweepReport> {
    const { storage, versions } = this.life
    return new Sweeper({ storage, versions, now: this.now }).sweep()
  }

  /** Ticks that have a row of their own, as times of day. */
  get fired(): string[] {
    const rows = this.#sql((db) => db.prepare('select at from ticks order by at').all())
    return rows.map((row) => new Date(Number(row['at'])).toISOString().slice(11, 19))
  }

  /** So many more schedules like the first. */
  multiply(count: number): void {
    this.#sql((db) =>
      db.exec(`with recursive n (i) as (select 1001 union all select i + 1 from n where i < ${1_000 + count})
        insert into schedules select i, version_id, schedule, settled_at, next_at from schedules, n`)
    )
  }

  /** How SQLite goes about a query. */
  planOf(sql: string): string[] {
    const rows = this.#sql((db) => db.prepare(`explain query plan ${sql}`).all())
    return rows.map((row) => String(row['detail']))
  }

  /** When a workflow's schedule fires next, in ISO 8601. */
  async next(name: string): Promise<string | null> {
    const { versions } = this.life
    const at = (await versions.nextTick(versions.workflow(name)?.id ?? 0)) ?? null
    return at === null ? null : new Date(at).toISOString().replace('.000Z', 'Z')
  }

  /** The times of day that runs were meant for, in order. */
  get times(): string[] {
    return this.walked.map(({ tick }) => tick.slice(11, 19))
  }

  /** By a connection of its own, as another process would. */
  #sql<T>(work: (db: DatabaseSync) => T): T {
    const db = new DatabaseSync(join(this.#dir, 'bellhop.db'), { timeout: 5_000 })
    try {
      return work(db)
    } finally {
      db.close()
    }
  }

  /** The last that a pass of the scheduler asks is when the next tick is. */
  #counting(reader: Reader): Reader {
    return {
      dialect: reader.dialect,
      all: (...asked) => reader.all(...asked),
      get: (query, ...parameters) => {
        if ((query as object) === nextDue) this.#passes++
        return reader.get(query, ...parameters)
      }
    }
  }

  #execute(versions: Versions): Execute {
    return async (run) => {
      const event = run.event as JsonObject & { timestamp: number }
      const tick = new Date(event.timestamp * 1_000).toISOString()
      const { version } = await versions.byVersion(run.versionId)
      this.walked.push({ version, tick })
      await this.walk()
      return { status: 'succeeded' }
    }
  }
}
