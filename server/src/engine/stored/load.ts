/** Brings a run back from its rows: its keyring, its event, and what its lanes did before. */
import { Fault, type Json } from '@bellhop/sdk'
import { Keyring } from '../../secrets/keyring.ts'
import type { MasterKey, RunSeal } from '../../secrets/seal.ts'
import type { Selectable } from 'kysely'
import type { Reader } from '../../storage/tx.ts'
import type { ItemLanesTable } from '../../storage/schema.ts'
import {
  ITEM_JOURNAL,
  itemJournal,
  type Past,
  type PastCursor,
  type PastEntry,
  type PastItems,
  type Place
} from '../journal.ts'
import type { LiveParts } from '../live-run.ts'
import { lanesOf } from './item-queries.ts'
import * as sql from './load-queries.ts'
import { StoredRun, type Shared } from './run-journal.ts'
import { fromRow, purpose } from './sealing.ts'
import { readSecrets } from './secrets.ts'

/** A run that was brought back, or the error that keeps it from going on; with the journal that can end it. */
export type Loaded =
  { parts: LiveParts; journal: StoredRun; finished: string[] } | { error: unknown; journal: StoredRun; uuid: string }

/** The greatest run key in use. */
export async function lastKey(reader: Reader): Promise<number> {
  const { run, key, tick } = (await reader.get(sql.lastKey)) ?? {}
  return Math.max(run ?? 0, key ?? 0, tick ?? 0)
}

/** @returns undefined when the run is not unfinished and ours any more */
export async function loadRun(shared: Shared, master: MasterKey, run: number): Promise<Loaded | undefined> {
  const { reader, boot } = shared.storage
  const row = await reader.get(sql.takenUp, { run, boot })
  if (row === undefined) return undefined
  const id = { key: run, uuid: row.uuid }
  const ownSeal = master.runSeal(row.uuid)
  const seal = row.keep === 1 ? undefined : ownSeal
  const journal = new StoredRun(shared, {
    id,
    seal,
    hasKey: row.key !== null,
    crashes: row.crashes,
    places: undefined,
    boot,
    life: row.life
  })
  try {
    const record = new Record(reader, run, seal)
    const { finished } = await record.read('', ITEM_JOURNAL)
    const items = await readItems(reader, run, record)
    const context = {
      id,
      workflowId: row.workflow_id,
      versionId: row.version_id,
      acceptedAt: row.accepted_at,
      event: await readEvent(reader, run, seal),
      keyring: Keyring.open(ownSeal, await readSecrets(reader, row.places)),
      replayOf: row.replay_of ?? undefined
    }
    const past: Past = {
      at: (place) => record.entries.get(keyOf(place)),
      items: (position) => items.get(position),
      spentMs: record.spentMs,
      resumed: (await reader.get(sql.anyResumption, { run, before: ITEM_JOURNAL })) !== undefined
    }
    return { parts: { context, journal, past, timeoutMs: row.timeout_ms }, journal, finished }
  } catch (error) {
    return { error, journal, uuid: row.uuid }
  }
}

async function readEvent(reader: Reader, run: number, seal: RunSeal | undefined): Promise<Json> {
  const row = await reader.get(sql.eventOf, { run })
  if (row === undefined) throw new Fault('journal_mismatch', 'The run’s event is missing.')
  return JSON.parse(fromRow(seal, purpose.event, row.body)) as Json
}

/** What stands at each place. A finished step counts more than its failed attempts. */
class Record {
  readonly entries = new Map<string, PastEntry>()
  spentMs = 0
  readonly #reader: Reader
  readonly #run: number
  readonly #seal: RunSeal | undefined

  constructor(reader: Reader, run: number, seal: RunSeal | undefined) {
    this.#reader = reader
    this.#run = run
    this.#seal = seal
  }

  /** Reads what lanes did, from one in their order up to another: which steps are finished, and when the first began. */
  async read(from: string, before: string): Promise<{ finished: string[]; begunAt: number | undefined }> {
    const lanes = { run: this.#run, from, before }
    const [attempts, steps, waits] = await Promise.all([
      this.#reader.all(sql.attemptsOf, lanes),
      this.#reader.all(sql.stepsOf, lanes),
      this.#reader.all(sql.waitsOf, lanes)
    ])
    for (const row of attempts) {
      const earlier = this.entries.get(keyOf(row))
      const startedAt = earlier?.kind === 'retry' ? earlier.startedAt : row.started_at
      this.#put(
        row,
        { kind: 'retry', name: row.step, failed: row.number, nextAt: row.next_at, startedAt },
        row.spent_ms
      )
    }
    for (const row of steps) {
      const text = fromRow(this.#seal, purpose.value(row), row.value)
      this.#put(row, { kind: 'step', name: row.name, status: row.status, text }, row.spent_ms)
    }
    for (const row of waits) {
      const text = row.value === null ? null : fromRow(this.#seal, purpose.resumption(row.name), row.value)
      this.#put(row, { kind: 'wait', name: row.name, state: { until: row.until, how: row.how, text } }, 0)
    }
    const begunAt = Math.min(...[...attempts, ...steps, ...waits].map((row) => row.started_at))
    return { finished: steps.map((row) => row.name), begunAt: begunAt === Infinity ? undefined : begunAt }
  }

  #put(place: Place, entry: PastEntry, spentMs: number): void {
    this.entries.set(keyOf(place), entry)
    this.spentMs = Math.max(this.spentMs, spentMs)
  }
}

/** How far items have come, by their position, with the records of those in flight: a few rows for each lane. */
async function readItems(reader: Reader, run: number, record: Record): Promise<Map<number, PastItems>> {
  const rows = await reader.all(lanesOf, { run })
  const items = new Map<number, PastItems>()
  for (const [position, lanes] of Map.groupBy(rows, (row) => row.position)) {
    const { name = '', total = 0, started_at: at = 0 } = lanes[0] ?? {}
    const cursors = await Promise.all(lanes.map((row) => readCursor(reader, row, record)))
    items.set(position, { position, name, total, lanes: lanes.length, at, cursors })
  }
  return items
}

async function readCursor(reader: Reader, row: Selectable<ItemLanesTable>, record: Record): Promise<PastCursor> {
  const { lane, done, succeeded, ended_early, failed, failed_at: failedAt } = row
  const journal = itemJournal(row.position, lane + done * row.lanes)
  record.spentMs = Math.max(record.spentMs, row.spent_ms)
  const { begunAt } = await record.read(journal, `${journal}0`)
  return {
    lane,
    done,
    succeeded,
    ended_early,
    failed,
    failedAt: failedAt ?? undefined,
    begunAt,
    secrets: await readSecrets(reader, row.places)
  }
}

function keyOf(place: Place): string {
  return `${place.lane}:${place.position}`
}
