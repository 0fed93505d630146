/**
 * What an engine keeps of its runs, behind the step loop that all in-process engines share. Implementers: every
 * method is one commit (I2), and is carried out only while the run is unfinished and this process's own; `false` and
 * `ended` say that it was not, and that nothing was written.
 */
import type { Keyring, SealedSecret } from '../secrets/keyring.ts'
import type { ErrorRecord } from '../secrets/error-record.ts'
import type { Inherited, ItemEnd, LogLine, NewRun, RunEnd } from './port.ts'

/** A position on a lane. The main line is lane ''. */
export interface Place {
  lane: string
  position: number
}

/** The lane that an item is on: lane k of the items that position p of the main line opened. */
export interface ItemLane {
  position: number
  lane: number
}

/** What a commit carries besides its subject. */
export interface Left {
  minted: SealedSecret[]
  rewrites: Written[]
  /** What an item minted: it dies with the item that is in flight on this lane. */
  item?: ItemLane & { minted: SealedSecret[] }
}

/** Where a text of a run's record stands. */
export type WrittenAt =
  | { what: 'event' }
  | ({ what: 'value' | 'logs' } & Place)
  | ({ what: 'error' | 'attempt_logs'; number: number } & Place)
  | { what: 'item'; position: number; index: number }
  /** An entry of a data store, by its number; it is taken away, not written anew. */
  | { what: 'data'; id: number }
  /** What came with the resumption of this name, whether its wait was reached or not. */
  | { what: 'resumption'; name: string }

/** A text of a run's record, as JSON. */
export interface Written {
  at: WrittenAt
  text: string
}

export interface FinishedStep extends Place {
  name: string
  kind: string
  status: 'succeeded' | 'failed'
  startedAt: number
  endedAt: number
  attempts: number
  /** The run's time in steps so far. */
  spentMs: number
  /** JSON text of the value or of the error's record. */
  text: string
  logs: LogLine[]
}

export interface FailedAttempt extends Place {
  step: string
  number: number
  startedAt: number
  endedAt: number
  nextAt: number
  spentMs: number
  error: ErrorRecord
  logs: LogLine[]
}

export interface NewWait extends Place {
  name: string
  kind: 'sleep' | 'wait'
  startedAt: number
  until: number
}

/** How a wait stands: `how` is null while it is open. */
export interface WaitState {
  until: number
  how: 'resumed' | 'timed_out' | null
  /** JSON text that came with the resumption. */
  text: string | null
}

/** The wish to leave memory until `wakeAt`. Not granted when one of the waits has ended meanwhile. */
export interface Leave {
  wakeAt: number
  waits: Place[]
}

export type Leaving = 'left' | 'stays' | 'ended'

/** What a place of an earlier life of the run holds. */
export type PastEntry =
  | { kind: 'step'; name: string; status: 'succeeded' | 'failed'; text: string }
  | { kind: 'retry'; name: string; failed: number; nextAt: number; startedAt: number }
  | { kind: 'wait'; name: string; state: WaitState }

/** The items that a position of the main line opens. */
export interface NewItems {
  position: number
  name: string
  total: number
  lanes: number
  at: number
}

/** How far a lane has come with its items. */
export interface ItemCursor {
  lane: number
  /** How many of its items have their checkpoint: its next one is item `lane + done * lanes`. */
  done: number
  succeeded: number
  ended_early: number
  failed: number
  /** Its first item that failed. */
  failedAt: number | undefined
}

/** Items that an earlier life of the run opened. */
export interface PastItems extends NewItems {
  cursors: PastCursor[]
}

export interface PastCursor extends ItemCursor {
  /** When the item in flight began; undefined where nothing of it was committed. */
  begunAt: number | undefined
  /** What it minted. */
  secrets: SealedSecret[]
}

/** An item's end, by which its lane goes on to the next. */
export interface FinishedItem extends ItemLane {
  /** Which item of its lane it is, from 0. */
  done: number
  index: number
  /** The lane of its journal. */
  journal: string
  end: ItemEnd
  startedAt: number
  endedAt: number
  spentMs: number
}

/** What the journals' names of one position's items begin with. */
export function itemsOf(position: number): string {
  return `${ITEM_JOURNAL}${position}`
}

/** The name of an item's journal: it stands behind all others in their order. */
export function itemJournal(position: number, index: number): string {
  return `${itemsOf(position)}.${index}`
}

/** What journals of items begin with, and no other does. */
export const ITEM_JOURNAL = 'i'

/** What a run did before it was brought back. Of its items, what is in flight. */
export interface Past {
  at(place: Place): PastEntry | undefined
  items(position: number): PastItems | undefined
  spentMs: number
  /** Whether a resumption has come, whose secrets the record may not have been looked through for. */
  resumed: boolean
}

export const NO_PAST: Past = { at: () => undefined, items: () => undefined, spentMs: 0, resumed: false }

