/**
 * The durable port: what the interpreter asks of an engine. Design, section 5.
 *
 * Items are a section of a run: each has a journal and a keyring of its own, and one checkpoint, after which an engine
 * holds nothing of it in memory. An engine that has no lanes of its own may give each item a child workflow, whose end
 * is the item's checkpoint.
 *
 * Who owns what: the engine owns the run's rows, its clock, retries, time budget and ownership; the interpreter owns
 * what a step means. A run is `running` in one process at most, `waiting` in none, and ended for good.
 *
 * Keeps I2 (acknowledged is durable), I3 (a finished step never runs again) and I5 (the keyring dies with the run).
 */
import type { Json } from '@bellhop/sdk'
import type { Keyring, SealedSecret } from '../secrets/keyring.ts'
import type { ErrorRecord } from '../secrets/error-record.ts'
import type { RunId } from '../storage/ids.ts'
import type { TickClaim } from '../workflow/schedule-commands.ts'

/** How often and how patiently a step is tried. Times in milliseconds. */
export interface RetryPolicy {
  /** Attempts in all; 1 means no retry. */
  attempts: number
  /** Wait before the second attempt; doubles each time, with full jitter above half. */
  backoffMs: number
  /** Longest wait between two attempts. A vendor's `Retry-After` may lengthen it up to this. */
  maxBackoffMs: number
}

export interface StepPolicy {
  /** What history calls this step: `use`, `delay`, `end_if`, … */
  kind: string
  retry: RetryPolicy
  /** Time for one attempt, in milliseconds; the run's own budget may end it sooner. */
  timeoutMs?: number
  /**
   * The checkpoint may be committed together with the run's end. Only for a step after which the run does nothing
   * else that can be seen outside: it saves one commit, and a crash in between repeats a step that was in flight (I3).
   */
  last?: boolean
}

/** One line that a step logged; scrubbed before it gets here (I1). */
export interface LogLine {
  at: number
  level: 'debug' | 'info' | 'warn' | 'error'
  text: string
}

/** What an attempt leaves; committed as one. Everything in it is scrubbed (I1). */
export interface Outcome<T> {
  value: T
  /** The keyring's entries that no commit has carried yet. */
  minted: SealedSecret[]
  logs: LogLine[]
}

/**
 * An attempt that failed: thrown by the attempt function instead of a bare error, so that its logs and what it minted
 * are not lost. Everything in it is scrubbed (I1).
 */
export class AttemptFailed extends Error {
  readonly record: ErrorRecord
  readonly minted: SealedSecret[]
  readonly logs: LogLine[]
  /** The vendor's `Retry-After`, in milliseconds. */
  readonly retryAfterMs: number | undefined
  constructor(
    record: ErrorRecord,
    left: { minted: SealedSecret[]; logs: LogLine[]; retryAfterMs?: number | undefined }
  ) {
    super(record.message)
    this.name = 'AttemptFailed'
    this.record = record
    this.minted = left.minted
    this.logs = left.logs
    this.retryAfterMs = left.retryAfterMs
  }
}

export interface Attempt {
  /** 1 for the first. */
  number: number
  /** Aborted when the attempt or the run times out, or the run is cancelled or lost. */
  signal: AbortSignal
  /** The same for every attempt of this step in this run. */
  idempotencyKey: string
  /** When its time is over, or the run's, in milliseconds since 1970. */
  deadline: number
}

/** How a wait ended. A cancelled run ends its waits with `Stopped`. */
export type Resumption<T> = { how: 'resumed'; value: T } | { how: 'timed_out' }

/** What takes a resumption in: it makes of what came what may be written. */
export interface Resuming {
  versionId: number
  /** The run's. What is minted into it is committed with the resumption. */
  keyring: Keyring
}

/**
 * How a resumption was taken. `used`: one under its name came before. `expired`: its wait had timed out. `gone`: there is
 * no such unfinished run.
 */
export type ResumeResult = 'resumed' | 'used' | 'expired' | 'gone'

/** A step that failed for good; what `Durable.step` throws, the first time and on every later pass. */
export class StepFailed extends Error {
  readonly step: string
  readonly record: ErrorRecord
  constructor(step: string, record: ErrorRecord) {
    super(`step ${step} failed: ${record.message}`)
    this.name = 'StepFailed'
    this.step = step
    this.record = record
  }
}

/** Why a run left this process's memory. */
export type StopReason = 'ended' | 'suspended' | 'cancelled' | 'timed_out' | 'lost' | 'shutdown'

/**
 * Lost ownership, cancellation, time-out and suspension leave the port as this one signal. The interpreter never
 * catches it: no step, deletion or revocation may follow it.
 */
export class Stopped extends Error {
  readonly reason: StopReason
  constructor(reason: StopReason) {
    super(`the run stopped here: ${reason}`)
    this.name = 'Stopped'
    this.reason = reason
  }
}

/** How items are gone through. The same for every life of a run: it follows from the version and the journal. */
export interface ItemsOrder {
  total: number
  /** How many at a time: lane k takes items k, k+n, … in turn. */
  lanes: number
  /** Whether no item begins any more once one has failed; those that have begun go on to their end. */
  halts: boolean
}

