/** What a search has found: stretches of the text to replace, in order, apart from each other. */

/** Something to replace: one occurrence, or several that overlap; then nothing of either may stay. */
export interface Find {
  start: number
  end: number
  /** The secret of the longest occurrence in it. */
  id: number
  /** How long that one is, and whether it stands there unencoded. */
  length: number
  raw: boolean
}

export class Finds {
  readonly all: Find[] = []

  /** Whether a find contains this and more, and is named by what is no shorter: then it tells nothing new. */
  cover(start: number, end: number): boolean {
    const find = this.all[this.#firstEndingAfter(start)]
    if (find === undefined || find.start > start || find.end < end) return false
    return find.length >= end - start && find.end - find.start > end - start
  }

  /** Takes an occurrence in, and together with it those that it overlaps. */
  add(find: Find): void {
    const from = this.#firstEndingAfter(find.start)
    let to = from
    for (let next = this.all[to]; next !== undefined && next.start < find.end; next = this.all[++to]) merge(find, next)
    this.all.splice(from, to - from, find)
  }

  #firstEndingAfter(position: number): number {
    let low = 0
    let high = this.all.length
    // Most come in order: look at the end first.
    if (high > 0 && (this.all[high - 1]?.end ?? 0) <= position) return high
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.all[middle]?.end ?? 0) <= position) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** The longest occurrence names a find; of equals the unencoded one, then the older secret. */
function merge(find: Find, other: Find): void {
  const better =
    other.length > find.length ||
    (other.length === find.length && (other.raw === find.raw ? other.id < find.id : other.raw))
  if (better) {
    find.id = other.id
    find.length = other.length
    find.raw = other.raw
  }
  find.start = Math.min(find.start, other.start)
  find.end = Math.max(find.end, other.end)
}
