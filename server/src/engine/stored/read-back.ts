/** What a run has written so far, read back for secrets that became known late; and how it is written anew. */
import type { Json } from '@bellhop/sdk'
import type { RunSeal } from '../../secrets/seal.ts'
import type { Reader } from '../../storage/tx.ts'
import { query } from '../../storage/query.ts'
import { ITEM_JOURNAL, type ItemMark, type ItemTexts, type Written, type WrittenAt } from '../journal.ts'
import type { Rewrite, Text } from './carrying.ts'
import { attemptTexts, itemTexts, stepTexts } from './item-queries.ts'
import { eventOf } from './load-queries.ts'
import { fromRow, purpose, toRow } from './sealing.ts'

interface Lanes {
  run: number
  from: string
  before: string
}

const stepsIn = query<Lanes>()((db, p) =>
  db
    .selectFrom('steps')
    .select(['lane', 'position', 'value', 'logs'])
    .where('run', '=', p.run)
    .where('lane', '>=', p.from)
    .where('lane', '<', p.before)
)
const attemptsIn = query<Lanes>()((db, p) =>
  db
    .selectFrom('attempts')
    .select(['lane', 'position', 'number', 'error', 'logs'])
    .where('run', '=', p.run)
    .where('lane', '>=', p.from)
    .where('lane', '<', p.before)
)

const resumedIn = query<{ run: number }>()((db, p) =>
  db
    .selectFrom('waits')
    .select(['name', 'value'])
    .where('run', '=', p.run)
    .where('lane', '<', ITEM_JOURNAL)
    .where('value', 'is not', null)
    .unionAll(db.selectFrom('resumptions').select(['name', 'value']).where('run', '=', p.run))
)

/** Entries of data stores that a run has written, after one; of one lane, or of all. */
const dataIn = query<{ run: number; after: number; limit: number }>()((db, p) =>
  db
    .selectFrom('data_entries')
    .select(['id', 'key', 'value'])
    .where('run', '=', p.run)
    .where('id', '>', p.after)
    .orderBy('id')
    .limit(p.limit)
)
const dataOfLane = query<{ run: number; lane: string }>()((db, p) =>
  db.selectFrom('data_entries').select(['id', 'key', 'value']).where('run', '=', p.run).where('lane', '=', p.lane)
)

/** Rows of an item's record that are read at once. */
const PART = 200

type StepTexts = { lane: string; position: number; value: Text; logs: Text | null }
type AttemptTexts = { lane: string; position: number; number: number; error: Text; logs: Text | null }

/** @param itemJournal without one, the run's own record */
export async function readBack(
  reader: Reader,
  run: number,
  seal: RunSeal | undefined,
  itemJournal?: string
): Promise<Written[]> {
  const record: Written[] = []
  if (itemJournal === undefined) add(record, seal, { what: 'event' }, (await reader.get(eventOf, { run }))?.body)
  const lanes =
    itemJournal === undefined ? { from: '', before: ITEM_JOURNAL } : { from: itemJournal, before: `${itemJournal}0` }
  addSteps(record, seal, await reader.all(stepsIn, { run, ...lanes }))
  addAttempts(record, seal, await reader.all(attemptsIn, { run, ...lanes }))
  if (itemJournal !== undefined) {
    addData(record, await reader.all(dataOfLane, { run, lane: itemJournal }))
    return record
  }
  const resumed = await reader.all(resumedIn, { run })
  for (const { name, value } of resumed) add(record, seal, { what: 'resumption', name }, value)
  return record
}

/**
 * One part of what the items have written: their steps, then their failed attempts, then how they ended; and what the run
 * has written into data stores.
 */
export async function readItems(
  reader: Reader,
  run: number,
  seal: RunSeal | undefined,
  from: ItemMark = { table: 'steps', after: [ITEM_JOURNAL, -1, -1] }
): Promise<ItemTexts> {
  const texts: Written[] = []
  const [first, second, third] = from.after
  switch (from.table) {
    case 'steps': {
      const rows = await reader.all(stepTexts, { run, first: String(first), second, third, limit: PART })
      addSteps(texts, seal, rows)
      const last = rows.length === PART ? rows.at(-1) : undefined
      if (last === undefined) return { texts, next: { table: 'attempts', after: [ITEM_JOURNAL, -1, -1] } }
      return { texts, next: { table: 'steps', after: [last.lane, last.position, -1] } }
    }
    case 'attempts': {
      const rows = await reader.all(attemptTexts, { run, first: String(first), second, third, limit: PART })
      addAttempts(texts, seal, rows)
      const last = rows.length === PART ? rows.at(-1) : undefined
      if (last === undefined) return { texts, next: { table: 'items', after: [-1, -1, -1] } }
      return { texts, next: { table: 'attempts', after: [last.lane, last.position, last.number] } }
    }
    case 'items': {
      const rows = await reader.all(itemTexts, { run, first: Number(first), second, limit: PART })
      for (const { position, item, said } of rows) add(texts, undefined, { what: 'item', position, index: item }, said)
      const last = rows.length === PART ? rows.at(-1) : undefined
      if (last === undefined) return { texts, next: { table: 'data', after: [-1, -1, -1] } }
      return { texts, next: { table: 'items', after: [last.position, last.item, -1] } }
    }
    case 'data': {
      const rows = await reader.all(dataIn, { run, after: Number(first), limit: PART })
      addData(texts, rows)
      const last = rows.length === PART ? rows.at(-1) : undefined
      return { texts, next: last && { table: 'data', after: [last.id, -1, -1] } }
    }
  }
}

function addSteps(record: Written[], seal: RunSeal | undefined, rows: readonly StepTexts[]): void {
  for (const { lane, position, value, logs } of rows) {
    add(record, seal, { what: 'value', lane, position }, value)
    add(record, seal, { what: 'logs', lane, position }, logs)
  }
}

function addAttempts(record: Written[], seal: RunSeal | undefined, rows: readonly AttemptTexts[]): void {
  for (const { lane, position, number, error, logs } of rows) {
    add(record, seal, { what: 'error', lane, position, number }, error)
    add(record, seal, { what: 'attempt_logs', lane, position, number }, logs)
  }
}

function addData(record: Written[], rows: readonly { id: number; key: string; value: string }[]): void {
  for (const { id, key, value } of rows)
    record.push({ at: { what: 'data', id }, text: JSON.stringify({ key, value: JSON.parse(value) as Json }) })
}

function add(record: Written[], seal: RunSeal | undefined, at: WrittenAt, stored: Text | null | undefined): void {
  if (stored !== null && stored !== undefined) record.push({ at, text: fromRow(seal, purposeOf(at), stored) })
}

/** As rows hold it. */
export function toRewrites(seal: RunSeal | undefined, texts: readonly Written[]): Rewrite[] {
  return texts.map(({ at, text }) => ({ at, text: toRow(seal, purposeOf(at), text) }))
}

function purposeOf(at: WrittenAt): string {
  switch (at.what) {
    case 'event':
      return purpose.event
    case 'value':
      return purpose.value(at)
    case 'logs':
      return purpose.logs(at)
    case 'error':
      return purpose.error(at, at.number)
    case 'attempt_logs':
      return purpose.attemptLogs(at, at.number)
    case 'item':
      return purpose.item(at)
    case 'data':
      return 'data'
    case 'resumption':
      return purpose.resumption(at.name)
  }
}
