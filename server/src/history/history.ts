/**
 * What runs did, for people: the journal's own rows, read on a connection of its own and never written. Nothing here
 * needs a key: what is kept is scrubbed (I1), and what is sealed is said to be not kept.
 *
 * A run's rows are read by several statements, between which the writer may commit. They are read from what comes
 * first to what comes last (the run, its waits and failed attempts, then its steps), so that a step never goes missing:
 * at worst a run that has just ended is shown as still running.
 */
import type { Json } from '@bellhop/sdk'
import type { Reader } from '../storage/tx.ts'
import { runKey } from '../storage/ids.ts'
import { activityOf } from './activity.ts'
import { cursorAt, listPage, type RunListQuery } from './list-runs.ts'
import { listItems, type ItemListQuery } from './list-items.ts'
import { openWaitOf } from './recorded-run.ts'
import * as queries from './run-queries.ts'
import { runListItem, type RunRow } from './run-view.ts'
import { StepReader, type RunAt } from './step-reader.ts'
import type { ActivityView, ItemPage, RunListItem, RunPage, RunView, StepView } from './views.ts'

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
    const reader = new StepReader(this.#reader)
    const event = this.#event(row.id, reader)
    const { steps, more } = reader.ofRun(this.#at(row))
    return {
      ...runListItem(row),
      kept: row.keep === 1 && event !== undefined,
      ...(row.status === 'waiting' && openWaitOf(this.#reader, uuid) !== undefined ? { resumable: true } : {}),
      ...event,
      steps,
      ...(more ? { more_steps: true } : {})
    }
  }

  /** The name of the wait that a request would end now. Undefined where the run waits for none. */
  openWait(uuid: string): string | undefined {
    return openWaitOf(this.#reader, uuid)
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
    return new StepReader(this.#reader).finishedAfter(run, lane, position)
  }

  /**
   * Items of an `each` of a run, in the order of its list. Undefined when there is no such run, or no such step that has
   * begun.
   * @throws Fault `bad_cursor` (400)
   */
  listItems(uuid: string, step: string, query: ItemListQuery): ItemPage | undefined {
    const row = this.#row(uuid)
    return row && listItems(this.#reader, this.#at(row), step, query)
  }

  /**
   * Runs that pass the filter, newest first. A page may hold fewer runs than asked for and have a next one all the same.
   * @throws Fault `bad_cursor` (400)
   */
  listRuns(query: RunListQuery): RunPage {
    const { rows, next } = listPage(this.#reader, query, () => performance.now())
    return { runs: rows.map(runListItem), next_cursor: next === undefined ? null : cursorAt(next) }
  }

  /** What a workflow did lately; `among` says how many are asked for at once. */
  activity(workflow: number, among: number): ActivityView {
    return activityOf(this.#reader, workflow, { now: this.#now(), length: among })
  }

  #row(uuid: string): (RunRow & { id: number; keep: number }) | undefined {
    const id = runKey(uuid)
    const row = id === undefined ? undefined : this.#reader.get(queries.runRow, { id })
    // The key is only a part of the id; the rest must be right too.
    return row?.uuid === uuid ? row : undefined
  }

  #at({ id, status, ended_at }: RunRow & { id: number }): RunAt {
    return { run: id, ended: ended_at !== null, waits: status === 'waiting', at: ended_at ?? this.#now() }
  }

  /** Undefined where the run's event is sealed or gone. */
  #event(run: number, reader: StepReader): Pick<RunView, 'event' | 'event_omitted_bytes'> | undefined {
    const bytes = this.#reader.get(queries.eventSize, { run })?.bytes
    if (bytes === undefined || bytes === null) return undefined
    if (!reader.take(bytes)) return { event_omitted_bytes: bytes }
    const body = this.#reader.get(queries.eventBody, { run })?.body
    return typeof body === 'string' ? { event: JSON.parse(body) as Json } : undefined
  }
}