/** One item, as whoever walks it sees it. */
export interface Item {
  /** From 0. */
  index: number
  /** Its own, on top of the run's. Dies with its checkpoint (I5). */
  keyring: Keyring
  /** Whether this process still owns the run, and the item has not been checkpointed. */
  readonly owned: () => boolean
  /** As `RunContext.wrote`, of the item. */
  readonly wrote: () => void
}

/** How an item ended. Scrubbed (I1). */
export type ItemEnd =
  | { status: 'succeeded' }
  | { status: 'ended_early'; note: string }
  | { status: 'failed'; error: ErrorRecord; step?: string }

/** How many items ended, and how. */
export interface ItemCounts {
  total: number
  succeeded: number
  ended_early: number
  failed: number
}

export interface ItemsTally extends ItemCounts {
  /** The least index of the items that failed first on their lanes. */
  failedAt?: number
}

/** Calls on one `Durable` are sequential, in an order that only the definition and the journal decide. */
export interface Durable {
  /**
   * Runs once; its value, the secrets that it minted and its logs are committed together. Returns the decoded
   * checkpoint, also the first time.
   * @throws StepFailed after the last attempt; remembered like a value
   * @throws Stopped
   */
  step<T extends Json>(name: string, attempt: (a: Attempt) => Promise<Outcome<T>>, policy: StepPolicy): Promise<T>
  /** Keeps its first date across restarts. `until` is asked only the first time. */
  sleep(name: string, until: () => Date): Promise<void>
  /**
   * Until resumed or timed out. A resumption may arrive before its wait. `deadline` is asked only the first time.
   * @param name no other wait of the run has it: a resumption is for one wait. Not within items.
   */
  wait<T extends Json>(name: string, deadline: () => Date): Promise<Resumption<T>>
  /** `count` journals side by side; lane k takes items k, k+n, … A lane's failure is thrown when all lanes are done. */
  lanes(name: string, count: number, lane: (d: Durable, index: number) => Promise<void>): Promise<void>
  /**
   * Goes through items, `order.lanes` at a time, and then concludes: one step, whose value is what `conclude` leaves and
   * which began with the first item. On the run's own line only, not within lanes or items.
   *
   * Implementers: an item's end, its last step (`StepPolicy.last`) and the end of its keyring are one commit (I3, I5).
   * Memory and what a restart reads grow with the lanes, not with the items: a restart goes on with the items that were
   * in flight, each from its own journal, and never looks at those that have their checkpoint. Of a run that is not
   * kept, nothing of an item outlives its checkpoint but the counts.
   *
   * @param walk called once for each item in each life of the run that it lives in; throws `Stopped` through, nothing else
   * @param conclude makes the step's outcome, or throws `AttemptFailed`; called when no lane has an item to go on with
   * @throws StepFailed when `conclude` failed; remembered like a value
   * @throws Stopped
   */
  items<T extends Json>(
    name: string,
    order: ItemsOrder,
    walk: (d: Durable, item: Item) => Promise<ItemEnd>,
    conclude: (tally: ItemsTally) => Outcome<T>,
    policy: Pick<StepPolicy, 'kind' | 'last'>
  ): Promise<T>
}

/** A run that is to be accepted. Everything in it is scrubbed (I1); `keyring` holds what was taken out. */
export interface NewRun {
  id: RunId
  workflowId: number
  versionId: number
  /** The event as scrubbed JSON text, and as the value that it decodes to. */
  eventText: string
  event: Json
  keyring: Keyring
  /** Time in steps that the run may take, in milliseconds. */
  timeoutMs: number
  /** `false`: rows are sealed whole and nothing stays after the run (settings.retention.keep). */
  keep: boolean
  /** The public id of the run that this one replays. */
  replayOf?: string
  /**
   * What the run that this one replays has finished. Implementers: committed with the run, and from then on the same as if
   * this run had done it (I3). Scrubbed, with handles of this run.
   */
  inherited?: readonly Inherited[]
  idempotency?: NewIdempotency
  /** The tick of its workflow's schedule that starts it. For durable engines only. */
  tick?: NewTick
}

/** A call on the main line that another run has finished. Times in Unix milliseconds. */
export type Inherited =
  | {
      call: 'step'
      position: number
      name: string
      kind: string
      startedAt: number
      endedAt: number
      attempts: number
      /** JSON text of the value. */
      text: string
      logs: LogLine[]
    }
  | { call: 'sleep'; position: number; name: string; startedAt: number; until: number }

/**
 * A tick that starts a run. Implementers claim it in the commit that accepts the run, and only while the schedule's row
 * is as it was read (`version`, `due`), so that among all processes that share the storage one claim is accepted.
 */
export type NewTick = Omit<TickClaim, 'run' | 'workflow' | 'version'>

/** The row that makes a repeated request return the first answer. Committed with the run, kept for a day. */
export interface NewIdempotency {
  /** Keyed hash of endpoint, caller and key, 32 bytes. */
  scope: Uint8Array
  /** Keyed hash of the request and its credentials, 32 bytes. */
  request: Uint8Array
}

