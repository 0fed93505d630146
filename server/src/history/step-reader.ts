/** Reads what the steps of a run, or of an item of it, did: each row once it is known that it fits on the answer. */
import type { Reader } from '../storage/tx.ts'
import { itemCounts } from './item-rows.ts'
import * as queries from './run-queries.ts'
import {
  attemptView,
  countsOf,
  eachStep,
  finishedStep,
  inOrder,
  triedStep,
  waitStep,
  type AttemptRow,
  type Body,
  type StepRow,
  type WaitRow
} from './run-view.ts'
import type { AttemptView, StepView } from './views.ts'

/** Bytes of values and logs that one answer shows: reading and sending them holds up the thread that serves requests. */
const SHOWN_BYTES = 8_000_000

type Sized<T> = T & { bytes: number | null }
type StepRows = Sized<StepRow & { id: number }>[]

/** How the run stands whose steps are read. */
export interface RunAt {
  run: number
  ended: boolean
  /** Whether it is out of memory. */
  waits: boolean
  /** Now, or its end. */
  at: number
}

export class StepReader {
  readonly #reader: Reader
  #left = SHOWN_BYTES

  constructor(reader: Reader) {
    this.#reader = reader
  }

  /** Whether so many bytes still fit on the answer; if so, they are taken off. */
  take(bytes: number): boolean {
    if (bytes > this.#left) return false
    this.#left -= bytes
    return true
  }

  /** The run's own steps, in order; items have pages of their own. */
  ofRun(at: RunAt): { steps: StepView[]; more: boolean } {
    const { run } = at
    const attempts = this.#reader.all(queries.attemptRows, { run })
    const waits = this.#reader.all(queries.waitRows, { run })
    const counted = this.#reader.all(itemCounts, { run })
    const finished = this.#reader.all(queries.stepRows, { run })
    const more = finished.length > queries.STEPS_SHOWN
    const views = this.#views(at, { waits, attempts, finished: finished.slice(0, queries.STEPS_SHOWN) })
    for (const row of counted) {
      const place = placeOf({ lane: '', position: row.position })
      const view = views.get(place) ?? eachStep(row, at)
      views.set(place, { ...view, items: countsOf(row) })
    }
    return { steps: inOrder([...views.values()]), more }
  }

  /** The steps of one lane, in order. */
  ofLane(at: RunAt, lane: string): StepView[] {
    const of = { run: at.run, lane }
    const attempts = this.#reader.all(queries.attemptRowsOfLane, of)
    const waits = this.#reader.all(queries.waitRowsOfLane, of)
    const finished = this.#reader.all(queries.stepRowsOfLane, of)
    return [...this.#views(at, { waits, attempts, finished }).values()].toSorted((a, b) => a.position - b.position)
  }

  /** The finished steps of a lane behind a position, in order. */
  finishedAfter(run: number, lane: string, position: number): StepView[] {
    return this.#reader.all(queries.stepRowsAfter, { run, lane, position }).map((row) => {
      const tries = this.#reader.all(queries.attemptRowsOfStep, { run, lane, position: row.position })
      return finishedStep(
        row,
        this.#stepBody(row),
        tries.map((row) => attemptView(row, this.#attemptBody(run, row)))
      )
    })
  }

  #views(
    { run, ended, at }: RunAt,
    rows: { waits: Sized<WaitRow>[]; attempts: Sized<AttemptRow>[]; finished: StepRows }
  ): Map<string, StepView> {
    const attempts = this.#attempts(run, rows.attempts)
    const views = new Map<string, StepView>()
    for (const row of rows.waits) views.set(placeOf(row), waitStep(row, ended, at, this.#resumption(run, row)))
    for (const [place, tries] of attempts) {
      const last = tries.at(-1)
      if (last !== undefined) views.set(place, triedStep(last.row, tries.map(viewOf), ended, at))
    }
    for (const row of rows.finished) {
      const tries = attempts.get(placeOf(row)) ?? []
      views.set(placeOf(row), finishedStep(row, this.#stepBody(row), tries.map(viewOf)))
    }
    return views
  }

  /** Failed attempts by the place of their step. */
  #attempts(run: number, rows: Sized<AttemptRow>[]): Map<string, Tried[]> {
    const tried = rows.map((row) => ({ row, view: attemptView(row, this.#attemptBody(run, row)) }))
    return Map.groupBy(tried, ({ row }) => placeOf(row))
  }

  #stepBody(row: Sized<StepRow & { id: number }>): Body {
    return this.#bodyOf(row.bytes, () => {
      const found = this.#reader.get(queries.stepBody, { id: row.id })
      return found && { value: found.value, logs: found.logs }
    })
  }

  #resumption(run: number, row: Sized<WaitRow>): Body | undefined {
    if (row.how !== 'resumed') return undefined
    const { lane, position } = row
    return this.#bodyOf(row.bytes, () => {
      const found = this.#reader.get(queries.waitBody, { run, lane, position })
      return found && { value: found.value, logs: null }
    })
  }

  #attemptBody(run: number, row: Sized<AttemptRow>): Body {
    return this.#bodyOf(row.bytes, () => {
      const { lane, position, number } = row
      const found = this.#reader.get(queries.attemptBody, { run, lane, position, number })
      return found && { value: found.error, logs: found.logs }
    })
  }

  #bodyOf(bytes: number | null, read: () => Columns | undefined): Body {
    if (bytes === null) return { sealed: true }
    if (!this.take(bytes)) return { omitted: bytes }
    const { value, logs } = read() ?? { value: null, logs: null }
    // Gone since it was sized: retention was faster.
    if (typeof value !== 'string') return { sealed: true }
    return { value, logs: typeof logs === 'string' ? logs : null }
  }
}

interface Tried {
  row: AttemptRow
  view: AttemptView
}

const viewOf = ({ view }: Tried): AttemptView => view

type Columns = { value: string | Uint8Array | null; logs: string | Uint8Array | null }

function placeOf({ lane, position }: { lane: string; position: number }): string {
  return `${lane} ${position}`
}
