/**
 * One connection as a Duplex over the pipe, the same class on both sides.
 *
 * Each side may send {@link WINDOW} bytes before the other has granted more, so that a reader who does not read holds up
 * its own stream and costs a bounded amount of memory.
 */
import { Duplex } from 'node:stream'
import { BadFrame, Kind, MAX_DATA } from './frames.ts'
import { errorMessage } from './messages.ts'

/** Bytes that may be on their way in one direction of one stream. */
export const WINDOW = 256 << 10
/** Credit is granted in pieces, not for every read. */
const GRANT = WINDOW / 4

/** What a stream needs of the pipe. */
export interface StreamPipe {
  send(kind: Kind, id: number, payload?: string | Uint8Array): void
  /** The stream says nothing more, and hears nothing more. */
  forget(id: number): void
}

type Done = (error?: Error | null) => void

export class PipeStream extends Duplex {
  readonly #id: number
  readonly #pipe: StreamPipe
  #sendable = WINDOW
  #receivable = WINDOW
  /** Bytes that were taken in and not granted anew. */
  #owed = 0
  #waiting: { chunk: Buffer; done: Done } | undefined
  #ended = { here: false, there: false }
  /** The other side ended it: it needs no telling. */
  #told = false

  /** @param begin called at once; before it calls back, nothing is read or written */
  constructor(pipe: StreamPipe, id: number, begin = (done: Done) => done()) {
    super({ readableHighWaterMark: MAX_DATA, writableHighWaterMark: MAX_DATA, construct: begin })
    this.#pipe = pipe
    this.#id = id
  }

  /** The other side's data. @throws BadFrame where it had no credit for it, or had ended */
  receiveData(chunk: Buffer): void {
    if (chunk.length > this.#receivable || this.#ended.there) throw new BadFrame('data without credit')
    this.#receivable -= chunk.length
    this.#owed += chunk.length
    if (!this.destroyed) this.push(chunk)
  }

  /** @throws BadFrame where the credit is for more than was taken */
  receiveCredit(bytes: number): void {
    if (bytes === 0 || this.#sendable + bytes > WINDOW) throw new BadFrame('credit for what was not sent')
    this.#sendable += bytes
    this.#flush()
  }

  /** @throws BadFrame at the second one */
  receiveEnd(): void {
    if (this.#ended.there) throw new BadFrame('a stream that ends twice')
    this.#ended.there = true
    this.push(null)
  }

  receiveReset(error: Error | undefined): void {
    this.#told = true
    this.destroy(error)
  }

  override _read(): void {
    if (this.#owed < GRANT || this.#ended.there) return
    const grant = Buffer.allocUnsafe(4)
    grant.writeUInt32BE(this.#owed)
    this.#receivable += this.#owed
    this.#owed = 0
    this.#pipe.send(Kind.credit, this.#id, grant)
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
    this.#waiting = { chunk, done }
    this.#flush()
  }

  #flush(): void {
    const waiting = this.#waiting
    if (waiting === undefined || this.destroyed) return
    while (this.#sendable > 0 && waiting.chunk.length > 0) {
      const piece = waiting.chunk.subarray(0, Math.min(this.#sendable, MAX_DATA))
      this.#sendable -= piece.length
      waiting.chunk = waiting.chunk.subarray(piece.length)
      this.#pipe.send(Kind.data, this.#id, piece)
    }
    if (waiting.chunk.length > 0) return
    this.#waiting = undefined
    waiting.done()
  }

  override _final(done: Done): void {
    this.#ended.here = true
    this.#pipe.send(Kind.end, this.#id)
    done()
  }

  override _destroy(error: Error | null, done: Done): void {
    const over = this.#told || (this.#ended.here && this.#ended.there)
    if (!over) this.#pipe.send(Kind.reset, this.#id, error === null ? '' : JSON.stringify(told(error)))
    this.#pipe.forget(this.#id)
    const waiting = this.#waiting
    this.#waiting = undefined
    waiting?.done(error ?? new Error('the stream is closed'))
    done(error)
  }
}

/** Of an error, what the other side may see: never a stack, and short enough for a frame. */
function told(error: Error): object {
  const { name, message, code, hint } = errorMessage(error)
  return { name, message: message.slice(0, 1_000), code, hint: hint?.slice(0, 1_000) }
}
