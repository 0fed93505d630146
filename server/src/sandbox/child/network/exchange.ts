/**
 * One request of `fetch` and its answer, between undici's handler and a stream of the channel. It is over once: with the end of
 * the answer, with an error, or because the code gave it up.
 */
import type { Duplex } from 'node:stream'
import type { AnswerHead, OpenMessage } from '../../protocol/messages.ts'
import type { ChildChannel } from '../channel.ts'

/** https://undici.nodejs.org/#/docs/api/Dispatcher?id=parameter-dispatchhandler */
export interface Handler {
  onRequestStart?(controller: Exchange, context: object): void
  onResponseStart?(controller: Exchange, status: number, headers: object, statusText: string): void
  onResponseData?(controller: Exchange, chunk: Buffer): void
  onResponseEnd?(controller: Exchange, trailers: object): void
  onResponseError?(controller: Exchange, error: unknown): void
}

/** As long as undici waits, for the head of an answer and for each piece of its body. */
const PATIENCE_MS = 300_000
/** Code may put another in its place. */
const after = setTimeout
const LATE = {
  head: { name: 'HeadersTimeoutError', code: 'UND_ERR_HEADERS_TIMEOUT', message: 'Headers Timeout Error' },
  body: { name: 'BodyTimeoutError', code: 'UND_ERR_BODY_TIMEOUT', message: 'Body Timeout Error' }
} as const

/** What undici calls a controller. */
export class Exchange {
  rawHeaders: (Buffer | string)[] = []
  paused = false
  aborted = false
  reason: unknown = null
  readonly #stream: Duplex
  readonly #handler: Handler
  readonly #timer: NodeJS.Timeout
  #answering = false
  #over = false

  constructor(channel: ChildChannel, message: OpenMessage, handler: Handler) {
    this.#handler = handler
    this.#timer = after(() => this.#late(), PATIENCE_MS).unref()
    const stream = channel.open(message)
    this.#stream = stream
    stream.on('head', (head: AnswerHead) => this.#begin(head))
    stream.on('end', () => this.#end())
    stream.on('error', (error) => this.#fail(error))
    stream.on('close', () => this.#cut())
  }

  /** Sends the body. @param length what the head says of it; -1: nothing */
  start(body: AsyncGenerator<Uint8Array> | null, length = -1): void {
    this.#handler.onRequestStart?.(this, {})
    if (this.#over) return
    if (body === null) this.#stream.end()
    else void this.#send(body, length)
  }

  pause(): void {
    this.paused = true
    this.#stream.pause()
  }

  resume(): void {
    if (!this.paused) return
    this.paused = false
    this.#stream.resume()
  }

  abort(reason?: unknown): void {
    if (this.aborted) return
    this.aborted = true
    this.reason = reason
    this.#fail(reason)
  }

  #begin({ status, statusText, headers }: AnswerHead): void {
    if (this.#over || this.#answering) return
    this.#answering = true
    this.#timer.refresh()
    for (const [name, value] of headers) this.rawHeaders.push(Buffer.from(name, 'latin1'), value)
    this.#handler.onResponseStart?.(this, status, {}, statusText)
    this.#stream.on('data', (chunk: Buffer) => {
      if (this.#over) return
      this.#timer.refresh()
      this.#handler.onResponseData?.(this, chunk)
    })
    if (this.paused) this.#stream.pause()
  }

  #end(): void {
    if (this.#over) return
    if (!this.#answering) return this.#cut()
    this.#close()
    this.#handler.onResponseEnd?.(this, {})
    // What of the request the server did not want it needs no more.
    this.#stream.destroy()
  }

  /** The stream is over, and the answer is not. */
  #cut(): void {
    if (!this.#over) this.#fail(closed())
  }

  #fail(error: unknown): void {
    if (this.#over) return
    this.#close()
    this.#stream.destroy()
    this.#handler.onResponseError?.(this, error)
  }

  #close(): void {
    this.#over = true
    clearTimeout(this.#timer)
  }

  #late(): void {
    if (this.paused) return void this.#timer.refresh()
    const { message, ...rest } = this.#answering ? LATE.body : LATE.head
    this.abort(Object.assign(new Error(message), rest))
  }

  async #send(body: AsyncGenerator<Uint8Array>, length: number): Promise<void> {
    let left = length
    try {
      for await (const chunk of body) {
        if (this.#over) return
        left -= chunk.byteLength
        if (length !== -1 && left < 0) break
        if (!this.#stream.write(chunk)) await drained(this.#stream)
        if (this.#over) return
      }
      if (length !== -1 && left !== 0) throw mismatch()
      this.#stream.end()
    } catch (error) {
      this.abort(error)
    }
  }
}

/** Resolves when there is room again, or nobody who would need it. */
function drained(stream: Duplex): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      stream.off('drain', done).off('close', done)
      resolve()
    }
    stream.on('drain', done).on('close', done)
  })
}

function closed(): Error {
  return Object.assign(new Error('other side closed'), { name: 'SocketError', code: 'UND_ERR_SOCKET' })
}

function mismatch(): Error {
  const message = 'Request body length does not match content-length header'
  return Object.assign(new Error(message), {
    name: 'RequestContentLengthMismatchError',
    code: 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH'
  })
}
