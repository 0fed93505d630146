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

type Sized<T> = T & { bytes: number }
type StepRows = Sized<StepRow & { id: number }>[]

/** How the run stands whose steps are read. */
export interface RunAt {
  run: number
  /** Whether its rows can be read: those of a run that is not kept are sealed. */
  kept: boolean
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
  async ofRun(at: RunAt): Promise<{ steps: StepView[]; more: boolean }> {
    const { run } = at
    const [attempts, waits, counted] = await Promise.all([
      this.#reader.all(queries.attemptRows, { run }),
      this.#reader.all(queries.waitRows, { run }),
      this.#reader.all(itemCounts, { run })
    ])
    // Behind them, so that a step that finishes meanwhile does not go missing.
    const finished = await this.#reader.all(queries.stepRows, { run })
    const more = finished.length > queries.STEPS_SHOWN
    const views = await this.#views(at, { waits, attempts, finished: finished.slice(0, queries.STEPS_SHOWN) })
    for (const row of counted) {
      const place = placeOf({ lane: '', position: row.position })
      const view = views.get(place) ?? eachStep(row, at)
      views.set(place, { ...view, items: countsOf(row) })
    }
    return { steps: inOrder([...views.values()]), more }
  }

  /** The steps of one lane, in order. */
  async ofLane(at: RunAt, lane: string): Promise<StepView[]> {
    const of = { run: at.run, lane }
    const [attempts, waits] = await Promise.all([
      this.#reader.all(queries.attemptRowsOfLane, of),
      this.#reader.all(queries.waitRowsOfLane, of)
    ])
    const finished = await this.#reader.all(queries.stepRowsOfLane, of)
    const views = await this.#views(at, { waits, attempts, finished })
    return [...views.values()].toSorted((a, b) => a.position - b.position)
  }

  /** The finished steps of a lane behind a position, in order. */
  async finishedAfter(at: RunAt, lane: string, position: number): Promise<StepView[]> {
    const { run } = at
    const rows = await this.#reader.all(queries.stepRowsAfter, { run, lane, position })
    return Promise.all(
      rows.map(async (row) => {
        const [body, tries] = await Promise.all([
          this.#stepBody(at, row),
          this.#reader.all(queries.attemptRowsOfStep, { run, lane, position: row.position })
        ])
        return finishedStep(row, body, await Promise.all(tries.map((row) => this.#attemptView(at, row))))
      })
    )
  }

  async #views(
    at: RunAt,
    rows: { waits: Sized<WaitRow>[]; attempts: Sized<AttemptRow>[]; finished: StepRows }
  ): Promise<Map<string, StepView>> {
    // All asked for at once, in the order in which they take room on the answer.
    const [tried, waited, finished] = await Promise.all([
      Promise.all(rows.attempts.map(async (row) => ({ row, view: await this.#attemptView(at, row) }))),
      Promise.all(rows.waits.map(async (row) => ({ row, brought: await this.#resumption(at, row) }))),
      Promise.all(rows.finished.map(async (row) => ({ row, body: await this.#stepBody(at, row) })))
    ])
    const attempts = Map.groupBy(tried, ({ row }) => placeOf(row))
    const views = new Map<string, StepView>()
    for (const { row, brought } of waited) views.set(placeOf(row), waitStep(row, at.ended, at.at, brought))
    for (const [place, tries] of attempts) {
      const last = tries.at(-1)
      if (last !== undefined) views.set(place, triedStep(last.row, tries.map(viewOf), at.ended, at.at))
    }
    for (const { row, body } of finished) {
      const tries = attempts.get(placeOf(row)) ?? []
      views.set(placeOf(row), finishedStep(row, body, tries.map(viewOf)))
    }
    return views
  }

  async #attemptView(at: RunAt, row: Sized<AttemptRow>): Promise<AttemptView> {
    const { lane, position, number, bytes } = row
    const body = await this.#bodyOf(at, bytes, async () => {
      const found = await this.#reader.get(queries.attemptBody, { run: at.run, lane, position, number })
      return found && { value: found.error, logs: found.logs }
    })
    return attemptView(row, body)
  }

  #stepBody(at: RunAt, { id, bytes }: Sized<StepRow & { id: number }>): Promise<Body> {
    return this.#bodyOf(at, bytes, () => this.#reader.get(queries.stepBody, { id }))
  }

  async #resumption(at: RunAt, { how, lane, position, bytes }: Sized<WaitRow>): Promise<Body | undefined> {
    if (how !== 'resumed') return undefined
    return this.#bodyOf(at, bytes, async () => {
      const found = await this.#reader.get(queries.waitBody, { run: at.run, lane, position })
      return found && { value: found.value, logs: null }
    })
  }

  /** Takes its room before it waits for anything. */
  async #bodyOf({ kept }: RunAt, bytes: number, read: () => Promise<Columns | undefined>): Promise<Body> {
    if (!kept) return { sealed: true }
    if (!this.take(bytes)) return { omitted: bytes }
    const { value, logs } = (await read()) ?? { value: null, logs: null }
    // Gone since it was sized: retention was faster.
    if (typeof value !== 'string') return { sealed: true }
    return { value, logs: typeof logs === 'string' ? logs : null }
  }
}

const viewOf = ({ view }: { view: AttemptView }): AttemptView => view

type Columns = { value: string | Uint8Array | null; logs: string | Uint8Array | null }

function placeOf({ lane, position }: { lane: string; position: number }): string {
  return `${lane} ${position}`
}
