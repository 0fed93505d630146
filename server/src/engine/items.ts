/**
 * Items of a run: gone through by lanes, each item in a scope of its own that ends with its checkpoint. What is in
 * memory is a cursor a lane and the items in flight, however many items there are.
 */
import { setImmediate as turn } from 'node:timers/promises'
import type { Keyring } from '../secrets/keyring.ts'
import type { Follower } from './follower.ts'
import { itemJournal, NO_PAST, type ItemCursor, type NewItems, type PastCursor } from './journal.ts'
import type { LiveRun } from './live-run.ts'
import type { Item, ItemEnd, ItemsOrder, ItemsTally } from './port.ts'
import { ItemScope } from './scope.ts'

/** Goes through one item. */
export type WalkItem = (
  scope: ItemScope,
  journal: string,
  item: Item,
  follower: Follower | undefined
) => Promise<ItemEnd>

/** Items whose walks never wait for anything still let others run so often. */
const BREATHER = 50

export class Items {
  readonly #run: LiveRun
  readonly #items: NewItems
  readonly #halts: boolean
  readonly #cursors: PastCursor[]
  readonly #walk: WalkItem

  private constructor(run: LiveRun, items: NewItems, halts: boolean, cursors: PastCursor[], walk: WalkItem) {
    this.#run = run
    this.#items = items
    this.#halts = halts
    this.#cursors = cursors
    this.#walk = walk
  }

  /** Opens items, or finds how far they have come. @throws Stopped */
  static async open(
    run: LiveRun,
    at: { position: number; name: string },
    order: ItemsOrder,
    walk: WalkItem
  ): Promise<Items> {
    const past = run.past.items(at.position)
    if (past !== undefined) return new Items(run, past, order.halts, past.cursors, walk)
    const lanes = Math.max(1, Math.min(order.lanes, order.total))
    const items = { ...at, total: order.total, lanes, at: run.host.now() }
    if (!(await run.commit(() => run.journal.openItems(items)))) throw run.stop('lost')
    return new Items(run, items, order.halts, Array.from({ length: lanes }, fresh), walk)
  }

  get lanes(): number {
    return this.#items.lanes
  }

  get startedAt(): number {
    return this.#items.at
  }

  /** Goes through a lane's items, from where it is. @throws Stopped */
  async walkLane(lane: number, follower: Follower | undefined): Promise<void> {
    const cursor = this.#cursors[lane]
    if (cursor === undefined) return
    for (let index = this.#next(cursor); index < this.#items.total; index = this.#next(cursor)) {
      if (this.#halts && cursor.begunAt === undefined && this.#cursors.some(({ failed }) => failed > 0)) return
      await this.#walkItem(cursor, index, follower)
      if (cursor.done % BREATHER === 0) await turn()
    }
  }

  tally(): ItemsTally {
    const sum = (key: 'succeeded' | 'ended_early' | 'failed'): number =>
      this.#cursors.reduce((all, cursor) => all + cursor[key], 0)
    const failedAt = Math.min(...this.#cursors.map((cursor) => cursor.failedAt ?? Infinity))
    return {
      total: this.#items.total,
      succeeded: sum('succeeded'),
      ended_early: sum('ended_early'),
      failed: sum('failed'),
      ...(failedAt === Infinity ? {} : { failedAt })
    }
  }

  #next(cursor: ItemCursor): number {
    return cursor.lane + cursor.done * this.#items.lanes
  }

  async #walkItem(cursor: PastCursor, index: number, follower: Follower | undefined): Promise<void> {
    const run = this.#run
    run.checkBeginning()
    const { position } = this.#items
    const journal = itemJournal(position, index)
    const place = { position, lane: cursor.lane }
    const keyring = this.#keyringOf(cursor)
    // In an earlier life it may have written into data stores, and nothing else.
    const written = cursor.begunAt !== undefined || run.past !== NO_PAST
    const scope = new ItemScope(run, { keyring, place, journal, written })
    const startedAt = cursor.begunAt ?? run.host.now()
    const forget = run.onStop(() => scope.end())
    try {
      const owned = (): boolean => !scope.over && run.context.owned()
      const item = { index, keyring, owned, wrote: () => scope.wrote() }
      const end = await this.#walk(scope, journal, item, follower)
      await this.#finish(scope, { ...place, done: cursor.done, index, journal, end, startedAt })
      this.#count(cursor, index, end)
    } finally {
      forget()
      scope.end()
    }
  }

  /** What the item minted in an earlier life, of which the next one gets nothing. */
  #keyringOf(cursor: PastCursor): Keyring {
    const { secrets } = cursor
    cursor.secrets = []
    return this.#run.keyring.above(secrets)
  }

  async #finish(
    scope: ItemScope,
    item: Omit<Parameters<LiveRun['journal']['finishItem']>[0], 'endedAt' | 'spentMs'>
  ): Promise<void> {
    const run = this.#run
    const { held } = scope
    // What the last step minted dies with the keyring; what it made known of the run's does not.
    const left = held?.left ?? (await scope.carry({ minted: [] }))
    const finished = { ...item, endedAt: run.host.now(), spentMs: run.budget.spent(performance.now()) }
    const write = (): Promise<boolean> => run.journal.finishItem(finished, left, held?.step)
    if (!(await run.commit(write))) throw run.stop('lost')
    if (held === undefined) return
    held.commit()
    run.finished(held.step)
  }

  #count(cursor: PastCursor, index: number, end: ItemEnd): void {
    cursor.done++
    cursor[end.status]++
    cursor.begunAt = undefined
    if (end.status === 'failed') cursor.failedAt ??= index
    const { host, uuid } = this.#run
    if (!host.heard) return
    const { failedAt: _failedAt, ...counts } = this.tally()
    host.emit({ type: 'item_finished', run: uuid, step: this.#items.name, index, counts, at: host.now() })
  }
}

function fresh(_nothing: unknown, lane: number): PastCursor {
  const none = { done: 0, succeeded: 0, ended_early: 0, failed: 0, failedAt: undefined }
  return { lane, ...none, begunAt: undefined, secrets: [] }
}
