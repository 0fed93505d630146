/**
 * Where the sealed secrets of unfinished runs stand at rest (I5).
 *
 * A b-tree moves rows between pages when it splits and merges them, and even SQLite's `secure_delete` leaves pieces of
 * moved rows in the free part of a page. So secrets stand in rows that never move: all of one size, made once and
 * appended, written in place, and overwritten in place with zeros when their run ends. They are used again, not deleted.
 *
 * Which are free is known to this process alone, and found out again at each start: a free place begins with 0.
 */
import type { SealedSecret } from '../../secrets/keyring.ts'

/** Bytes of a place: eight fit on a page. */
export const PLACE_BYTES = 496
/** The first byte says that the place is in use. */
const ROOM = PLACE_BYTES - 1
/** Before each secret: 1, and the lengths of its handle (2 bytes), origin (4) and sealed value (4). */
const HEAD = 11

/** Secrets packed for commit: `ids[i]` is where `data[i]` goes. */
export interface Packed {
  ids: number[]
  data: Uint8Array[]
}

/** The places of a run, as its row in `unfinished` names them. */
export function placesOf(column: string | null): number[] {
  return column === null ? [] : (JSON.parse(column) as number[])
}

/** Which places are free. */
export class Places {
  readonly #free: number[] = []
  #next: number

  /** @param next the first place that was never made */
  constructor(next: number) {
    this.#next = next
  }

  take(count: number): number[] {
    return Array.from({ length: count }, () => this.#free.pop() ?? this.#next++)
  }

  give(places: readonly number[]): void {
    for (const place of places) this.#free.push(place)
  }
}

/** Lays secrets out over places. */
export function pack(secrets: readonly SealedSecret[], take: (count: number) => number[]): Packed {
  const bytes = Buffer.concat(secrets.flatMap(entry))
  const count = Math.ceil(bytes.length / ROOM)
  const data = Array.from({ length: count }, (_, i) => {
    const place = new Uint8Array(PLACE_BYTES)
    place[0] = 1
    place.set(bytes.subarray(i * ROOM, (i + 1) * ROOM), 1)
    return place
  })
  return { ids: take(count), data }
}

function entry({ handle, origin, sealed }: SealedSecret): Uint8Array[] {
  const texts = [Buffer.from(handle), Buffer.from(origin)] as const
  const head = Buffer.alloc(HEAD)
  head.writeUInt8(1, 0)
  head.writeUInt16BE(texts[0].length, 1)
  head.writeUInt32BE(texts[1].length, 3)
  head.writeUInt32BE(sealed.length, 7)
  return [head, ...texts, sealed]
}

/** Reads what one or several `pack`s laid out, from their places in order. */
export function unpack(places: readonly Uint8Array[]): SealedSecret[] {
  const bytes = Buffer.concat(places.map((place) => place.subarray(1)))
  const secrets: SealedSecret[] = []
  let at = 0
  while (at + HEAD <= bytes.length) {
    if (bytes.readUInt8(at) === 0) {
      // The rest of this place is empty; the next one begins with another commit's secrets.
      at = (Math.floor(at / ROOM) + 1) * ROOM
      continue
    }
    const handleEnd = at + HEAD + bytes.readUInt16BE(at + 1)
    const originEnd = handleEnd + bytes.readUInt32BE(at + 3)
    const end = originEnd + bytes.readUInt32BE(at + 7)
    const handle = bytes.toString('utf8', at + HEAD, handleEnd)
    const origin = bytes.toString('utf8', handleEnd, originEnd)
    secrets.push({ handle, origin, sealed: new Uint8Array(bytes.subarray(originEnd, end)) })
    at = end
  }
  return secrets
}