/** What the interpreter gets for a run, new or brought back. */
export interface RunContext {
  id: RunId
  workflowId: number
  versionId: number
  acceptedAt: number
  event: Json
  keyring: Keyring
  replayOf: string | undefined
  /** Whether what is written for it survives: false for `x-pd-nostore`. */
  durable: boolean
  /** Whether this process still owns the run; the door dials only while it does. */
  owned(): boolean
  /** Says that something is written besides the journal, to be looked through for secrets that become known late. */
  wrote(): void
  /**
   * Answers a caller who waits, before the run's end. Whoever was answered is not answered again, and of a run that was
   * brought back nobody waits any more.
   */
  answer(answer: RunAnswer): void
}

/** What answers the caller who waits. Scrubbed (I1). */
export interface RunAnswer {
  status: number
  headers: Record<string, string | string[]>
  body: Json
  /** With it the body is text that stands for bytes. */
  encoding?: 'utf8' | 'latin1'
}

/** How the interpreter left a run. */
export type RunOutcome =
  | { status: 'succeeded'; answer?: RunAnswer; note?: string }
  /** `end_if` or `$.flow.exit`; `note` is the reason that history shows. */
  | { status: 'ended_early'; answer?: RunAnswer; note: string }
  | { status: 'failed'; error: ErrorRecord; step?: string; answer?: RunAnswer }
  /** Cancelled from outside, or by a wait that nobody ended. */
  | { status: 'cancelled'; note?: string }

/** How a run ended: the interpreter's outcome, or the engine's own. */
export type RunEnd =
  | RunOutcome
  | { status: 'timed_out'; error: ErrorRecord }
  /** The run took the process down too often at the same step. */
  | { status: 'crashed'; error: ErrorRecord }

/**
 * What a waiting caller learns: the end, or that the run goes on without it, because it has answered or because it left
 * memory (its first sleep or long wait).
 */
export type CallerView = { ended: true; end: RunEnd } | { ended: false; answer?: RunAnswer }

/** The interpreter, as the engine calls it. Throws `Stopped` through, nothing else. */
export type Execute = (run: RunContext, durable: Durable) => Promise<RunOutcome>

/** How an `Idempotency-Key` was found. */
export type AcceptResult =
  /** `over`: it has ended, or is in memory for nobody's sake any more. */
  | { accepted: true; ended: Promise<CallerView>; over: Promise<unknown> }
  /** The same request came before: its run, and its answer when it has ended. */
  | { accepted: false; reason: 'repeated'; run: string; answer: Promise<CallerView> }
  /** Another request came before under the same key: 422. */
  | { accepted: false; reason: 'key_reused' }
  /** The tick was fired already, or its schedule has changed. */
  | { accepted: false; reason: 'tick_taken' }

/** What happened in a run, told after its commit (attempt starts apart, which are not committed). */
export type RunEvent =
  | { type: 'accepted'; run: string; workflowId: number; at: number }
  | { type: 'step_started'; run: string; step: string; lane: string; attempt: number; at: number }
  | { type: 'attempt_failed'; run: string; step: string; lane: string; attempt: number; error: ErrorRecord; at: number }
  | { type: 'step_finished'; run: string; step: string; lane: string; status: 'succeeded' | 'failed'; at: number }
  | { type: 'waiting'; run: string; step: string; lane: string; until: number; at: number }
  /** `counts` is how far all lanes have come. */
  | { type: 'item_finished'; run: string; step: string; index: number; counts: ItemCounts; at: number }
  | { type: 'ended'; run: string; status: RunEnd['status']; at: number }

/**
 * An engine. Implementers: `accept` resolves after the commit and never before it (I2), and a run whose `accept`
 * rejected leaves nothing; `start` returns before recovery is done and brings runs back a few at a time.
 */
export interface Engine {
  /** Whether an accepted run survives a crash. */
  readonly durable: boolean
  /** @throws Fault `storage_full` (503, retryable) when nothing could be committed */
  accept(run: NewRun): Promise<AcceptResult>
  /** Ends a run that has not ended. Resolves after the commit; false when there is no such unfinished run. */
  cancel(run: string, note?: string): Promise<boolean>
  /**
   * Delivers a resumption to the wait `name`, now or when it is reached; once. Implementers: what `make` mints is
   * committed with what it makes, also for a run that is out of memory (I1), and whoever has the run in memory by then
   * learns of both.
   * @param make called at most once, and only where nothing was delivered before; what it throws is thrown
   */
  resume(run: string, name: string, make: (to: Resuming) => Json): Promise<ResumeResult>
  /** Starts recovery and the clock of sleeping runs. */
  start(): Promise<void>
  /** Takes no new work, gives running steps `graceMs`, then lets go of them; unfinished runs go on at the next start. */
  stop(graceMs: number): Promise<void>
  /** Tells what happens in runs; returns the function that ends the telling. */
  onEvent(listener: (event: RunEvent) => void): () => void
  /** Runs in memory right now. */
  readonly active: number
}
