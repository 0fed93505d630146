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

type Row = RunRow & { id: number; keep: number }
type EventView = Pick<RunView, 'event' | 'event_omitted_bytes'>

export class History {
  readonly #reader: Reader
  readonly #now: () => number

  /** @param now Unix milliseconds */
  constructor(reader: Reader, now: () => number) {
    this.#reader = reader
    this.#now = now
  }

  /** One run with every step in order, by its public id. Undefined when there is none, or none any more. */
  async getRun(uuid: string): Promise<RunView | undefined> {
    const row = await this.#row(uuid)
    if (row === undefined) return undefined
    const at = this.#at(row)
    const reader = new StepReader(this.#reader)
    const event = await this.#event(at, reader)
    const [{ steps, more }, wait] = await Promise.all([
      reader.ofRun(at),
      at.waits ? openWaitOf(this.#reader, uuid) : undefined
    ])
    return {
      ...runListItem(row),
      kept: event !== undefined,
      ...(wait === undefined ? {} : { resumable: true }),
      ...event,
      steps,
      ...(more ? { more_steps: true } : {})
    }
  }

  /** The name of the wait that a request would end now. Undefined where the run waits for none. */
  openWait(uuid: string): Promise<string | undefined> {
    return openWaitOf(this.#reader, uuid)
  }

  /** A run as lists show it. */
  async getListItem(uuid: string): Promise<RunListItem | undefined> {
    const row = await this.#row(uuid)
    return row && runListItem(row)
  }

  /** The finished steps of a lane behind a position, in order: what a live view has not shown yet. */
  async stepsAfter(uuid: string, lane: string, position: number): Promise<StepView[]> {
    const row = await this.#row(uuid)
    return row === undefined ? [] : new StepReader(this.#reader).finishedAfter(this.#at(row), lane, position)
  }

  /**
   * Items of an `each` of a run, in the order of its list. Undefined when there is no such run, or no such step that has
   * begun.
   * @throws Fault `bad_cursor` (400)
   */
  async listItems(uuid: string, step: string, query: ItemListQuery): Promise<ItemPage | undefined> {
    const row = await this.#row(uuid)
    return row && listItems(this.#reader, this.#at(row), step, query)
  }

  /**
   * Runs that pass the filter, newest first. A page may hold fewer runs than asked for and have a next one all the same.
   * @throws Fault `bad_cursor` (400)
   */
  async listRuns(query: RunListQuery): Promise<RunPage> {
    const { rows, next } = await listPage(this.#reader, query, () => performance.now())
    return { runs: rows.map(runListItem), next_cursor: next === undefined ? null : cursorAt(next) }
  }

  /** What a workflow did lately; `among` says how many are asked for at once. */
  activity(workflow: number, among: number): Promise<ActivityView> {
    return activityOf(this.#reader, workflow, { now: this.#now(), length: among })
  }

  async #row(uuid: string): Promise<Row | undefined> {
    const id = runKey(uuid)
    const row = id === undefined ? undefined : await this.#reader.get(queries.runRow, { id })
    // The key is only a part of the id; the rest must be right too.
    return row?.uuid === uuid ? row : undefined
  }

  #at({ id, status, keep, ended_at }: Row): RunAt {
    const [kept, waits] = [keep === 1, status === 'waiting']
    return { run: id, kept, ended: ended_at !== null, waits, at: ended_at ?? this.#now() }
  }

  /** Undefined where the run's event is sealed or gone. */
  async #event({ run, kept }: RunAt, reader: StepReader): Promise<EventView | undefined> {
    const bytes = kept ? (await this.#reader.get(queries.eventSize, { run }))?.bytes : undefined
    if (bytes === undefined) return undefined
    if (!reader.take(bytes)) return { event_omitted_bytes: bytes }
    const body = (await this.#reader.get(queries.eventBody, { run }))?.body
    return typeof body === 'string' ? { event: JSON.parse(body) as Json } : undefined
  }
}
