/**
 * One lane's side of the durable port: each call takes the next position, finds what the journal holds there, and
 * goes on from it.
 */
import { Fault, type Json } from '@bellhop/sdk'
import type { FinishedStep, Left, NewWait, PastEntry, Place, WaitState } from './journal.ts'
import type { LiveRun } from './live-run.ts'
import { StepFailed, type Attempt, type Durable, type Outcome, type Resumption, type StepPolicy } from './port.ts'
import { tryStep } from './retries.ts'
import type { ErrorRecord } from '../secrets/error-record.ts'

export class Lane implements Durable {
  readonly #run: LiveRun
  readonly #lane: string
  #position = 0

  constructor(run: LiveRun, lane: string) {
    this.#run = run
    this.#lane = lane
  }

  async step<T extends Json>(name: string, work: (a: Attempt) => Promise<Outcome<T>>, policy: StepPolicy): Promise<T> {
    const { place, past } = await this.#next(name)
    if (past?.kind === 'step') return settled(name, past.status, past.text) as T
    if (past?.kind === 'wait') throw mismatch(name)
    const { step, left } = await tryStep(this.#run, { name, place, work, policy, past })
    if (policy.last === true) this.#run.held = { step, left }
    else await this.#checkpoint(step, left)
    return settled(name, step.status, step.text) as T
  }

  async sleep(name: string, until: () => Date): Promise<void> {
    const { place, past } = await this.#next(name)
    const state = await this.#open({ ...place, name, kind: 'sleep' }, past, until)
    await this.#run.parking.wait({ place, until: state.until, resumable: false })
  }

  async wait<T extends Json>(name: string, deadline: () => Date): Promise<Resumption<T>> {
    const { place, past } = await this.#next(name)
    const state = await this.#open({ ...place, name, kind: 'wait' }, past, deadline)
    if (state.how !== null) return resumption<T>(state)
    const text = await this.#run.parking.wait({ place, until: state.until, resumable: true })
    if (text !== undefined) return resumption<T>({ until: state.until, how: 'resumed', text })
    const { journal, host } = this.#run
    const end = await this.#run.commit(() => journal.timeOutWait(place, name, host.now()))
    if (end === undefined) throw this.#run.stop('lost')
    return resumption<T>(end)
  }

  async lanes(name: string, count: number, walk: (d: Durable, index: number) => Promise<void>): Promise<void> {
    const { place, past } = await this.#next(name)
    if (past !== undefined) throw mismatch(name)
    if (count === 0) return
    const { parking } = this.#run
    const prefix = place.lane === '' ? '' : `${place.lane}/`
    parking.addWalking(count - 1)
    const ends = await Promise.allSettled(
      Array.from({ length: count }, async (_, index) => {
        try {
          await walk(new Lane(this.#run, `${prefix}${place.position}.${index}`), index)
        } finally {
          parking.addWalking(-1)
        }
      })
    )
    parking.addWalking(1)
    this.#run.check()
    const failed = ends.find((end) => end.status === 'rejected')
    if (failed !== undefined) throw failed.reason as Error
  }

  /** The next position, once nothing keeps this lane from going on. */
  async #next(name: string): Promise<{ place: Place; past: PastEntry | undefined }> {
    this.#run.check()
    const place = { lane: this.#lane, position: this.#position++ }
    const past = this.#run.past.at(place)
    if (past !== undefined && past.name !== name) throw mismatch(name)
    if (this.#run.held !== undefined) await this.#run.commitHeld()
    if (past?.kind !== 'step') this.#run.checkBeginning()
    return { place, past }
  }

  async #checkpoint(step: FinishedStep, left: Left): Promise<void> {
    const run = this.#run
    if (!(await run.commit(() => run.journal.finishStep(step, left)))) throw run.stop('lost')
    run.finished(step)
  }

  /** How the wait stands, having opened it the first time. @throws Stopped when the run left memory with it */
  async #open(
    wait: Omit<NewWait, 'startedAt' | 'until'>,
    past: PastEntry | undefined,
    until: () => Date
  ): Promise<WaitState> {
    if (past?.kind === 'wait') return past.state
    if (past !== undefined) throw mismatch(wait.name)
    const { journal, parking, host } = this.#run
    const startedAt = host.now()
    const opened: NewWait = { ...wait, startedAt, until: until().getTime() }
    if (opened.until - startedAt > host.longestWaitMs) throw tooLong(wait.name, host.longestWaitMs)
    const leave = parking.leaveWith(opened.until)
    const commit = this.#run.commit(() => journal.openWait(opened, leave))
    if (leave !== undefined) parking.announce(commit.then((end) => end?.leaving ?? 'ended'))
    const end = await commit
    if (end === undefined) throw this.#run.stop('lost')
    if (end.state.how === null && end.state.until > host.now()) this.#run.goesOn(wait.name, end.state.until)
    parking.obey(end.leaving)
    return end.state
  }
}

/** What was written as a value; what failed was written as an `ErrorRecord`. @throws StepFailed */
function settled(name: string, status: 'succeeded' | 'failed', text: string): Json {
  if (status === 'failed') throw new StepFailed(name, JSON.parse(text) as ErrorRecord)
  return JSON.parse(text) as Json
}

function resumption<T>(state: WaitState): Resumption<T> {
  if (state.how !== 'resumed') return { how: 'timed_out' }
  return { how: 'resumed', value: JSON.parse(state.text ?? 'null') as T }
}

/** Versions never change, so this is a mistake of Bellhop's own. */
function mismatch(name: string): Fault {
  return new Fault('journal_mismatch', `The run's record holds something else where step ${name} should stand.`)
}

function tooLong(name: string, longestMs: number): Fault {
  return new Fault(
    'nostore_cannot_wait',
    `Step ${name} would have to be remembered while it waits, and this run keeps nothing (x-pd-nostore).`,
    { hint: `Waits of up to ${longestMs / 1000} s work; for longer ones, call the workflow without x-pd-nostore.` }
  )
}
