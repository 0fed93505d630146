/**
 * The frames on the pipe between the server and a sandbox process, the same both ways:
 * 4 bytes length of what follows, 1 byte kind, 4 bytes id (of a call, a question or a stream), payload; big endian.
 *
 * Whoever reads takes the writer for hostile (I7): no length is believed before its bytes are there, none is longer than its
 * kind may be, and an unknown kind is an error.
 */

/** The numbers of the kinds are part of the protocol: server and child come from one build, so they need no version. */
export const Kind = {
  /** To the child: JSON of a {@link CallMessage}. */
  call: 1,
  /** To the child: the call is not wanted any more; what it says is dropped. */
  cancel: 2,
  /** To the server: JSON of what the handler answered; ends the call. */
  result: 3,
  /** To the server: JSON of an {@link ErrorMessage}; ends the call. */
  failure: 4,
  /** To the server: a byte for the level, then text. */
  log: 5,
  /** To the server: JSON of an {@link AskMessage}. */
  ask: 6,
  /** To the child: JSON of what was asked for. */
  answer: 7,
  /** To the child: JSON of an {@link ErrorMessage}. */
  refusal: 8,
  /** To the server: JSON of an {@link OpenMessage}. */
  open: 9,
  /** To the child: the stream is connected. */
  opened: 10,
  data: 11,
  /** No more data this way. */
  end: 12,
  /** The stream is over both ways; with a payload, JSON of an {@link ErrorMessage}. */
  reset: 13,
  /** 4 bytes: how many more bytes of data the other side may send. */
  credit: 14,
  /** To the server: the child is prepared. */
  ready: 15,
  /** To the child: JSON of an {@link AnswerHead}, for a stream that was opened with a request. */
  head: 16
} as const

export type Kind = (typeof Kind)[keyof typeof Kind]

export interface Frame {
  kind: Kind
  id: number
  payload: Buffer
}

/** What was read is no frame; only the process that wrote it is to blame. */
export class BadFrame extends Error {
  override readonly name = 'BadFrame'
}

const MB = 1 << 20
const HEADER = 9

/** Longest payload of a message such as a call or a result, in bytes. */
export const MAX_MESSAGE = 32 * MB
/** Longest payload of a data frame, in bytes. */
export const MAX_DATA = 64 << 10
/** Longest text of one log frame, in bytes. */
export const MAX_LOG = 64 << 10
const MAX_SMALL = 16 << 10
/** Longest head of a request, as it is told in a frame, in bytes. */
export const MAX_OPEN = 96 << 10

const LONGEST: ReadonlyMap<number, number> = new Map<Kind, number>([
  [Kind.call, MAX_MESSAGE],
  [Kind.cancel, 0],
  [Kind.result, MAX_MESSAGE],
  [Kind.failure, MB],
  [Kind.log, MAX_LOG + 1],
  [Kind.ask, 8 * MB],
  [Kind.answer, MAX_MESSAGE],
  [Kind.refusal, MB],
  [Kind.open, MAX_OPEN],
  [Kind.opened, 0],
  [Kind.data, MAX_DATA],
  [Kind.end, 0],
  [Kind.reset, MAX_SMALL],
  [Kind.credit, 4],
  [Kind.ready, 0],
  [Kind.head, MB]
])

/** @throws BadFrame if the payload is longer than its kind may be */
export function encodeFrame(kind: Kind, id: number, payload: string | Uint8Array = ''): Buffer {
  const length = typeof payload === 'string' ? Buffer.byteLength(payload) : payload.byteLength
  if (length > (LONGEST.get(kind) ?? 0)) throw new BadFrame(`a message of ${length} bytes is too long`)
  const frame = Buffer.allocUnsafe(HEADER + length)
  frame.writeUInt32BE(length + HEADER - 4, 0)
  frame[4] = kind
  frame.writeUInt32BE(id, 5)
  if (typeof payload === 'string') frame.write(payload, HEADER)
  else frame.set(payload, HEADER)
  return frame
}

/** Cuts what comes in into frames. Holds no more than what was received of one frame. */
export class FrameReader {
  #parts: Buffer[] = []
  #held = 0
  /** Bytes without which there is nothing to do: of a header, then of the whole frame. */
  #wanted = HEADER

  /** @throws BadFrame at the first thing that is none; nothing after it can be read */
  read(chunk: Buffer): Frame[] {
    const frames: Frame[] = []
    this.#parts.push(chunk)
    this.#held += chunk.length
    while (this.#held >= this.#wanted) {
      const bytes = this.#joined()
      const length = lengthOf(bytes)
      if (bytes.length < length) {
        this.#parts = [bytes]
        this.#wanted = length
        break
      }
      this.#keep(bytes.subarray(length))
      frames.push({ kind: bytes[4] as Kind, id: bytes.readUInt32BE(5), payload: bytes.subarray(HEADER, length) })
    }
    return frames
  }

  #joined(): Buffer {
    const [only, ...others] = this.#parts
    return only !== undefined && others.length === 0 ? only : Buffer.concat(this.#parts, this.#held)
  }

  #keep(rest: Buffer): void {
    this.#parts = rest.length === 0 ? [] : [rest]
    this.#held = rest.length
    this.#wanted = HEADER
  }
}

/** Length of the whole frame that begins here, its header checked. */
function lengthOf(bytes: Buffer): number {
  const kind = bytes[4] ?? 0
  const longest = LONGEST.get(kind)
  if (longest === undefined) throw new BadFrame(`there is no kind of frame ${kind}`)
  const payload = bytes.readUInt32BE(0) - (HEADER - 4)
  if (payload < 0 || payload > longest) throw new BadFrame(`a frame of kind ${kind} cannot have that length`)
  return HEADER + payload
}
