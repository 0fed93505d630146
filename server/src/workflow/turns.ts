/**
 * One change of a workflow or draft after the other, also where nodes make them: a change reads what there is (the name, the
 * last version, the greatest id) and writes what follows from it.
 */
import { sql } from 'kysely'
import type { Tx } from '../storage/tx.ts'
import { query } from '../storage/query.ts'

/** Of PostgreSQL's advisory locks; the number means nothing. */
const LOCK = 7_310_221_001

/** SQLite has one writer anyway. */
const lock = query()((db, _, dialect) =>
  db.selectNoFrom(dialect === 'postgres' ? sql`pg_advisory_xact_lock(${sql.lit(LOCK)})`.as('turn') : sql`1`.as('turn'))
)

/** Waits until no other transaction changes workflows or drafts; holds the turn until this one ends. */
export async function takeTurn(tx: Tx): Promise<void> {
  await tx.get(lock)
}
