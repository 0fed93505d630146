/**
 * Two finders as one: an item's on top of its run's. Both search the same text, and what they find is put together as
 * if one had found it, so that of overlapping occurrences nothing stays (finds.ts).
 */
import type { Finder } from './finder.ts'
import { Finds, type Find } from './finds.ts'

/** Ids of the upper finder's secrets begin here: those of the lower one are older. */
export const UPPER = 2 ** 20

/** What a scrubber needs of a finder. */
export type Search = Pick<Finder, 'inText' | 'inBytes' | 'reach' | 'mayHold' | 'rest'>

export class LayeredFinder implements Search {
  readonly #upper: Finder
  readonly #lower: Search
  readonly #isLive: (handle: string) => boolean

  /** @param isLive whether this is a handle of either */
  constructor(upper: Finder, lower: Search, isLive: (handle: string) => boolean) {
    this.#upper = upper
    this.#lower = lower
    this.#isLive = isLive
  }

  get reach(): number {
    return Math.max(this.#upper.reach, this.#lower.reach)
  }

  mayHold(byte: number): boolean {
    return this.#upper.mayHold(byte) || this.#lower.mayHold(byte)
  }

  inText(text: string): readonly Find[] {
    return together(this.#upper.inText(text, this.#isLive), this.#lower.inText(text, this.#isLive))
  }

  inBytes(bytes: Uint8Array): readonly Find[] {
    return together(this.#upper.inBytes(bytes, this.#isLive), this.#lower.inBytes(bytes, this.#isLive))
  }

  rest(): void {
    this.#upper.rest()
    this.#lower.rest()
  }
}

function together(upper: readonly Find[], lower: readonly Find[]): readonly Find[] {
  if (upper.length === 0) return lower
  const finds = new Finds()
  for (const find of lower) finds.add({ ...find })
  for (const find of upper) finds.add({ ...find, id: UPPER + find.id })
  return finds.all
}
