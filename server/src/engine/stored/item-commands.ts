/** What the writer does for items: opens them, and carries out an item's checkpoint, which is also its keyring's end. */
import { concurrent, type Command } from '../../storage/command.ts'
import type { Tx } from '../../storage/tx.ts'
import type { ItemLane } from '../journal.ts'
import { carry, freePlaces, type Extra } from './carrying.ts'
import * as sql from './item-queries.ts'
import { placesOf } from './places.ts'
import { insertLastStep, stillOurs, type Owned, type StepRow } from './queries.ts'

export interface OpenItems extends Owned {
  position: number
  name: string
  total: number
  lanes: number
  at: number
}

export interface FinishItem extends Owned, ItemLane {
  done: number
  index: number
  journal: string
  status: 'succeeded' | 'ended_early' | 'failed'
  said: string | null
  startedAt: number
  endedAt: number
  spentMs: number
  keep: boolean
  last: StepRow | undefined
  extra: Extra | undefined
}

const openItems: Command<OpenItems, boolean> = async (tx, items) => {
  if ((await tx.get(stillOurs, items)) === undefined) return false
  for (let lane = 0; lane < items.lanes; lane++) await tx.run(sql.insertLane, { ...items, lane })
  return true
}

/** Returns the places that it set free; undefined when the run is not ours any more. */
const finishItem: Command<FinishItem, { places: number[] } | undefined> = async (tx, item) => {
  if ((await tx.get(stillOurs, item)) === undefined) return undefined
  const places = placesOf((await tx.get(sql.placesOfLane, item))?.places ?? null)
  const count = (status: FinishItem['status']): number => (item.status === status ? 1 : 0)
  const counts = { succeeded: count('succeeded'), endedEarly: count('ended_early'), failed: count('failed') }
  const failedAt = item.status === 'failed' ? item.index : null
  if ((await tx.run(sql.advance, { ...item, ...counts, failedAt })).changes === 0)
    return (await tx.get(sql.wentOn, item)) === undefined ? undefined : { places: [] }
  await freePlaces(tx, places)
  if (item.keep) {
    if (item.last !== undefined) await tx.run(insertLastStep, item.last)
    await tx.run(sql.insertItem, item)
  } else for (const each of sql.forgetItem) await tx.run(each, item)
  await carry(tx, item.run, item.extra)
  return { places }
}

/** The secrets of all items in flight, at their run's end (I5). */
export async function endItems(tx: Tx, run: number): Promise<number[]> {
  const rows = await tx.all(sql.placesInFlight, { run })
  if (rows.length === 0) return []
  const places = rows.flatMap((row) => placesOf(row.places))
  await freePlaces(tx, places)
  await tx.run(sql.dropPlaces, { run })
  return places
}

export const itemCommands = { openItems: concurrent(openItems), finishItem: concurrent(finishItem) }
