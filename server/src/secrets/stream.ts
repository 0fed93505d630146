/**
 * Scrubbing a stream of bytes, cut anywhere. What could be the beginning of a secret in some form is held back: never
 * more than the longest form could span, and nothing behind a byte that no form contains. So the result is that of
 * scrubbing the whole at once.
 */
import { isUtf8 } from 'node:buffer'
import type { Find } from './finds.ts'
import { base64Digit, NONE } from './forms.ts'
import { MAX_HANDLE_LENGTH } from './handle.ts'
import type { Search } from './layers.ts'

export interface ByteScrub {
  /** Takes a chunk and returns what can be let go; maybe nothing. */
  write(chunk: Uint8Array): Uint8Array
  /** Returns the rest. */
  end(): Uint8Array
}

const NOTHING = new Uint8Array(0)
/** A live handle stays whole, or a part of it could look like a secret. */
const HANDLE_BEGUN = /b(?:h(?:d(?:l(?:\.[a-z0-9_-]{0,40}(?:\.[a-z0-9_-]{0,40}(?:\.[a-z0-9]{0,25})?)?)?)?)?)?$/
/** A search through what is held pays when it has grown by this part of the longest form. */
const GROWN = 4

export class StreamScrub implements ByteScrub {
  readonly #finder: Search
  readonly #handle: (find: Find, text: string | undefined) => string
  /** What was not let go. Before it the last digit that was: it may hold the first bits of what base64 encodes. */
  #held: Uint8Array = NOTHING
  /** How many bytes of that were let go: one or none. */
  #gone = 0
  #nextSearch = 0

  /** @param handle names what was found; without a text where the bytes are none */
  constructor(finder: Search, handle: (find: Find, text: string | undefined) => string) {
    this.#finder = finder
    this.#handle = handle
  }

  write(chunk: Uint8Array): Uint8Array {
    const { reach } = this.#finder
    const held = this.#held.length
    // A copy: the caller may reuse its chunk.
    const bytes = held === 0 ? new Uint8Array(chunk) : Buffer.concat([this.#held, chunk])
    const closed = reach === 0 ? chunk.length : this.#closedEnd(chunk)
    // Without a byte that ends all forms nothing gets free but by length; that is looked at now and then.
    if (closed === 0 && bytes.length < this.#nextSearch) {
      this.#held = bytes
      return NOTHING
    }
    return this.#release(bytes, Math.max(closed === 0 ? 0 : held + closed, bytes.length - reach), reach)
  }

  end(): Uint8Array {
    return this.#release(this.#held, this.#held.length, 0)
  }

  /** How much of the chunk ends with a byte that no form contains. */
  #closedEnd(chunk: Uint8Array): number {
    let end = chunk.length
    while (end > 0 && this.#finder.mayHold(chunk[end - 1] ?? 0)) end--
    return end
  }

  /** Lets go of what stands before `limit`, scrubbed, and holds the rest. */
  #release(bytes: Uint8Array, limit: number, reach: number): Uint8Array {
    try {
      const finds = this.#finder.inBytes(bytes)
      const gone = this.#gone
      let cut = reach === 0 ? limit : Math.min(limit, handleBegin(bytes))
      for (const { start, end } of finds) if (start < cut && end > cut) cut = start
      cut = Math.max(cut, gone)
      this.#gone = reach > 0 && cut > 0 && base64Digit(bytes[cut - 1]) !== NONE ? 1 : 0
      this.#held = new Uint8Array(bytes.subarray(cut - this.#gone))
      this.#nextSearch = this.#held.length + Math.ceil(reach / GROWN)
      return this.#replace(bytes.subarray(0, cut), gone, finds)
    } finally {
      this.#finder.rest()
    }
  }

  /** The bytes from `from`, scrubbed. */
  #replace(bytes: Uint8Array, from: number, finds: readonly Find[]): Uint8Array {
    const pieces: Uint8Array[] = []
    let done = from
    for (const find of finds) {
      if (find.end > bytes.length) break
      const start = Math.max(find.start, from)
      const found = Buffer.from(bytes.subarray(start, find.end))
      const handle = this.#handle(find, isUtf8(found) ? found.toString('utf8') : undefined)
      pieces.push(bytes.subarray(done, start), Buffer.from(handle))
      done = find.end
    }
    const rest = bytes.subarray(done)
    return pieces.length === 0 ? rest : Buffer.concat([...pieces, rest])
  }
}

/** Where at the end of the bytes a handle may have begun. */
function handleBegin(bytes: Uint8Array): number {
  const from = Math.max(0, bytes.length - MAX_HANDLE_LENGTH)
  const begun = HANDLE_BEGUN.exec(Buffer.from(bytes.subarray(from)).toString('latin1'))
  return begun === null ? bytes.length : from + begun.index
}
