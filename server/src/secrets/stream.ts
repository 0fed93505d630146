/**
 * Scrubbing a stream of bytes, cut anywhere. What could be the beginning of a secret in some form is held back: never
 * more than the longest form could span, and nothing behind a byte that no form contains.
 */
import type { Finder } from './finder.ts'
import type { Find } from './finds.ts'

export interface ByteScrub {
  /** Takes a chunk and returns what can be let go; maybe nothing. */
  write(chunk: Uint8Array): Uint8Array
  /** Returns the rest. */
  end(): Uint8Array
}

const NOTHING = new Uint8Array(0)
/** A live handle stays whole, or a part of it could look like a secret. */
const HANDLE_BEGUN = /b(?:h(?:d(?:l(?:\.[a-z0-9_-]{0,40}(?:\.[a-z0-9_-]{0,40}(?:\.[a-z0-9]{0,25})?)?)?)?)?)?$/
const LONGEST_HANDLE = 113

export class StreamScrub implements ByteScrub {
  readonly #finder: Finder
  readonly #handle: (find: Find, text: string) => string
  #held: Uint8Array = NOTHING
  /** Searching again pays only when there is this much. */
  #nextSearch = 0

  constructor(finder: Finder, handle: (find: Find, text: string) => string) {
    this.#finder = finder
    this.#handle = handle
  }

  write(chunk: Uint8Array): Uint8Array {
    const closed = this.#closedEnd(chunk)
    const held = this.#held.length
    // A copy: the caller may reuse its chunk.
    const bytes = held === 0 ? new Uint8Array(chunk) : Buffer.concat([this.#held, chunk])
    // Without a byte that ends all forms nothing gets free but by length; that is looked at now and then.
    if (closed === 0 && bytes.length < this.#nextSearch) {
      this.#held = bytes
      return NOTHING
    }
    const { reach } = this.#finder
    return this.#release(bytes, Math.max(closed === 0 ? 0 : held + closed, bytes.length - reach), reach)
  }

  end(): Uint8Array {
    const bytes = this.#held
    return this.#release(bytes, bytes.length, 0)
  }

  /** How much of the chunk ends with a byte that no form contains. */
  #closedEnd(chunk: Uint8Array): number {
    let end = chunk.length
    while (end > 0 && this.#finder.mayHold(chunk[end - 1] ?? 0)) end--
    return end
  }

  /** Lets go of what stands before `limit`, scrubbed, and holds the rest. */
  #release(bytes: Uint8Array, limit: number, reach: number): Uint8Array {
    const finds = this.#finder.inBytes(bytes)
    const tail = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    const from = Math.max(0, bytes.length - LONGEST_HANDLE)
    const begun = reach === 0 ? null : HANDLE_BEGUN.exec(tail.toString('latin1', from))
    let cut = Math.min(limit, begun === null ? limit : from + begun.index)
    for (const { start, end } of finds) if (start < cut && end > cut) cut = start
    const pieces: Uint8Array[] = []
    let done = 0
    for (const find of finds) {
      if (find.end > cut) break
      pieces.push(
        bytes.subarray(done, find.start),
        Buffer.from(this.#handle(find, tail.toString('utf8', find.start, find.end)))
      )
      done = find.end
    }
    pieces.push(bytes.subarray(done, cut))
    this.#held = new Uint8Array(bytes.subarray(cut))
    this.#nextSearch = this.#held.length + (reach >> 2)
    this.#finder.rest()
    return pieces.length === 1 ? new Uint8Array(bytes.subarray(0, cut)) : Buffer.concat(pieces)
  }
}
