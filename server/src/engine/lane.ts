/**
 * One lane's side of the durable port: each call takes the next position, finds what the journal holds there, and
 * goes on from it.
 */
import { Fault, type Json } from '@bellhop/sdk'
import type { Follower } from './follower.ts'
import { Items } from './items.ts'
import {
  itemsOf,
  type FinishedStep,
  type Left,
  type NewWait,
  type PastEntry,
  type Place,
  type WaitState
} from './journal.ts'
import type { LiveRun } from './live-run.ts'
import {
  StepFailed,
  type Attempt,
  type Durable,
  type Item,
  type ItemEnd,
  type ItemsOrder,
  type ItemsTally,
  type Outcome,
  type Resumption,
  type StepPolicy
} from './port.ts'
import { tryStep, type StepOrder } from './retries.ts'
import { Held, type Scope } from './scope.ts'
import type { ErrorRecord } from '../secrets/error-record.ts'

/** What is to be committed of a step. */
interface Tried {
  step: FinishedStep
  left: Left
}

export class Lane implements Durable {
  readonly #run: LiveRun
  readonly #scope: Scope
  readonly #lane: string
  readonly #follower: Follower | undefined
  #position = 0

  constructor(run: LiveRun, scope: Scope, lane: string, follower: Follower | undefined) {
    this.#run = run
    this.#scope = scope
    this.#lane = lane
    this.#follower = follower
  }

  async step<T extends Json>(name: string, work: (a: Attempt) => Promise<Outcome<T>>, policy: StepPolicy): Promise<T> {
    const { place, past } = await this.#next(name)
    if (past?.kind === 'step') return settled(name, past.status, past.text) as T
    if (past?.kind === 'wait') throw mismatch(name)
    const order = { name, place, work, policy, past }
    if (this.#follower !== undefined)
      return this.#follower.step(name, this.#scope, async () => this.#finish<T>(await this.#try(order), policy))
    return this.#finish<T>(await this.#try(order), policy)
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
    const prefix = place.lane === '' ? '' : `${place.lane}/`
    await this.#beside(count, `${prefix}${place.position}`, (index, lane, follower) =>
      walk(new Lane(this.#run, this.#scope, lane, follower), index)
    )
  }

  async items<T extends Json>(
    name: string,
    order: ItemsOrder,
    walk: (d: Durable, item: Item) => Promise<ItemEnd>,
    conclude: (tally: ItemsTally) => Outcome<T>,
    policy: Pick<StepPolicy, 'kind' | 'last'>
  ): Promise<T> {
    const { place, past } = await this.#next(name)
    if (past?.kind === 'step') return settled(name, past.status, past.text) as T
    if (past !== undefined || place.lane !== '') throw mismatch(name)
    const run = this.#run
    const items = await Items.open(run, { position: place.position, name }, order, (scope, journal, item, follower) =>
      walk(new Lane(run, scope, journal, follower), item)
    )
    this.#scope.wrote()
    await this.#beside(items.lanes, itemsOf(place.position), (lane, _, follower) => items.walkLane(lane, follower))
    const work = (): Promise<Outcome<T>> => Promise.try(conclude, items.tally())
    const whole = { ...policy, retry: { attempts: 1, backoffMs: 0, maxBackoffMs: 0 } }
    const { step, left } = await this.#try({ name, place, work, policy: whole, past: undefined })
    return this.#finish<T>({ step: { ...step, startedAt: items.startedAt }, left }, policy)
  }

  /** Lanes beside each other, until all are done. Throws the first failure. */
  async #beside(
    count: number,
    name: string,
    walk: (index: number, lane: string, follower?: Follower) => Promise<void>
  ): Promise<void> {
    if (count === 0) return
    const { parking } = this.#run
    parking.addWalking(count - 1)
    const ends = await Promise.allSettled(
      Array.from({ length: count }, async (_, index) => {
        try {
          const lane = `${name}.${index}`
          if (this.#follower === undefined) await walk(index, lane)
          else await this.#follower.lane(lane, (follower) => walk(index, lane, follower))
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
    const { held } = this.#scope
    this.#scope.held = undefined
    if (held !== undefined) {
      await this.#checkpoint(held.step, held.left)
      held.commit()
    }
    if (past?.kind !== 'step') this.#run.checkBeginning()
    return { place, past }
  }

  #try<T>(order: StepOrder<T>): Promise<Tried> {
    return tryStep(this.#run, this.#scope, order)
  }

  /** Commits a step, unless that is to wait for the scope's end. @throws StepFailed, Stopped */
  async #finish<T>({ step, left }: Tried, { last }: Pick<StepPolicy, 'last'>): Promise<T> {
    if (last === true) this.#scope.held = new Held(step, left)
    else await this.#checkpoint(step, left)
    return settled(step.name, step.status, step.text) as T
  }

  async #checkpoint(step: FinishedStep, left: Left): Promise<void> {
    const run = this.#run
    if (!(await run.commit(() => run.journal.finishStep(step, left)))) throw run.stop('lost')
    this.#scope.wrote()
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
    if (end.state.how === null && end.state.until > host.now()) this.#run.goesOn(wait.name, wait.lane, end.state.until)
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
