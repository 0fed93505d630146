/** One connection of sandboxed code, as all parts of the serving see it. */
import type { Duplex } from 'node:stream'
import { Fault } from '@bellhop/sdk'
import type { Door, DoorScope } from '../door.ts'
import type { RawHeader } from '../exchange.ts'
import type { Target } from '../hosts.ts'

export interface Connection {
  readonly door: Door
  readonly scope: DoorScope
  /** The one place that its requests go to. */
  readonly target: Target
  readonly stream: Duplex
  /** Whether a request is being answered: the next one has to wait until then. */
  busy: boolean
  /** To be called when something was sent for the first time. */
  heard?: () => void
}

/** A request that came as a message, without HTTP. The stream of its connection carries the bodies. */
export interface Asked {
  method: string
  /** In origin form (RFC 9112, section 3.2.1). */
  path: string
  /** Without `Host`: that is where the stream goes. */
  headers: readonly RawHeader[]
  /** Of the body; -1: not known beforehand; absent: there is none. */
  length?: number
  /** Says the head of the answer, once; the body follows on the stream. */
  answer: (head: AnswerHead) => void
}

export interface AnswerHead {
  status: number
  statusText: string
  /** Values are one character a byte. */
  headers: readonly RawHeader[]
}

/** Longest head of a request. */
export const MAX_HEADER_BYTES = 64 * 1024
/** Most that is held of all bodies of one step at a time. */
const MAX_HELD = 64 * 1024 * 1024
const held = new WeakMap<DoorScope, number>()

/** What one request holds of the memory that its step may take. */
export class Holding {
  readonly #scope: DoorScope
  #bytes = 0

  constructor(scope: DoorScope) {
    this.#scope = scope
  }

  /** @throws Fault `too_much_at_once` (413) */
  readonly take = (bytes: number): void => {
    const all = (held.get(this.#scope) ?? 0) + bytes
    if (all > MAX_HELD) {
      throw new Fault('too_much_at_once', `the requests under way hold more than ${MAX_HELD} bytes together`, {
        status: 413,
        hint: 'Send fewer at a time, or ask for less.'
      })
    }
    held.set(this.#scope, all)
    this.#bytes += bytes
  }

  release(): void {
    held.set(this.#scope, (held.get(this.#scope) ?? 0) - this.#bytes)
    this.#bytes = 0
  }
}
