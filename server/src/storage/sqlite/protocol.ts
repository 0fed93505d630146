/** What the main thread and the writer thread say to each other, over one port and one shared counter. */
import type { MessagePort } from 'node:worker_threads'
import { Fault } from '@bellhop/sdk'

/** What the writer thread starts with. */
export interface WriterData {
  dir: string
  ballastBytes: number
  /** The writer's end of the port. */
  port: MessagePort
  /** Counts what was sent; the writer sleeps on it. */
  bell: Int32Array
}

/** Commands in the order they were given: name, arguments, name, arguments, …; or the wish to end. */
export type ToWriter = unknown[] | 'close'

export type FromWriter =
  /** The database is open. `boot` counts the starts of this data directory. */
  | { kind: 'ready'; boot: number }
  | { kind: 'refused'; error: WireError }
  /** Answers in the order of the commands. `failed` names the positions whose answer is a `WireError`. */
  | { kind: 'done'; results: unknown[]; failed: number[] | undefined }
  | { kind: 'full'; full: boolean }
  /** The storage below cannot be trusted any more: the process has to end. */
  | { kind: 'broken'; reason: string }
  | { kind: 'closed' }

/** An error on its way between threads. */
export interface WireError {
  code: string | undefined
  message: string
  retryable: boolean
  status: number | undefined
  hint: string | undefined
}

export function toWire(error: unknown): WireError {
  if (error instanceof Fault) {
    const { code, message, retryable, status, hint } = error
    return { code, message, retryable, status, hint }
  }
  const message = error instanceof Error ? error.message : String(error)
  return { code: undefined, message, retryable: false, status: undefined, hint: undefined }
}

export function fromWire(wire: WireError): Error {
  if (wire.code === undefined) return new Error(wire.message)
  return new Fault(wire.code, wire.message, {
    retryable: wire.retryable,
    ...(wire.status === undefined ? {} : { status: wire.status }),
    ...(wire.hint === undefined ? {} : { hint: wire.hint })
  })
}
