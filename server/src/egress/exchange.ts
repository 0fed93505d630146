/**
 * One request on one connection, and its answer as it comes in. Nothing here is decoded or scrubbed yet.
 *
 * States: queued → sent → answering → over; a failure or a stop leads to `over` from each. Whoever holds the exchange
 * owns its body: it must be read to the end, or discarded. The timer runs until the headers, undici's own watches the
 * silence within the body. The door sends only for a run that this process still owns: it is asked before the request
 * is queued (and so before anything is dialled), and again as the connection takes it. Where the server changes the
 * protocol, the exchange is over with its head, and whoever takes the connection owns it.
 */
import type { Duplex } from 'node:stream'
import { Fault } from '@bellhop/sdk'
import type { Dispatcher, Pool } from 'undici'
import { failure, timedOut, tooLarge } from './failures.ts'
import type { Target } from './hosts.ts'
import type { Revealed } from './places.ts'

/** What an exchange asks of the run that it serves. */
export interface Caller {
  owned(): boolean
  signal: AbortSignal
}

/** The first part of an answer, unscrubbed. */
export interface Head {
  status: number
  statusText: string
  /** Names as sent, and values, in the order of the wire. */
  headers: readonly RawHeader[]
  /** What becomes of the connection of a request that asked for another protocol, and got it. */
  upgraded?: Duplex
}

/** What a request waits for. */
export interface Patience {
  /** Milliseconds until the answer's headers; left out, as long as the caller does. */
  headersMs?: number
  /** Longest silence within the answer's body; left out, the pool's own; 0: as long as the caller does. */
  silenceMs?: number
}

export type RawHeader = readonly [name: string, value: string]

/** Bytes that wait for their reader before the connection is told to pause. */
const HIGH_WATER = 256 * 1024
/** What is read of an answer that nobody wants, so that its connection can be used again. */
const DISCARD_LIMIT = 64 * 1024

export class Exchange implements AsyncIterable<Buffer> {
  readonly target: Target
  trailers: readonly RawHeader[] = []
  readonly #caller: Caller
  readonly #answered = Promise.withResolvers<Head>()
  readonly #timer: NodeJS.Timeout | undefined
  #controller: Dispatcher.DispatchController | undefined
  #chunks: Buffer[] = []
  #waiting = 0
  #discarded: number | undefined
  #over = false
  #fault: Error | undefined
  #wake: (() => void) | undefined

