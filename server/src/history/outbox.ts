import { CUT_OFFS, type LiveMessage } from './live-messages.ts'

/**
 * Takes one message. A promise holds the next message back until it is fulfilled, which is how a slow connection says
 * so; throwing or rejecting ends the subscription.
 */
export type Listener<M> = (message: M) => void | Promise<void>

/** Whatever its owner queues waits here until its listener is ready. */
export interface Subscription {
  /** Ends it without a final message. */
  close(): void
  /** Fulfilled when nothing more will come. */
  readonly closed: Promise<void>
}

type CutOff = LiveMessage & { type: 'cut_off' }

/** Items that may wait for a listener. They are small: what they stand for is read when its turn comes. */
const LONGEST_QUEUE = 256

/**
 * A bounded queue in front of one listener. Items become messages only when the listener is ready for them, so that a
 * slow one costs no memory to speak of; one that falls too far behind is told so and let go.
 */
export class Outbox<Item, M> implements Subscription {
  readonly closed: Promise<void>
  readonly #messagesOf: (item: Item) => readonly M[] | Promise<readonly M[]>
  readonly #listener: Listener<M | CutOff>
  readonly #resolveClosed: () => void
  readonly #replaces: (newer: Item, older: Item) => boolean
  #queue: Item[] = []
  #open = true
  #busy = false

  /** @param replaces whether an item says all that one before it in the queue would have */
  constructor(
    messagesOf: (item: Item) => readonly M[] | Promise<readonly M[]>,
    listener: Listener<M | CutOff>,
    replaces: (newer: Item, older: Item) => boolean = () => false
  ) {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.closed = promise
    this.#resolveClosed = resolve
    this.#messagesOf = messagesOf
    this.#listener = listener
    this.#replaces = replaces
  }

  push(item: Item): void {
    if (!this.#open) return
    const last = this.#queue.at(-1)
    if (last !== undefined && this.#replaces(item, last)) this.#queue.pop()
    if (this.#queue.length >= LONGEST_QUEUE) return this.cutOff('too_slow')
    this.#queue.push(item)
    if (this.#busy) return
    this.#busy = true
    queueMicrotask(() => void this.#drain())
  }

  close(): void {
    this.#open = false
    this.#queue = []
    this.#resolveClosed()
  }

  /** Ends it with a final message, which does not wait for the listener to be ready. */
  cutOff(reason: CutOff['reason']): void {
    if (!this.#open) return
    this.close()
    try {
      // Nobody waits for it, and nothing follows it.
      Promise.resolve(this.#listener(CUT_OFFS[reason])).catch(() => undefined)
    } catch {
      // The listener is gone, which is what was to be said to it.
    }
  }

  async #drain(): Promise<void> {
    for (let item = this.#queue.shift(); item !== undefined; item = this.#queue.shift()) {
      const messages = await this.#read(item)
      try {
        for (const message of messages) if (this.#open) await this.#listener(message)
      } catch {
        this.close()
      }
    }
    this.#busy = false
  }

  async #read(item: Item): Promise<readonly M[]> {
    try {
      return await this.#messagesOf(item)
    } catch {
      this.cutOff('failed')
      return []
    }
  }
}
