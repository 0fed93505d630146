import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { RunIds } from '../../storage/ids.ts'
import type { AttemptsTable, ItemsTable, RunsTable, StepsTable, WaitsTable } from '../../storage/schema.ts'
import { SqliteStorage } from '../../storage/sqlite/storage.ts'
import type { ItemLanesTableRow, TestCommands } from './row-commands.ts'

/** A data directory with its storage, and what tests of history write into it. */
export class Fixture {
  readonly dir: string
  readonly storage: SqliteStorage<TestCommands>
  /** Never goes back in time, so it starts anew with an empty database. */
  #ids = new RunIds()

  private constructor(dir: string, storage: SqliteStorage<TestCommands>) {
    this.dir = dir
    this.storage = storage
  }

  static async open(entry: 'writer-entry' | 'writer-small' = 'writer-entry'): Promise<Fixture> {
    const dir = mkdtempSync(join(tmpdir(), 'bellhop-history-'))
    const writer = new URL(`${entry}.ts`, import.meta.url)
    return new Fixture(dir, await SqliteStorage.open<TestCommands>({ dir, writer, ballastBytes: 0 }))
  }

  async close(): Promise<void> {
    await this.storage.close()
    rmSync(this.dir, { recursive: true })
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

  /** How many rows each table of runs holds. */
  counts(): Record<string, number> {
    const tables = [
      'runs',
      'events',
      'steps',
      'attempts',
      'waits',
      'resumptions',
      'item_lanes',
      'items',
      'idempotency',
      'ticks',
      'test_events'
    ]
    return this.sql((db) =>
      Object.fromEntries(
        tables.map((table) => [table, Number(db.prepare(`select count(*) as n from ${table}`).get()?.['n'])])
      )
    )
  }

  /** Looks into the database file with a connection of its own. */
  sql<T>(look: (db: DatabaseSync) => T): T {
    const db = new DatabaseSync(join(this.dir, 'bellhop.db'), { readOnly: true })
    try {
      return look(db)
    } finally {
      db.close()
    }
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
