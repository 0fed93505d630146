/**
 * What an engine keeps of its runs, behind the step loop that all in-process engines share. Implementers: every
 * method is one commit (I2), and is carried out only while the run is unfinished and this process's own; `false` and
 * `ended` say that it was not, and that nothing was written.
 */
import type { SealedSecret } from '../secrets/keyring.ts'
import type { ErrorRecord } from '../secrets/error-record.ts'
import type { LogLine, NewRun, RunEnd } from './port.ts'

/** A position on a lane. The main line is lane ''. */
export interface Place {
  lane: string
  position: number
}

/** What a commit carries besides its subject. */
export interface Left {
  minted: SealedSecret[]
  rewrites: Written[]
}

/** Where a text of a run's record stands. */
export type WrittenAt =
  | { what: 'event' }
  | ({ what: 'value' | 'logs' } & Place)
  | ({ what: 'error' | 'attempt_logs'; number: number } & Place)

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

/** What a run did before it was brought back. */
export interface Past {
  at(place: Place): PastEntry | undefined
  spentMs: number
}

export const NO_PAST: Past = { at: () => undefined, spentMs: 0 }

/** One run's part of the journal. */
export interface RunJournal {
  finishStep(step: FinishedStep, left: Left): Promise<boolean>
  /** With `leave`, the run leaves memory in the same commit. */
  failAttempt(attempt: FailedAttempt, left: Left, leave: Leave | undefined): Promise<Leaving>
  /** Opens a wait, or finds the resumption that came before it. */
  openWait(wait: NewWait, leave: Leave | undefined): Promise<{ state: WaitState; leaving: Leaving } | undefined>
  /** Ends an open wait as timed out; how it ended if something else was first. */
  timeOutWait(place: Place, name: string, at: number): Promise<WaitState | undefined>
  leave(leave: Leave): Promise<Leaving>
  /** Ends the run: with its last step, if that was held back, and without its keyring (I5). */
  end(end: RunEnd, at: number, rewrites: Written[], last?: FinishedStep): Promise<boolean>
  /** Everything that was committed of the run's record, for what became known late; empty where nothing is at rest. */
  readBack(): Written[]
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
  /**
   * Ends the open wait of this name or keeps the resumption for it. `place` is the wait that it ended; undefined as a
   * whole when there is no such unfinished run.
   */
  resume(key: number, uuid: string, name: string, text: string, at: number): Promise<{ place?: Place } | undefined>
  /** Resolves when a commit that was refused for want of room is worth trying again. */
  room(): Promise<void>
}
