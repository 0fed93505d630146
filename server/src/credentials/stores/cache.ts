/**
 * What one store's reads left, in memory only: by lookup, until the time to live, the reading's own `expiresAt`, or a
 * vendor's 401. Concurrent reads of one lookup are one read (single-flight); a failed read is not remembered.
 *
 * Who owns what: the cache belongs to one opened store, and is dropped with it when its configuration changes.
 */
import type { Lookup, Reading } from './store.ts'

/** Entries beyond this push out those that were not asked for longest. */
const MOST_ENTRIES = 10_000
/** A credential that is about to expire is read anew, so that it does not do so on its way. */
const MARGIN_MS = 5_000

interface Entry {
  reading: Reading
  until: number
}

export class ReadCache {
  readonly #ttlMs: number
  readonly #now: () => number
  readonly #entries = new Map<string, Entry>()
  readonly #flights = new Map<string, Promise<Reading>>()

  /** @param ttlMs 0: nothing is kept, and concurrent reads are still one */
  constructor(ttlMs: number, now: () => number) {
    this.#ttlMs = ttlMs
    this.#now = now
  }

  /** What is kept for this lookup; undefined where it has to be read. */
  get(key: string): Reading | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    this.#entries.delete(key)
    if (entry.until <= this.#now()) return undefined
    this.#entries.set(key, entry)
    return entry.reading
  }

  /**
   * Reads, or waits for the read that is under way.
   * @param refused the vendor refused what an earlier read gave: that read, if it is what is kept or under way, is no good
   */
  read(key: string, refused: Reading | undefined, read: () => Promise<Reading>): Promise<Reading> {
    const kept = this.get(key)
    if (kept !== undefined && kept !== refused) return Promise.resolve(kept)
    this.#entries.delete(key)
    const flight = refused === undefined ? key : `${key} after a refusal`
    const underWay = this.#flights.get(flight)
    if (underWay !== undefined) return underWay
    const begun = read().then((reading) => {
      this.#keep(key, reading)
      return reading
    })
    this.#flights.set(flight, begun)
    const over = (): void => void this.#flights.delete(flight)
    begun.then(over, over)
    return begun
  }

  #keep(key: string, reading: Reading): void {
    const now = this.#now()
    const until = Math.min(now + this.#ttlMs, (reading.expiresAt ?? Infinity) - MARGIN_MS)
    if (until <= now) return
    this.#entries.set(key, { reading, until })
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= MOST_ENTRIES) return
      this.#entries.delete(oldest)
    }
  }
}

/** One text for a lookup. */
export function keyOf({ path, version, integration }: Lookup): string {
  return JSON.stringify([path, version ?? null, integration ?? null])
}
