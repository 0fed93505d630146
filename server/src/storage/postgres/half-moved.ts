/** The mark of a database into which a data directory is being moved: no node works on half of it. */
import { Fault } from '@bellhop/sdk'
import type { Client } from 'pg'
import { SCHEMA } from './connections.ts'

/** The row of `meta` that is there until everything is. `storage/moving/` writes it. */
export const HALF_MOVED = 'moving'

/** @throws Fault `database_half_moved` */
export async function refuseHalfMoved(client: Client): Promise<void> {
  const { rowCount } = await client.query(`select 1 from ${SCHEMA}.meta where key = $1`, [HALF_MOVED])
  if (rowCount === 0) return
  throw new Fault(
    'database_half_moved',
    'A data directory is being moved into this database, and not all of it is there.',
    {
      hint: 'Repeat `bellhop migrate` until it says that everything is there; it goes on where it was.'
    }
  )
}
