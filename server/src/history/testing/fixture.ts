import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql as raw } from 'kysely'
import { RunIds } from '../../storage/ids.ts'
import { PostgresStorage } from '../../storage/postgres/storage.ts'
import { createDatabase } from '../../storage/postgres/testing/postgres.ts'
import { query } from '../../storage/query.ts'
import type { AttemptsTable, ItemsTable, RunsTable, StepsTable, WaitsTable } from '../../storage/schema.ts'
import { SqliteStorage } from '../../storage/sqlite/storage.ts'
import type { Storage } from '../../storage/storage.ts'
import { testCommands, type ItemLanesTableRow, type Rows, type TestCommands } from './row-commands.ts'

/** What history is tested over: each of these behaves the same. */
export const DATABASES = ['sqlite', 'postgres'] as const

const TABLES = [
  ...(['runs', 'events', 'steps', 'attempts', 'waits', 'resumptions', 'item_lanes', 'items'] as const),
  ...(['idempotency', 'ticks', 'test_events', 'versions'] as const)
]
const count = query()((db) =>
  db.selectNoFrom((row) =>
    TABLES.map((table) =>
      row
        .selectFrom(table)
        .select(raw<number>`count(*)`.as('rows'))
        .as(table)
    )
  )
)
const keysOfRuns = query()((db) => db.selectFrom('runs').select('id').orderBy('id'))

/** A database with its storage, and what tests of history write into it. */
export class Fixture {
  readonly storage: Storage<TestCommands>
  readonly #dispose: () => Promise<void>
  /** Never goes back in time, so it starts anew with an empty database. */
  #ids = new RunIds()

  private constructor(storage: Storage<TestCommands>, dispose: () => Promise<void>) {
    this.storage = storage
    this.#dispose = dispose
  }

  /** @param kind `small`: SQLite that cannot grow beyond 4 MB, as on a full disk */
  static async open(kind: (typeof DATABASES)[number] | 'small' = 'sqlite'): Promise<Fixture> {
    if (kind !== 'postgres') return Fixture.inDirectory(kind === 'small' ? 'writer-small' : 'writer-entry')
    const { url, drop } = await createDatabase()
    const node = { executor: randomUUID(), name: 'test', version: '0' }
    const storage = await PostgresStorage.open({ url, commands: testCommands, node, onTrouble: () => undefined })
    return new Fixture(storage, drop)
  }

  /** In SQLite; `dir` has its files. */
  static async inDirectory(entry = 'writer-entry'): Promise<Fixture & { dir: string }> {
    const dir = mkdtempSync(join(tmpdir(), 'bellhop-history-'))
    const writer = new URL(`${entry}.ts`, import.meta.url)
    const storage = await SqliteStorage.open<TestCommands>({ dir, writer, ballastBytes: 0 })
    return Object.assign(new Fixture(storage, async () => rmSync(dir, { recursive: true })), { dir })
  }

  async close(): Promise<void> {
    await this.storage.close()
    await this.#dispose()
  }

  /** Empties every table. */
  async clear(): Promise<void> {
    await this.storage.write('clear', undefined)
    this.#ids = new RunIds()
  }

  /** A succeeded run of workflow 1 and version 1, accepted at `at`; `over` says what is different. */
  run(at: number, over: Partial<RunsTable> = {}): RunsTable {
    const { key, uuid } = this.#ids.next(at)
    const run = { id: key, uuid, workflow_id: 1, version_id: 1, status: 'succeeded' as const, keep: 1, accepted_at: at }
    return { ...run, ended_at: at + 10, replay_of: null, ending: null, ...over }
  }

  /** Deploys an empty definition under this name; ids count from 1. */
  async workflow(name: string): Promise<void> {
    const definition = { name, definition: '{}', hash: name, deploymentId: name, endpoint: `endpoint-${name}` }
    await this.storage.write('deployWorkflow', { ...definition, at: 0 })
  }

  /** How many rows each table of runs holds, and that of versions. */
  async counts(): Promise<Partial<Record<(typeof TABLES)[number], number | null>>> {
    return (await this.storage.reader.get(count)) ?? {}
  }

  /** The keys of all runs, in order. */
  async keys(): Promise<number[]> {
    return (await this.storage.reader.all(keysOfRuns)).map(({ id }) => id)
  }
}

type Step = Omit<StepsTable, 'id'>

/** A finished step of a run; `over` says what is different. */
export function step(run: number, position: number, over: Partial<Step> = {}): Step {
  const value = JSON.stringify({ exports: { $return_value: position } })
  const finished = { kind: 'use', status: 'succeeded' as const, started_at: 1_000, ended_at: 1_250, attempts: 1 }
  return { run, lane: '', position, name: `step${position}`, ...finished, spent_ms: 250, value, logs: null, ...over }
}

/** A lane of the items that position 0 opened. */
export function itemLane(run: number, over: Partial<ItemLanesTableRow> = {}): ItemLanesTableRow {
  const counts = { done: 0, succeeded: 0, ended_early: 0, failed: 0, failed_at: null, spent_ms: 0, places: null }
  return { run, position: 0, lane: 0, name: 'all', total: 10, lanes: 1, started_at: 1_000, ...counts, ...over }
}

/** The checkpoint of an item of them. */
export function item(run: number, index: number, over: Partial<ItemsTable> = {}): ItemsTable {
  const times = { started_at: 1_000 + index, ended_at: 1_100 + index }
  return { run, position: 0, item: index, status: 'succeeded', ...times, said: null, ...over }
}

const ERROR = JSON.stringify({ code: 'vendor_unavailable', message: 'down', retryable: true })

/** A failed attempt of step `step<position>` that is followed by another. */
export function attempt(run: number, position: number, over: Partial<AttemptsTable> = {}): AttemptsTable {
  const times = { started_at: 1_000, ended_at: 1_005, next_at: 2_000, spent_ms: 5 }
  const row = { run, lane: '', position, number: 1, step: `step${position}`, ...times, error: ERROR, logs: null }
  return { ...row, ...over }
}

/** An open sleep. */
export function sleep(run: number, position: number, until: number, over: Partial<WaitsTable> = {}): WaitsTable {
  const open = { how: null, ended_at: null, value: null }
  return { run, lane: '', position, name: 'pause', kind: 'sleep', started_at: 1_000, until, ...open, ...over }
}

/** A run with a row in every table that runs have. */
export function everyRow(run: RunsTable): Rows {
  return {
    runs: [run],
    events: [{ run: run.id, body: '{}' }],
    steps: [step(run.id, 0), step(run.id, 1)],
    attempts: [attempt(run.id, 1)],
    waits: [sleep(run.id, 1, 2_000)],
    resumptions: [{ run: run.id, name: 'c', value: '2' }],
    itemLanes: [itemLane(run.id, { lanes: 2 }), itemLane(run.id, { lanes: 2, lane: 1 })],
    items: [item(run.id, 0), item(run.id, 1)]
  }
}