/** What a run finds that begins with what another has finished. */
export function pastOf(inherited: readonly Inherited[] | undefined): Past {
  if (inherited === undefined) return NO_PAST
  const entries = new Map(inherited.map((one) => [one.position, entryOf(one)]))
  return { ...NO_PAST, at: ({ lane, position }) => (lane === '' ? entries.get(position) : undefined) }
}

function entryOf(one: Inherited): PastEntry {
  if (one.call === 'step') return { kind: 'step', name: one.name, status: 'succeeded', text: one.text }
  return { kind: 'wait', name: one.name, state: { until: one.until, how: null, text: null } }
}

/** Some of what was committed of a run's items, and where to go on. */
export interface ItemTexts {
  texts: Written[]
  next: ItemMark | undefined
}

/** Up to where the items' record was read. */
export interface ItemMark {
  table: 'steps' | 'attempts' | 'items' | 'data'
  after: readonly [number | string, number, number]
}

/** What other processes have done with a run. */
export interface Recheck {
  /** The whole keyring, as it was last committed. */
  secrets: SealedSecret[]
  resumed: { place: Place; text: string }[]
}

/** One run's part of the journal. */
export interface RunJournal {
  /** How often the run has come into memory, with this time. */
  readonly life: number
  finishStep(step: FinishedStep, left: Left): Promise<boolean>
  /** With `leave`, the run leaves memory in the same commit. */
  failAttempt(attempt: FailedAttempt, left: Left, leave: Leave | undefined): Promise<Leaving>
  /** Opens a wait, or finds the resumption that came before it. */
  openWait(wait: NewWait, leave: Leave | undefined): Promise<{ state: WaitState; leaving: Leaving } | undefined>
  /** Ends an open wait as timed out; how it ended if something else was first. */
  timeOutWait(place: Place, name: string, at: number): Promise<WaitState | undefined>
  leave(leave: Leave): Promise<Leaving>
  /** Opens items: from now on their lanes have cursors. */
  openItems(items: NewItems): Promise<boolean>
  /**
   * Ends an item: with its last step, if that was held back, and without its keyring (I5). Of a run that is not kept, all
   * that was written of the item goes.
   */
  finishItem(item: FinishedItem, left: Left, last: FinishedStep | undefined): Promise<boolean>
  /** Undefined when the run is not unfinished and this process's any more. */
  recheck(): Promise<Recheck | undefined>
  /** Writes texts of the record anew, in a commit of their own. */
  rewrite(texts: Written[]): Promise<boolean>
  /** Ends the run: with its last step, if that was held back, and without its keyring (I5). */
  end(end: RunEnd, at: number, rewrites: Written[], last?: FinishedStep): Promise<boolean>
  /**
   * What was committed of the run's own record, or of one item's, for what became known late; empty where nothing is at
   * rest.
   */
  readBack(itemJournal?: string): Promise<Written[]>
  /** The same of all items, a bounded part at a time. */
  readItems(from: ItemMark | undefined): Promise<ItemTexts>
}

/** How the wait of a name stands for a resumption. */
export type Resumable =
  | { how: 'used' | 'expired' }
  | {
      how: 'open'
      versionId: number
      /** The keyring as it was last committed, for a run that is not in memory. */
      keyring: () => Promise<Keyring>
    }

export interface NewResumption {
  name: string
  /** JSON text. */
  text: string
  minted: SealedSecret[]
  at: number
}

/** How a request to accept a run was found. */
export type Acceptance =
  | { how: 'accepted'; journal: RunJournal }
  | { how: 'repeated'; key: number; uuid: string; end: RunEnd | undefined }
  | { how: 'key_reused' }
  | { how: 'tick_taken' }

export interface Journal {
  readonly durable: boolean
  /** The longest wait that this journal can hold; a longer one is refused. */
  readonly longestWaitMs: number
  /** Whether runs leave memory for long waits. */
  readonly leavesMemory: boolean
  accept(run: NewRun, at: number): Promise<Acceptance>
  /** Ends an unfinished run, wherever it is. */
  cancel(key: number, uuid: string, end: RunEnd, at: number, rewrites: Written[]): Promise<boolean>
  /** How the wait of this name stands. Undefined when there is no such unfinished run. */
  resumable(key: number, uuid: string, name: string, at: number): Promise<Resumable | undefined>
  /**
   * Ends the open wait of this name or keeps the resumption for it, unless one came before. `place` is the wait that it
   * ended; undefined as a whole when there is no such unfinished run. What was minted is written in any other case.
   */
  resume(
    key: number,
    uuid: string,
    resumption: NewResumption
  ): Promise<{ how: 'used' | 'expired' } | { how: 'resumed'; place?: Place } | undefined>
  /** Resolves when a commit that was refused for want of room is worth trying again. */
  room(): Promise<void>
}
