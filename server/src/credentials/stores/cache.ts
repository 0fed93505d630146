/**
 * What one store's reads left, in memory only: by lookup, until the time to live, the reading's own `expiresAt`, or a
 * vendor's 401. Concurrent reads of one lookup are one read (single-flight); a failed read is not remembered.
 *
 * Who owns what: the cache belongs to one opened store, and is dropped with it when its configuration changes.
 */
import type { Lookup, Reading } from './store.ts'

/** Entries beyond this, or of more characters of JSON together, push out those that were not asked for longest. */
const MOST_ENTRIES = 10_000
const MOST_CHARACTERS = 32 * 1024 * 1024
/** A credential that is about to expire is read anew, so that it does not do so on its way. */
const MARGIN_MS = 5_000
/** What is over goes within such a time, asked for again or not. */
const SWEEP_MS = 1_000

interface Entry {
  reading: Reading
  until: number
  characters: number
}

export class ReadCache {
  readonly #ttlMs: number
  readonly #now: () => number
  readonly #entries = new Map<string, Entry>()
  readonly #flights = new Map<string, Promise<Reading>>()
  #characters = 0
  #timer: NodeJS.Timeout | undefined

  /** @param ttlMs 0: nothing is kept, and concurrent reads are still one; Infinity: for as long as somebody has the cache */
  constructor(ttlMs: number, now: () => number) {
    this.#ttlMs = ttlMs
    this.#now = now
  }

  /** What is kept for this lookup; undefined where it has to be read. */
  get(key: string): Reading | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    if (entry.until <= this.#now()) {
      this.#drop(key)
      return undefined
    }
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    return entry.reading
  }

  /** Forgets all that is kept. */
  clear(): void {
    for (const key of this.#entries.keys()) this.#drop(key)
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  /**
   * Reads, or waits for the read that is under way.
   * @param refused the vendor refused what an earlier read gave: that read, if it is what is kept or under way, is no good
   */
  read(key: string, refused: Reading | undefined, read: () => Promise<Reading>): Promise<Reading> {
    const kept = this.get(key)
    if (kept !== undefined && kept !== refused) return Promise.resolve(kept)
    this.#drop(key)
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
    const characters = JSON.stringify(reading).length
    if (until <= now || characters > MOST_CHARACTERS) return
    this.#drop(key)
    this.#entries.set(key, { reading, until, characters })
    this.#characters += characters
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= MOST_ENTRIES && this.#characters <= MOST_CHARACTERS) break
      this.#drop(oldest)
    }
    // A timer would hold on to a cache that goes with its run.
    if (this.#ttlMs !== Infinity) this.#timer ??= setTimeout(() => this.#sweep(), SWEEP_MS).unref()
  }

  #drop(key: string): void {
    this.#characters -= this.#entries.get(key)?.characters ?? 0
    this.#entries.delete(key)
  }

  /** A secret that nobody asks for again does not stay. */
  #sweep(): void {
    const now = this.#now()
    for (const [key, { until }] of this.#entries) if (until <= now) this.#drop(key)
    this.#timer = this.#entries.size === 0 ? undefined : setTimeout(() => this.#sweep(), SWEEP_MS).unref()
  }
}

/** One text for a lookup. */
export function keyOf({ path, version, integration }: Lookup): string {
  return JSON.stringify([path, version ?? null, integration ?? null])
}
