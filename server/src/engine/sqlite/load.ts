/** Brings a run back from its rows: its keyring, its event, and what its lanes did before. */
import { Fault, type Json } from '@bellhop/sdk'
import { Keyring } from '../../secrets/keyring.ts'
import type { MasterKey, RunSeal } from '../../secrets/seal.ts'
import type { Reader } from '../../storage/connection.ts'
import type { Past, PastEntry, Place } from '../journal.ts'
import type { LiveParts } from '../live-run.ts'
import * as sql from './load-queries.ts'
import { placesOf, unpack } from './places.ts'
import { SqliteRun, type Shared } from './run-journal.ts'
import { fromRow, purpose } from './sealing.ts'

/** A run that was brought back, or the error that keeps it from going on; with the journal that can end it. */
export type Loaded =
  { parts: LiveParts; journal: SqliteRun; finished: string[] } | { error: unknown; journal: SqliteRun; uuid: string }

/** @returns undefined when the run is not unfinished and ours any more */
export function loadRun(shared: Shared, master: MasterKey, run: number): Loaded | undefined {
  const { reader, boot } = shared.storage
  const row = reader.get(sql.takenUp, { run, boot })
  if (row === undefined) return undefined
  const id = { key: run, uuid: row.uuid }
  const ownSeal = master.runSeal(row.uuid)
  const seal = row.keep === 1 ? undefined : ownSeal
  const journal = new SqliteRun(shared, { id, seal, hasKey: row.key !== null, crashes: row.crashes })
  try {
    const { entries, finished, spentMs } = readPast(reader, run, seal)
    const context = {
      id,
      workflowId: row.workflow_id,
      versionId: row.version_id,
      acceptedAt: row.accepted_at,
      event: readEvent(reader, run, seal),
      keyring: Keyring.open(ownSeal, readSecrets(reader, row.places)),
      replayOf: row.replay_of ?? undefined
    }
    const past: Past = { at: (place) => entries.get(keyOf(place)), spentMs }
    return { parts: { context, journal, past, timeoutMs: row.timeout_ms }, journal, finished }
  } catch (error) {
    return { error, journal, uuid: row.uuid }
  }
}

function readEvent(reader: Reader, run: number, seal: RunSeal | undefined): Json {
  const row = reader.get(sql.eventOf, { run })
  if (row === undefined) throw new Fault('journal_mismatch', 'The run’s event is missing.')
  return JSON.parse(fromRow(seal, purpose.event, row.body)) as Json
}

function readSecrets(reader: Reader, places: string | null): ReturnType<typeof unpack> {
  return unpack(placesOf(places).flatMap((id) => reader.get(sql.placeData, { id })?.data ?? []))
}

/** What stands at each place. A finished step counts more than its failed attempts. */
function readPast(
  reader: Reader,
  run: number,
  seal: RunSeal | undefined
): { entries: Map<string, PastEntry>; finished: string[]; spentMs: number } {
  const entries = new Map<string, PastEntry>()
  let spentMs = 0
  for (const row of reader.all(sql.attemptsOf, { run })) {
    const earlier = entries.get(keyOf(row))
    const startedAt = earlier?.kind === 'retry' ? earlier.startedAt : row.started_at
    entries.set(keyOf(row), { kind: 'retry', name: row.step, failed: row.number, nextAt: row.next_at, startedAt })
    spentMs = Math.max(spentMs, row.spent_ms)
  }
  const steps = reader.all(sql.stepsOf, { run })
  for (const row of steps) {
    const text = fromRow(seal, purpose.value(row), row.value)
    entries.set(keyOf(row), { kind: 'step', name: row.name, status: row.status, text })
    spentMs = Math.max(spentMs, row.spent_ms)
  }
  for (const row of reader.all(sql.waitsOf, { run })) {
    const text = row.value === null ? null : fromRow(seal, purpose.resumption(row.name), row.value)
    entries.set(keyOf(row), { kind: 'wait', name: row.name, state: { until: row.until, how: row.how, text } })
  }
  return { entries, finished: steps.map((row) => row.name), spentMs }
}

function keyOf(place: Place): string {
  return `${place.lane}:${place.position}`
}
