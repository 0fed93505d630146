/**
 * Which piece of a needle is indexed. A piece that many needles have, or that stands everywhere, makes every text
 * costly to search: tokens of one vendor share their beginning, keys their end, and padding is long and blank.
 */
import { CASE_FOLD } from './gram-index.ts'
import type { Needle } from './needle.ts'

/** Places that are looked at when the first is taken, spread over the needle. */
const ATTEMPTS = 12
/** The bytes of a piece by which it is known: those that all its grams contain. */
const KEY = 4
/** Grams of many different bytes are rare; these are enough. */
const VARIED = 4
/** One kind of byte less is worse than any number of needles with the same piece: texts may be full of it. */
const POVERTY = 1_000_000
/** Needles that cover another one overlap so much that their encoded forms overlap too. */
const OVERLAP = 3

/** The needles that have the same piece. */
interface Sharers {
  count: number
  first: Needle
}

export class Pieces {
  readonly #taken = new Map<number, Sharers>()

  /**
   * Chooses the piece of a needle; shorter needles come first.
   * @returns false where nothing needs to be indexed: wherever the needle stands, others cover it
   */
  choose(needle: Needle): boolean {
    let best = needle.place(0)
    let cost = this.#cost(needle, best)
    if (cost > 0) {
      for (const place of this.#places(needle, best)) {
        const other = this.#cost(needle, place)
        if (other >= cost) continue
        cost = other
        best = place
      }
    }
    const key = keyOf(needle, best)
    const sharers = this.#taken.get(key)
    needle.from = best
    if (sharers === undefined) this.#taken.set(key, { count: 1, first: needle })
    else if (isCovered(needle, sharers.first)) return false
    else sharers.count++
    return true
  }

  forget(): void {
    this.#taken.clear()
  }

  *#places(needle: Needle, first: number): Generator<number> {
    for (let attempt = 1; attempt < ATTEMPTS; attempt++) yield needle.place(attempt)
    const other = this.#taken.get(keyOf(needle, first))?.first
    if (other !== undefined) yield needle.placeAround(firstDifference(needle.bytes, other.bytes))
    yield needle.placeAround(rarest(needle.bytes))
    yield needle.length - needle.pieceLength
  }

  #cost(needle: Needle, place: number): number {
    let varied = 0
    for (let i = place; i < place + needle.pieceLength && varied < VARIED; i++) {
      if (needle.bytes.indexOf(needle.bytes[i] ?? 0, place) === i) varied++
    }
    return (this.#taken.get(keyOf(needle, place))?.count ?? 0) + POVERTY * (VARIED - varied)
  }
}

function keyOf({ bytes, pieceLength }: Needle, place: number): number {
  const from = place + ((pieceLength - KEY) >> 1)
  let key = 0
  for (let i = 0; i < KEY; i++) key |= (bytes[from + i] ?? 0) << (8 * i)
  return key | CASE_FOLD
}

/** Where the byte stands that occurs least. */
export function rarest(bytes: Uint8Array): number {
  const counts = new Uint32Array(256)
  for (const byte of bytes) counts[byte] = (counts[byte] ?? 0) + 1
  let best = 0
  for (let i = 1; i < bytes.length; i++) if ((counts[bytes[i] ?? 0] ?? 0) < (counts[bytes[best] ?? 0] ?? 0)) best = i
  return best
}

function firstDifference(a: Uint8Array, b: Uint8Array): number {
  let at = 0
  while (at < a.length && a[at] === b[at]) at++
  return at
}

/** Whether occurrences of `tile` cover all of `needle`, overlapping. */
function isCovered(needle: Needle, tile: Needle): boolean {
  if (needle.utf16 !== tile.utf16 || needle.length <= tile.length) return false
  if (!needle.text.startsWith(tile.text)) return false
  for (let end = tile.length; end < needle.length;) {
    const next = needle.text.lastIndexOf(tile.text, end - OVERLAP) + tile.length
    if (next <= end || next < tile.length) return false
    end = next
  }
  return true
}
