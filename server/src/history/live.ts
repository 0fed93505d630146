/**
 * Live views: what happens in runs, told to whoever watches.
 *
 * Who owns what: the hub knows who watches what, and is fed by the durable engine's events; an outbox holds what one
 * viewer has yet to be told; a run viewer knows what it was told. A view is `open` until its run has ended, its listener
 * fails, or it falls too far behind.
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

type RunOutbox = Outbox<RunEvent | { type: 'opening'; run: Promise<RunView | undefined> }, LiveMessage>
type ListOutbox = Outbox<ListItem, ListMessage>
type ListItem = Omit<Extract<ListMessage, { type: 'run' }>, 'type' | 'run'>

export class LiveHub {
  readonly #history: History
  readonly #runs = new Map<string, Set<RunOutbox>>()
  readonly #lists = new Set<ListOutbox>()

  constructor(history: History) {
    this.#history = history
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
        if (item.type !== 'opening') return viewer.messages(item)
        const snapshot = await item.run
        return snapshot === undefined ? [] : viewer.opening(snapshot)
      },
      ending(listener, () => outbox.close()),
      (newer, older) => newer.type === 'item_finished' && older.type === 'item_finished' && newer.step === older.step
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
    void outbox.closed.then(() => this.#lists.delete(outbox))
    return outbox
  }

  #add(run: string, outbox: RunOutbox): void {
    const outboxes = this.#runs.get(run) ?? new Set()
    this.#runs.set(run, outboxes.add(outbox))
    void outbox.closed.then(() => this.#remove(run, outbox))
  }

  #remove(run: string, outbox: RunOutbox): void {
    const outboxes = this.#runs.get(run)
    outboxes?.delete(outbox)
    if (outboxes?.size === 0) this.#runs.delete(run)
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
