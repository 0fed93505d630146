/**
 * What runs did, for people: the journal's own rows, read on a connection of its own and never written. Nothing here
 * needs a key: what is kept is scrubbed (I1), and what is sealed is said to be not kept.
 *
 * A run's rows are read by several statements, between which the writer may commit. They are read from what comes
 * first to what comes last (the run, its waits and failed attempts, then its steps), so that a step never goes missing:
 * at worst a run that has just ended is shown as still running.
 */
import type { Json } from '@bellhop/sdk'
import type { Reader } from '../storage/connection.ts'
import { runKey } from '../storage/ids.ts'
import { cursorAt, listPage, type RunListQuery } from './list-runs.ts'
import * as queries from './run-queries.ts'
import {
  attemptView,
  finishedStep,
  inOrder,
  runListItem,
  triedStep,
  waitStep,
  type AttemptRow,
  type Body,
  type RunRow,
  type StepRow
} from './run-view.ts'
import type { AttemptView, RunListItem, RunPage, RunView, StepView } from './views.ts'

/** Bytes of values and logs that one answer shows: reading and sending them holds up the thread that serves requests. */
const SHOWN_BYTES = 8_000_000

type Sized<T> = T & { bytes: number | null }

export class History {
  readonly #reader: Reader
  readonly #now: () => number

  /** @param now Unix milliseconds */
  constructor(reader: Reader, now: () => number) {
    this.#reader = reader
    this.#now = now
  }

  /** One run with every step in order, by its public id. Undefined when there is none, or none any more. */
  getRun(uuid: string): RunView | undefined {
    const row = this.#row(uuid)
    if (row === undefined) return undefined
    const budget = { left: SHOWN_BYTES }
    const event = this.#event(row.id, budget)
    const { steps, more } = this.#steps(row.id, row.ended_at, budget)
    return {
      ...runListItem(row),
      kept: row.keep === 1 && event !== undefined,
      ...event,
      steps,
      ...(more ? { more_steps: true } : {})
    }
  }

  /** A run as lists show it. */
  getListItem(uuid: string): RunListItem | undefined {
    const row = this.#row(uuid)
    return row && runListItem(row)
  }

  /** The finished steps of a lane behind a position, in order: what a live view has not shown yet. */
  stepsAfter(uuid: string, lane: string, position: number): StepView[] {
    const run = this.#row(uuid)?.id
    if (run === undefined) return []
    const budget = { left: SHOWN_BYTES }
    return this.#reader.all(queries.stepRowsAfter, { run, lane, position }).map((row) => {
      const tries = this.#reader.all(queries.attemptRowsOfStep, { run, lane, position: row.position })
      return finishedStep(
        row,
        this.#stepBody(row, budget),
        tries.map((row) => attemptView(row, this.#attemptBody(run, row, budget)))
      )
    })
  }

  /**
   * Runs that pass the filter, newest first. A page may hold fewer runs than asked for and have a next one all the same.
   * @throws Fault `bad_cursor` (400)
   */
  listRuns(query: RunListQuery): RunPage {
    const { rows, next } = listPage(this.#reader, query)
    return { runs: rows.map(runListItem), next_cursor: next === undefined ? null : cursorAt(next) }
  }

  #row(uuid: string): (RunRow & { id: number; keep: number }) | undefined {
    const id = runKey(uuid)
    const row = id === undefined ? undefined : this.#reader.get(queries.runRow, { id })
    // The key is only a part of the id; the rest must be right too.
    return row?.uuid === uuid ? row : undefined
  }

  /** Undefined where the run's event is sealed or gone. */
  #event(run: number, budget: Budget): Pick<RunView, 'event' | 'event_omitted_bytes'> | undefined {
    const bytes = this.#reader.get(queries.eventSize, { run })?.bytes
    if (bytes === undefined || bytes === null) return undefined
    if (!take(budget, bytes)) return { event_omitted_bytes: bytes }
    const body = this.#reader.get(queries.eventBody, { run })?.body
    return typeof body === 'string' ? { event: JSON.parse(body) as Json } : undefined
  }

  #steps(run: number, endedAt: number | null, budget: Budget): { steps: StepView[]; more: boolean } {
    const ended = endedAt !== null
    const at = endedAt ?? this.#now()
    const attempts = this.#attempts(run, budget)
    const waits = this.#reader.all(queries.waitRows, { run })
    const finished = this.#reader.all(queries.stepRows, { run })
    const more = finished.length > queries.STEPS_SHOWN
    const views = new Map<string, StepView>()
    for (const row of waits) views.set(placeOf(row), waitStep(row, ended, at))
    for (const [place, tries] of attempts) {
      const last = tries.at(-1)
      if (last !== undefined) views.set(place, triedStep(last.row, tries.map(viewOf), ended, at))
    }
    for (const row of finished.slice(0, queries.STEPS_SHOWN)) {
      const tries = attempts.get(placeOf(row)) ?? []
      views.set(placeOf(row), finishedStep(row, this.#stepBody(row, budget), tries.map(viewOf)))
    }
    return { steps: inOrder([...views.values()]), more }
  }

  /** Failed attempts by the place of their step. */
  #attempts(run: number, budget: Budget): Map<string, Tried[]> {
    const tried = this.#reader.all(queries.attemptRows, { run }).map((row) => ({
      row,
      view: attemptView(row, this.#attemptBody(run, row, budget))
    }))
    return Map.groupBy(tried, ({ row }) => placeOf(row))
  }

  #stepBody(row: Sized<StepRow & { id: number }>, budget: Budget): Body {
    return bodyOf(row.bytes, budget, () => {
      const found = this.#reader.get(queries.stepBody, { id: row.id })
      return found && { value: found.value, logs: found.logs }
    })
  }

  #attemptBody(run: number, row: Sized<AttemptRow>, budget: Budget): Body {
    return bodyOf(row.bytes, budget, () => {
      const { lane, position, number } = row
      const found = this.#reader.get(queries.attemptBody, { run, lane, position, number })
      return found && { value: found.error, logs: found.logs }
    })
  }
}

interface Budget {
  left: number
}

interface Tried {
  row: AttemptRow
  view: AttemptView
}

const viewOf = ({ view }: Tried): AttemptView => view

function take(budget: Budget, bytes: number): boolean {
  if (bytes > budget.left) return false
  budget.left -= bytes
  return true
}

type Columns = { value: string | Uint8Array; logs: string | Uint8Array | null }

function bodyOf(bytes: number | null, budget: Budget, read: () => Columns | undefined): Body {
  if (bytes === null) return { sealed: true }
  if (!take(budget, bytes)) return { omitted: bytes }
  const { value, logs } = read() ?? { value: null, logs: null }
  // Gone since it was sized: retention was faster.
  if (typeof value !== 'string') return { sealed: true }
  return { value, logs: typeof logs === 'string' ? logs : null }
}

function placeOf({ lane, position }: { lane: string; position: number }): string {
  return `${lane} ${position}`
}
