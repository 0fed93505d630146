/** What could not be done for runs that hold something of a store, for whoever looks. */
import type { Reader } from '../../storage/tx.ts'
import { troubledLeases } from './lease-rows.ts'

const SHOWN = 100

/** A holding that could not be renewed, whole or in part, or given back, for `bellhop doctor`. */
export interface LeaseTrouble {
  run: string
  store: string
  /** Whether its run has ended, so that it should be gone. */
  ended: boolean
  failures: number
  problem: string
  expires_at: string
  next_try_at: string
}

/** The first of them. */
export async function troubleOf(reader: Reader): Promise<LeaseTrouble[]> {
  return (await reader.all(troubledLeases, { limit: SHOWN })).map((row) => ({
    run: row.uuid,
    store: row.store,
    ended: row.ended === 1,
    failures: row.failures,
    problem: row.problem ?? '',
    expires_at: new Date(row.expires_at).toISOString(),
    next_try_at: new Date(row.next_at).toISOString()
  }))
}
