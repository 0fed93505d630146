/** What the writer does for items: opens them, and carries out an item's checkpoint, which is also its keyring's end. */
import type { Command } from '../../storage/command.ts'
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

const openItems: Command<OpenItems, boolean> = (tx, items) => {
  if (tx.get(stillOurs, items) === undefined) return false
  for (let lane = 0; lane < items.lanes; lane++) tx.run(sql.insertLane, { ...items, lane })
  return true
}

/** Returns the places that it set free; undefined when the run is not ours any more. */
const finishItem: Command<FinishItem, { places: number[] } | undefined> = (tx, item) => {
  if (tx.get(stillOurs, item) === undefined) return undefined
  const places = placesOf(tx.get(sql.placesOfLane, item)?.places ?? null)
  const count = (status: FinishItem['status']): number => (item.status === status ? 1 : 0)
  const counts = { succeeded: count('succeeded'), endedEarly: count('ended_early'), failed: count('failed') }
  const failedAt = item.status === 'failed' ? item.index : null
  if (tx.run(sql.advance, { ...item, ...counts, failedAt }).changes === 0) return undefined
  freePlaces(tx, places)
  if (item.keep) {
    if (item.last !== undefined) tx.run(insertLastStep, item.last)
    tx.run(sql.insertItem, item)
  } else for (const each of sql.forgetItem) tx.run(each, item)
  carry(tx, item.run, item.extra)
  return { places }
}

/** The secrets of all items in flight, at their run's end (I5). */
export function endItems(tx: Tx, run: number): number[] {
  const rows = tx.all(sql.placesInFlight, { run })
  if (rows.length === 0) return []
  const places = rows.flatMap((row) => placesOf(row.places))
  freePlaces(tx, places)
  tx.run(sql.dropPlaces, { run })
  return places
}

export const itemCommands = { openItems, finishItem }
