/**
 * Where the sealed secrets of unfinished runs stand at rest (I5).
 *
 * A b-tree moves rows between pages when it splits and merges them, and even SQLite's `secure_delete` leaves pieces of
 * moved rows in the free part of a page. So secrets stand in rows that never move: all of one size, made once and
 * appended, written in place, and overwritten in place when their run ends. They are used again, not deleted.
 *
 * Which are free is known to this process alone, and found out again at each start: a free place is all spaces. Places
 * are ASCII text, which crosses threads faster than bytes.
 */
import type { SealedSecret } from '../../secrets/keyring.ts'
import { Keys } from '../../storage/ids.ts'

/** Characters of a place: eight places fit on a page. */
const PLACE = 496
/** What overwrites a place. */
export const FREE_PLACE = ' '.repeat(PLACE)

/** Secrets laid out for a commit: `texts[i]` goes to the place `ids[i]`. */
export interface Packed {
  ids: number[]
  texts: string[]
}

/** The places of a run, as its row in `unfinished` names them. */
export function placesOf(column: string | null): number[] {
  return column === null ? [] : (JSON.parse(column) as number[])
}

/** Hands out places. */
export interface Places {
  take(): number
  /** These are free again. */
  give(places: readonly number[]): void
}

/** Places that are used again: which are free. */
export class ReusedPlaces implements Places {
  readonly #free: number[] = []
  #next: number

  /** @param next the first place that was never made */
  constructor(next: number) {
    this.#next = next
  }

  take(): number {
    return this.#free.pop() ?? this.#next++
  }

  give(places: readonly number[]): void {
    for (const place of places) this.#free.push(place)
  }
}

/** Places that are made anew each time, and deleted when they are free: where many processes share the rows. */
export class FreshPlaces implements Places {
  readonly #keys: Keys
  readonly #now: () => number

  /** @param slot this process's own, as `Keys` has it */
  constructor(slot: number, now: () => number) {
    this.#keys = new Keys(0, slot)
    this.#now = now
  }

  take(): number {
    return this.#keys.next(this.#now())
  }

  give(): void {}
}

/** Lays secrets out over places: a line for each, `handle sealed origin`. */
export function pack(secrets: readonly SealedSecret[], places: Places): Packed {
  let lines = ''
  for (const { handle, sealed, origin } of secrets) lines += `${handle} ${base64(sealed)} ${ascii(origin)}\n`
  const packed: Packed = { ids: [], texts: [] }
  for (let at = 0; at < lines.length; at += PLACE) {
    packed.ids.push(places.take())
    packed.texts.push(lines.slice(at, at + PLACE).padEnd(PLACE))
  }
  return packed
}

/** Reads what one or several `pack`s laid out, from their places in order. */
export function unpack(places: readonly string[]): SealedSecret[] {
  const lines = places.join('').split('\n')
  // After the last line feed of a pack there is padding only, which the first line of the next comes behind.
  return lines.flatMap((padded) => {
    const line = padded.trimStart()
    const handleEnd = line.indexOf(' ')
    const sealedEnd = line.indexOf(' ', handleEnd + 1)
    if (handleEnd === -1 || sealedEnd === -1) return []
    const sealed = Buffer.from(line.slice(handleEnd + 1, sealedEnd), 'base64')
    return [{ handle: line.slice(0, handleEnd), sealed, origin: line.slice(sealedEnd + 1) }]
  })
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}

/** JSON in ASCII only: its strings may name every other character by number. */
function ascii(json: string): string {
  return json.replace(/[^\x20-\x7e]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