  /**
   * Sends the request.
   * @throws Fault `run_lost`
   */
  constructor(
    pool: Pick<Pool, 'dispatch'>,
    method: string,
    request: Revealed,
    target: Target,
    caller: Caller,
    { headersMs, silenceMs }: Patience
  ) {
    this.target = target
    this.#caller = caller
    if (caller.signal.aborted) throw stopReason(caller.signal, target)
    if (!caller.owned()) throw lost(target)
    this.#answered.promise.catch(() => undefined) // `head` may never be asked for
    if (headersMs !== undefined) this.#timer = setTimeout(() => this.#stop(timedOut(target)), headersMs)
    caller.signal.addEventListener('abort', this.#aborted)
    const { path, headers, body, stream, upgrade } = request
    try {
      pool.dispatch(
        {
          path,
          method,
          headers,
          body: stream ?? body ?? null,
          upgrade: upgrade ?? null,
          bodyTimeout: silenceMs ?? null
        },
        this.#handler()
      )
    } catch (error) {
      this.#end(failure(error, target))
    }
  }

  /** @throws Fault, or the reason of the caller's signal */
  head(): Promise<Head> {
    return this.#answered.promise
  }

  /** The body, as it is on the wire. Leaving the loop early gives the connection up. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer, void, undefined> {
    try {
      for (let chunks = await this.#next(); chunks !== undefined; chunks = await this.#next()) yield* chunks
    } finally {
      this.#giveUp()
    }
  }

  /**
   * The body, read to its end: with less ado than a loop over it.
   * @param hold told of what is held meanwhile; what it throws ends the reading
   * @throws Fault `answer_too_large` beyond `limit` bytes, and those of the exchange
   */
  async whole(limit: number, hold?: (bytes: number) => void): Promise<Buffer> {
    const body: Buffer[] = []
    let length = 0
    try {
      for (let chunks = await this.#next(); chunks !== undefined; chunks = await this.#next()) {
        const before = length
        for (const chunk of chunks) length += chunk.length
        if (length > limit) throw tooLarge(this.target, limit)
        hold?.(length - before)
        body.push(...chunks)
      }
    } finally {
      this.#giveUp()
    }
    return joined(body)
  }

  /** What has come in since the last call, or comes next; `undefined` at the end. */
  async #next(): Promise<Buffer[] | undefined> {
    if (this.#chunks.length === 0 && !this.#over) {
      await new Promise<void>((resolve) => {
        // First, because what has arrived meanwhile is told before `resume` returns, and that may be the last there is.
        this.#wake = resolve
        this.#controller?.resume()
      })
    }
    const chunks = this.#chunks
    this.#chunks = []
    this.#waiting = 0
    if (chunks.length > 0) return chunks
    if (this.#fault !== undefined) throw this.#fault
    return undefined
  }

  #giveUp(): void {
    if (!this.#over) this.#stop(failure({ code: 'UND_ERR_SOCKET' }, this.target))
  }

  /** Nobody waits for the answer any more: the connection goes with it. */
  abandon(): void {
    this.#giveUp()
  }

  /** Reads the rest and forgets it, so that the connection can be used again; a long one is cut. */
  discard(): void {
    this.#chunks = []
    this.#discarded = 0
    this.#controller?.resume()
  }

  #handler(): Dispatcher.DispatchHandler {
    return {
      onRequestStart: (controller) => {
        this.#controller = controller
        if (this.#over) controller.abort(this.#fault ?? lost(this.target))
        else if (!this.#caller.owned()) this.#stop(lost(this.target))
      },
      onResponseStart: (controller, status, headers, statusText) => {
        if (status < 200) return
        clearTimeout(this.#timer)
        this.#answered.resolve({
          status,
          statusText: statusText ?? '',
          headers: rawHeaders(controller.rawHeaders ?? headers)
        })
      },
      onRequestUpgrade: (controller, status, headers, socket) => {
        this.#answered.resolve({
          status,
          statusText: 'Switching Protocols',
          headers: rawHeaders(controller.rawHeaders ?? headers),
          upgraded: socket
        })
        this.#end(undefined)
      },
      onResponseData: (controller, chunk) => {
        if (this.#discarded !== undefined) {
          this.#discarded += chunk.length
          if (this.#discarded > DISCARD_LIMIT) this.#stop(failure({ code: 'UND_ERR_SOCKET' }, this.target))
          return
        }
        this.#chunks.push(chunk)
        this.#waiting += chunk.length
        if (this.#waiting > HIGH_WATER) controller.pause()
        this.#wake?.()
      },
      onResponseEnd: (controller, trailers) => {
        this.trailers = rawHeaders(controller.rawTrailers ?? trailers)
        this.#end(undefined)
      },
      onResponseError: (_controller, error) => this.#end(failure(error, this.target))
    }
  }

  readonly #aborted = (): void => {
    this.#stop(stopReason(this.#caller.signal, this.target))
  }

  #stop(reason: Error): void {
    if (this.#over) return
    this.#end(reason)
    this.#controller?.abort(reason)
  }

  #end(fault: Error | undefined): void {
    if (this.#over) return
    this.#over = true
    this.#fault = fault
    clearTimeout(this.#timer)
    this.#caller.signal.removeEventListener('abort', this.#aborted)
    if (fault !== undefined) this.#answered.reject(fault)
    this.#wake?.()
  }
}

/** What the caller's signal gave as its reason; a bare abort as a Fault that says what was given up. */
function stopReason(signal: AbortSignal, target: Target): Error {
  const reason: unknown = signal.reason
  if (reason instanceof Error && !(reason instanceof DOMException)) return reason
  return new Fault('request_stopped', `the request to ${target.host} was given up because its step was stopped`)
}

/** The run is another process's by now. */
export function lost(target: Target): Fault {
  return new Fault('run_lost', `the request to ${target.host} was not sent: this process no longer owns the run`)
}

/** One buffer of several, which most often are one. */
export function joined(chunks: readonly Buffer[]): Buffer {
  const [first, ...more] = chunks
  return first !== undefined && more.length === 0 ? first : Buffer.concat(chunks)
}

function rawHeaders(raw: unknown): RawHeader[] {
  const headers: RawHeader[] = []
  if (!Array.isArray(raw)) return headers
  for (let i = 0; i + 1 < raw.length; i += 2) headers.push([decode(raw[i]), decode(raw[i + 1])])
  return headers
}

/** Field values are bytes (RFC 9110, section 5.5). UTF-8 where they are that, else one character a byte. */
function decode(bytes: unknown): string {
  if (typeof bytes === 'string') return bytes
  if (!Buffer.isBuffer(bytes)) return ''
  const text = bytes.toString('latin1')
  if (!/[\x80-\xff]/.test(text)) return text
  const utf8 = bytes.toString('utf8')
  return utf8.includes('\ufffd') ? text : utf8
}
