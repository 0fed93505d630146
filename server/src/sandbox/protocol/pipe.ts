/**
 * The pipe: frames out, frames in, and the streams that are open on it. Both sides have one; neither believes the other.
 */
import type { Duplex } from 'node:stream'
import { encodeFrame, FrameReader, Kind, type Frame } from './frames.ts'
import { readErrorMessage } from './messages.ts'
import { PipeStream, type StreamPipe } from './stream.ts'

export interface PipeEvents {
  /** A frame that belongs to no stream. What it throws ends the pipe. */
  message(frame: Frame): void
  /** The pipe is over: the other side is gone, or `error` says what it did. Told once. */
  over(error?: Error): void
  /** Most that is read in {@link SLICE_MS}, in frames; what comes faster waits in the kernel. Default: no limit. */
  pace?: number
}

/**
 * Frames that leave with whatever else this turn of the loop sends, in one write. All others leave at once, behind those
 * that wait: a line that code writes is out before the code may stand still.
 */
const MAY_WAIT: ReadonlySet<Kind> = new Set([
  Kind.open,
  Kind.opened,
  Kind.head,
  Kind.data,
  Kind.end,
  Kind.reset,
  Kind.credit
])
/** More than so many bytes wait for nothing. */
const MAX_HELD = 64 << 10
/** Code may put another in its place. */
const atTheEndOfTheTurn = setImmediate
/** Time in which at most `pace` frames are read, in milliseconds. */
const SLICE_MS = 100

export class Pipe implements StreamPipe {
  readonly #socket: Duplex
  readonly #events: PipeEvents
  readonly #frames = new FrameReader()
  readonly #streams = new Map<number, PipeStream>()
  #spent = 0
  #slice: NodeJS.Timeout | undefined
  #over = false
  #held: Buffer[] = []
  #heldBytes = 0

  constructor(socket: Duplex, events: PipeEvents) {
    this.#socket = socket
    this.#events = events
    socket.on('data', (chunk: Buffer) => this.#receive(chunk))
    socket.on('error', (error) => this.#end(error))
    socket.on('close', () => this.#end())
    socket.on('end', () => this.#end())
  }

  /** @throws BadFrame if the payload is longer than its kind may be */
  send(kind: Kind, id: number, payload?: string | Uint8Array, written?: () => void): void {
    if (this.#over || !this.#socket.writable) return
    const frame = encodeFrame(kind, id, payload)
    this.#held.push(frame)
    this.#heldBytes += frame.length
    if (!MAY_WAIT.has(kind) || this.#heldBytes > MAX_HELD) return this.#flush(written)
    if (this.#held.length === 1) atTheEndOfTheTurn(this.#flushLater)
  }

  /** One write of one piece: several pieces at a time cost Node several times as much. */
  #flush(written?: () => void): void {
    const [first, ...more] = this.#held
    if (first === undefined) return
    const bytes = more.length === 0 ? first : Buffer.concat(this.#held, this.#heldBytes)
    this.#held = []
    this.#heldBytes = 0
    if (this.#socket.writable) this.#socket.write(bytes, written)
  }

  readonly #flushLater = (): void => this.#flush()

  /** How many streams are open. */
  get streams(): number {
    return this.#streams.size
  }

  isOpen(id: number): boolean {
    return this.#streams.has(id)
  }

  find(id: number): PipeStream | undefined {
    return this.#streams.get(id)
  }

  /**
   * A stream under an id that none has.
   * @param begin called at once; before it calls back, nothing is read or written
   */
  stream(id: number, begin?: (done: () => void) => void): PipeStream {
    const stream = new PipeStream(this, id, begin)
    this.#streams.set(id, stream)
    return stream
  }

  forget(id: number): void {
    this.#streams.delete(id)
  }

  /** Ends every stream, both ways. */
  resetStreams(error?: Error): void {
    for (const stream of this.#streams.values()) {
      stream.on('error', () => {})
      stream.destroy(error)
    }
  }

  /** What was read fast is forgiven: a new call begins. */
  calm(): void {
    this.#spent = 0
  }

  close(error?: Error): void {
    this.#end(error)
  }

  #receive(chunk: Buffer): void {
    try {
      for (const frame of this.#frames.read(chunk)) {
        if (this.#over) return
        this.#dispatch(frame)
        this.#spent += costOf(frame)
      }
      this.#keepPace()
    } catch (error) {
      this.#end(error instanceof Error ? error : new Error('the pipe failed'))
    }
  }

  /** A flood costs this process a bounded share of its time; the writer waits. */
  #keepPace(): void {
    const pace = this.#events.pace
    if (pace === undefined || this.#slice !== undefined || this.#over) return
    if (this.#spent > pace) this.#socket.pause()
    this.#slice = setTimeout(() => {
      this.#slice = undefined
      this.#spent = Math.max(0, this.#spent - pace)
      if (this.#spent > pace) this.#keepPace()
      else this.#socket.resume()
    }, SLICE_MS).unref()
  }

  #dispatch(frame: Frame): void {
    switch (frame.kind) {
      case Kind.opened:
        this.#streams.get(frame.id)?.emit('connect')
        return
      case Kind.data:
        this.#streams.get(frame.id)?.receiveData(frame.payload)
        return
      case Kind.end:
        this.#streams.get(frame.id)?.receiveEnd()
        return
      case Kind.reset:
        this.#streams.get(frame.id)?.receiveReset(errorOf(frame.payload))
        return
      case Kind.credit:
        if (frame.payload.length === 4) this.#streams.get(frame.id)?.receiveCredit(frame.payload.readUInt32BE())
        return
      default:
        this.#events.message(frame)
    }
  }

  #end(error?: Error): void {
    if (this.#over) return
    this.#over = true
    clearTimeout(this.#slice)
    this.resetStreams(error ?? new Error('the process is gone'))
    this.#socket.destroy()
    this.#events.over(error)
  }
}

/** In frames: a long message takes as long to parse as many short ones. */
function costOf({ kind, payload }: Frame): number {
  return 1 + (payload.length >> (kind === Kind.data ? 15 : 10))
}

function errorOf(payload: Buffer): Error | undefined {
  if (payload.length === 0) return undefined
  const { name, ...rest } = readErrorMessage(JSON.parse(payload.toString()))
  return Object.assign(new Error(rest.message), { name, ...rest, stack: undefined })
}
