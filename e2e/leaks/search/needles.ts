/**
 * Searches bytes for any number of secrets in one pass. On purpose nothing of `server/src/secrets` is used here: what
 * Bellhop's own search cannot see, this one must.
 *
 * Seed and extend: a few four-byte pieces of every needle go into a table, each place of the haystack is looked up in it,
 * and a match is extended to both sides. So a secret that was cut, or broken over two database pages, is found too: what
 * counts is a piece of `FRAGMENT` bytes, or the whole of a shorter secret.
 */

/** A piece of a secret this long (in bytes) is a leak. Random secrets do not share one by chance. */
export const FRAGMENT = 12
/** Shorter secrets are not searched for inside text; see `whole-values.ts`. */
export const SHORTEST = 6

const SEED = 4
const TABLE_BITS = 20

/** Where a piece of which secret stands. */
export interface Match {
  /** The secret's name, as it was added. */
  name: string
  /** Where the piece begins in the haystack, and how long it is. */
  at: number
  length: number
}

interface Piece {
  name: string
  needle: Buffer
  /** Where the seed stands in the needle. */
  offset: number
}

export class Needles {
  readonly #bySeed = new Map<number, Piece[]>()
  /** One bit for each hash of a seed: most places of a haystack are ruled out by it. */
  readonly #seen = new Uint32Array(1 << (TABLE_BITS - 5))

  /** @throws Error for a secret that is too short to be searched for */
  add(name: string, secret: string | Uint8Array): void {
    const needle = Buffer.from(secret as Uint8Array)
    if (needle.length < SHORTEST) throw new Error(`${name} is too short to be searched for`)
    // Every piece that counts contains a seed: seeds stand no further apart than that.
    const apart = Math.min(FRAGMENT, needle.length) - SEED + 1
    const last = needle.length - SEED
    for (let offset = 0; offset < last; offset += apart) this.#plant(name, needle, offset)
    this.#plant(name, needle, last)
  }

  /** All secrets of which a piece is in the haystack, each once. */
  find(haystack: Uint8Array): Match[] {
    const found = new Map<string, Match>()
    let seed = 0
    for (let at = 0; at < haystack.length; at++) {
      seed = (seed >>> 8) | ((haystack[at] ?? 0) << 24)
      const hash = hashOf(seed)
      if (((this.#seen[hash >>> 5] ?? 0) & (1 << (hash & 31))) === 0 || at < SEED - 1) continue
      for (const piece of this.#bySeed.get(seed) ?? []) {
        if (found.has(piece.name)) continue
        const match = extend(haystack, at - SEED + 1, piece)
        if (match !== undefined) found.set(piece.name, match)
      }
    }
    return [...found.values()]
  }

  #plant(name: string, needle: Buffer, offset: number): void {
    const seed = needle.readInt32LE(offset)
    const pieces = this.#bySeed.get(seed) ?? []
    pieces.push({ name, needle, offset })
    this.#bySeed.set(seed, pieces)
    const hash = hashOf(seed)
    this.#seen[hash >>> 5] = (this.#seen[hash >>> 5] ?? 0) | (1 << (hash & 31))
  }
}

function hashOf(seed: number): number {
  return Math.imul(seed, 0x9e3779b1) >>> (32 - TABLE_BITS)
}

/** The whole piece around a seed that stands at `at`, if it is long enough to count. */
function extend(haystack: Uint8Array, at: number, { name, needle, offset }: Piece): Match | undefined {
  let from = 0
  while (from < offset && from < at && haystack[at - from - 1] === needle[offset - from - 1]) from++
  let to = SEED
  while (offset + to < needle.length && haystack[at + to] === needle[offset + to]) to++
  const length = from + to
  return length >= Math.min(FRAGMENT, needle.length) ? { name, at: at - from, length } : undefined
}
