/** What commits carry besides their subject: secrets to keep, and texts to write anew. */
import { dropData } from '../../data/rows.ts'
import { together, type Tx } from '../../storage/tx.ts'
import type { ItemLane, WrittenAt } from '../journal.ts'
import { freePlace } from './end-queries.ts'
import * as items from './item-queries.ts'
import { FREE_PLACE, placesOf, type Packed } from './places.ts'
import * as sql from './queries.ts'

/** Text; a sealed blob where the run is not kept. */
export type Text = string | Uint8Array

/** A text of the run's record that is written anew, because a secret became known late. */
export interface Rewrite {
  at: WrittenAt
  text: Text
}

export interface Extra {
  /** Secrets of the run. */
  packed: Packed | undefined
  /** Secrets of the item in flight on a lane. */
  item: (ItemLane & { packed: Packed }) | undefined
  rewrites: Rewrite[]
  /** Whether the run was in flight in a crash, and now has got further. */
  progressed: boolean
}

export async function putPlaces(tx: Tx, { ids, texts }: Packed): Promise<void> {
  const put = ids.map((id, i) => () => tx.run(sql.putPlace, { id, text: texts[i] ?? FREE_PLACE }))
  await together(tx, put)
}

export async function freePlaces(tx: Tx, places: readonly number[]): Promise<void> {
  const free = places.map((id) => () => tx.run(freePlace, { id }))
  await together(tx, free)
}

export async function rewrite(tx: Tx, run: number, rewrites: readonly Rewrite[]): Promise<void> {
  for (const { at, text } of rewrites) {
    // An item's own row is never sealed.
    if (at.what === 'item') await tx.run(items.amendItem, { run, ...at, text: String(text) })
    else if (at.what === 'data') await dropData(tx, at.id)
    else if (at.what === 'resumption')
      for (const each of sql.rewrittenResumption) await tx.run(each, { run, ...at, text })
    else await tx.run(sql.rewritten[at.what], { run, ...at, text })
  }
}

/** For commits that are known to be ours. */
export async function carry(tx: Tx, run: number, extra: Extra | undefined): Promise<void> {
  if (extra === undefined) return
  if (extra.packed !== undefined) {
    await putPlaces(tx, extra.packed)
    const places = placesOf((await tx.get(sql.placesOf, { run }))?.places ?? null)
    await tx.run(sql.setPlaces, { run, places: JSON.stringify([...places, ...extra.packed.ids]) })
  }
  if (extra.item !== undefined) await carryItem(tx, run, extra.item)
  await rewrite(tx, run, extra.rewrites)
  if (extra.progressed) await tx.run(sql.progressed, { run })
}

async function carryItem(
  tx: Tx,
  run: number,
  { position, lane, packed }: ItemLane & { packed: Packed }
): Promise<void> {
  await putPlaces(tx, packed)
  const places = placesOf((await tx.get(items.placesOfLane, { run, position, lane }))?.places ?? null)
  await tx.run(items.setLanePlaces, { run, position, lane, places: JSON.stringify([...places, ...packed.ids]) })
}
