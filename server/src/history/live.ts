/**
 * Live views: what happens in runs, told to whoever watches.
 *
 * Who owns what: the hub knows who watches what, and is fed by the durable engine's events; an outbox holds what one
 * viewer has yet to be told; a run viewer knows what it was told. A view is `open` until its run has ended, its listener
 * fails, or it falls too far behind.
 *
 * Where there are several nodes, this one hears of its own runs only: what is watched is looked at once a second as well.
 *
 * Everything told is read from history, and so scrubbed (I1). Runs with `x-pd-nostore` are in no history and have no live
 * view (I4): the engine that holds them must not feed the hub.
 */
import type { History } from './history.ts'
import type { ListMessage, LiveMessage } from './live-messages.ts'
import { Outbox, type Listener, type Subscription } from './outbox.ts'
import { RunViewer, type RunEvent } from './run-viewer.ts'
import { iso } from './run-view.ts'
import { isItemLane } from './item-rows.ts'
import type { RunStatus, RunView } from './views.ts'

export type { Listener, Subscription } from './outbox.ts'
export type { RunEvent } from './run-viewer.ts'

type RunItem = RunEvent | { type: 'opening'; run: Promise<RunView | undefined> } | { type: 'look'; run: string }
type RunOutbox = Outbox<RunItem, LiveMessage>
type ListOutbox = Outbox<ListItem, ListMessage>
/** Runs that a look at lists sees. */
const LATEST = 100

type ListItem = Omit<Extract<ListMessage, { type: 'run' }>, 'type' | 'run'>

export class LiveHub {
  readonly #history: History
  readonly #runs = new Map<string, Set<RunOutbox>>()
  readonly #lists = new Set<ListOutbox>()
  readonly #lookMs: number | undefined
  #timer: NodeJS.Timeout | undefined
  /** The latest runs, when they were last looked at. */
  #latest: Map<string, RunStatus> | undefined

  /** @param lookMs how often to look in history for what other nodes do; left out: there are none */
  constructor(history: History, lookMs?: number) {
    this.#history = history
    this.#lookMs = lookMs
  }

  /** Takes an event of the durable engine. Costs next to nothing while nobody watches. */
  publish(event: RunEvent): void {
    // What items do step by step is for their pages: a live view tells how many there are.
    if ('lane' in event && isItemLane(event.lane)) return
    if (this.#runs.size > 0) for (const outbox of this.#runs.get(event.run) ?? []) outbox.push(event)
    if (this.#lists.size > 0) this.#tellLists(event)
  }

  /**
   * Watches a run: first the run as it is (`snapshot`), then what happens, to its end (`ended`). Undefined when history
   * has no such run.
   */
  async subscribe(run: string, listener: Listener<LiveMessage>): Promise<Subscription | undefined> {
    const viewer = new RunViewer(this.#history)
    const outbox: RunOutbox = new Outbox(
      async (item) => {
        if (item.type === 'look') return viewer.look(item.run)
        if (item.type !== 'opening') return viewer.messages(item)
        const snapshot = await item.run
        return snapshot === undefined ? [] : viewer.opening(snapshot)
      },
      ending(listener, () => outbox.close()),
      (newer, older) =>
        newer.type === older.type &&
        (newer.type === 'look' ||
          ('step' in newer && newer.type === 'item_finished' && 'step' in older && newer.step === older.step))
    )
    // Subscribed before the snapshot is read: what is told from here on is queued behind it.
    this.#add(run, outbox)
    const snapshot = this.#history.getRun(run)
    outbox.push({ type: 'opening', run: snapshot })
    if ((await snapshot) !== undefined) return outbox
    outbox.close()
    return undefined
  }

  /** Watches all runs, for a list: which ones are new, wait or have ended from now on. */
  subscribeAll(listener: Listener<ListMessage>): Subscription {
    const outbox: ListOutbox = new Outbox(
      async (item) => [await this.#listed(item)],
      listener,
      (newer, older) => newer.id === older.id
    )
    this.#lists.add(outbox)
    this.#look()
    void outbox.closed.then(() => this.#lists.delete(outbox))
    return outbox
  }

  #add(run: string, outbox: RunOutbox): void {
    const outboxes = this.#runs.get(run) ?? new Set()
    this.#runs.set(run, outboxes.add(outbox))
    this.#look()
    void outbox.closed.then(() => this.#remove(run, outbox))
  }

  #remove(run: string, outbox: RunOutbox): void {
    const outboxes = this.#runs.get(run)
    outboxes?.delete(outbox)
    if (outboxes?.size === 0) this.#runs.delete(run)
  }

  /** Looks as long as anybody watches. */
  #look(): void {
    if (this.#lookMs === undefined || this.#timer !== undefined) return
    this.#timer = setInterval(() => {
      if (this.#runs.size === 0 && this.#lists.size === 0) {
        clearInterval(this.#timer)
        this.#timer = this.#latest = undefined
        return
      }
      for (const [run, outboxes] of this.#runs) for (const outbox of outboxes) outbox.push({ type: 'look', run })
      if (this.#lists.size > 0) void this.#lookAtLists()
    }, this.#lookMs).unref()
  }

  /** While the database is away nothing is told. */
  async #lookAtLists(): Promise<void> {
    const page = await this.#history.listRuns({ limit: LATEST }).catch(() => undefined)
    if (page === undefined) return
    const before = this.#latest
    this.#latest = new Map(page.runs.map(({ id, status }) => [id, status]))
    if (before === undefined) return
    for (const { id, status, accepted_at, ended_at } of page.runs) {
      if (before.get(id) === status) continue
      for (const outbox of this.#lists) outbox.push({ id, status, at: ended_at ?? accepted_at })
    }
  }

  /** With the run as the list would show it; without, where nothing of it is left. */
  async #listed(item: ListItem): Promise<ListMessage> {
    const run = await this.#history.getListItem(item.id)
    return { type: 'run', ...item, ...(run === undefined ? {} : { run }) }
  }

  #tellLists(event: RunEvent): void {
    const status = statusAfter(event)
    if (status === undefined) return
    for (const outbox of this.#lists) outbox.push({ id: event.run, status, at: iso(event.at) })
  }
}

/** What an event says of its run's status; undefined where it says nothing. */
function statusAfter(event: RunEvent): RunStatus | undefined {
  switch (event.type) {
    case 'accepted':
      return 'running'
    case 'waiting':
      return 'waiting'
    case 'ended':
      return event.status
    default:
      return undefined
  }
}

/** Calls `end` once the listener has taken the message that ends a run. */
function ending(listener: Listener<LiveMessage>, end: () => void): Listener<LiveMessage> {
  return async (message) => {
    await listener(message)
    if (message.type === 'ended') end()
  }
}
