import { randomFillSync } from 'node:crypto'

/** A run's two names: the integer that keys its rows, ordered by time, and the public UUIDv7 that contains it. */
export interface RunId {
  key: number
  uuid: string
}

/** 2025-01-01T00:00:00Z. 41 bits of milliseconds since then and 12 bits of sequence fit a double's 53 bits. */
const EPOCH = 1_735_689_600_000
const SEQUENCES = 4096
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** Random bytes are drawn for this many ids at a time: drawing costs as much for 8 bytes as for 4,096. */
const DRAWN = 512

/** How many processes can make keys beside each other, none that another makes: each has a slot of its own. */
export const SLOTS = 64

/** Makes keys that grow strictly, also when the clock is set back: 64 a millisecond, and then ahead of the clock. */
export class Keys {
  readonly #slot: number
  /** In steps of `SLOTS`. */
  #last: number

  /**
   * @param last the greatest key in use: after a restart with a clock set back, keys still grow
   * @param slot from 0 to `SLOTS - 1`; no other process that makes keys of this kind has it
   */
  constructor(last = 0, slot = 0) {
    this.#last = Math.floor(last / SLOTS)
    this.#slot = slot
  }

  next(now: number): number {
    this.#last = Math.max(((now - EPOCH) * SEQUENCES) / SLOTS, this.#last + 1)
    return this.#last * SLOTS + this.#slot
  }
}

/**
 * Makes run ids. The sequence of a millisecond sits in the UUID's `rand_a` (RFC 9562, section 6.2, method 1), so the key is
 * read off the public id and needs no index.
 */
export class RunIds {
  readonly #keys: Keys
  readonly #drawn = Buffer.alloc(8 * DRAWN)
  #drawnAt = 8 * DRAWN

  /** As `Keys`. */
  constructor(last = 0, slot = 0) {
    this.#keys = new Keys(last, slot)
  }

  next(now: number): RunId {
    const key = this.#keys.next(now)
    const ms = (Math.floor(key / SEQUENCES) + EPOCH).toString(16).padStart(12, '0')
    const sequence = (key % SEQUENCES).toString(16).padStart(3, '0')
    const tail = this.#randomTail()
    const uuid = `${ms.slice(0, 8)}-${ms.slice(8)}-7${sequence}-${tail.slice(0, 4)}-${tail.slice(4)}`
    return { key, uuid }
  }

  /** The variant and 62 random bits, in hex. Each bit is used once. */
  #randomTail(): string {
    if (this.#drawnAt === this.#drawn.length) {
      randomFillSync(this.#drawn)
      this.#drawnAt = 0
    }
    const at = this.#drawnAt
    this.#drawnAt += 8
    this.#drawn.writeUInt8((this.#drawn.readUInt8(at) & 0x3f) | 0x80, at)
    return this.#drawn.toString('hex', at, at + 8)
  }
}

/** The row key inside a public run id, or `undefined` where the text is not one. */
export function runKey(uuid: string): number | undefined {
  if (!UUID.test(uuid)) return undefined
  const key =
    (parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16) - EPOCH) * SEQUENCES + parseInt(uuid.slice(15, 18), 16)
  return Number.isSafeInteger(key) && key >= 0 ? key : undefined
}

/** The smallest key of a run accepted at `ms` (Unix milliseconds): turns a time filter into a range of keys. */
export function keyAt(ms: number): number {
  return Math.max(0, Math.floor(ms) - EPOCH) * SEQUENCES
}
