/**
 * Taking away many runs at once, for PostgreSQL: there nobody waits for whoever writes, but every statement is a way to the
 * server and back, so a statement deletes a portion of what all the runs have in a table.
 */
import { sql } from 'kysely'
import { query, type Query } from '../storage/query.ts'
import type { Schema } from '../storage/schema.ts'
import type { Tx } from '../storage/tx.ts'
import { isOneOf, keyList } from './key-lists.ts'
import type { Slice, Stopwatch } from './slices.ts'

type OfRuns = { runs: string }

/** Rows that one statement deletes at most: a few dozen milliseconds. */
const PORTION = 2_000

/** What runs have in each table, and by what a row is found. The event goes first, as with one run. */
const removals = [
  removal('events', ['run']),
  removal('steps', ['id']),
  removal('attempts', ['run', 'lane', 'position', 'number']),
  removal('waits', ['run', 'lane', 'position']),
  removal('items', ['run', 'position', 'item']),
  removal('item_lanes', ['run', 'position', 'lane']),
  removal('resumptions', ['id'])
]

function removal<T extends keyof Schema>(name: T, key: readonly (keyof Schema[T] & string)[]): Query<OfRuns, unknown> {
  const [table, columns] = [sql.table(name), sql.join(key.map((column) => sql.ref(column)))]
  return query<OfRuns>()((db, p, dialect) => ({
    compile: () =>
      sql`delete from ${table} where (${columns}) in
        (select ${columns} from ${table} where ${isOneOf('run', p.runs, dialect)} limit ${sql.lit(PORTION)})`.compile(
        db
      )
  }))
}

const endedAmong = query<OfRuns>()((db, p, dialect) =>
  db
    .selectFrom('runs')
    .select('id')
    .where(isOneOf('id', p.runs, dialect))
    .where('ended_at', 'is not', null)
)
const removeRuns = query<OfRuns>()((db, p, dialect) => db.deleteFrom('runs').where(isOneOf('id', p.runs, dialect)))

/** Deletes those runs of a list that have ended; none of them is settled before all are. */
export async function deleteTogether(tx: Tx, list: readonly number[], watch: Stopwatch): Promise<Slice> {
  const ended = await tx.all(endedAmong, { runs: keyList(list) })
  const runs = keyList(ended.map(({ id }) => id))
  for (const remove of removals) {
    // What is less than a portion is all there was. So every command gets further, however little time there is.
    while ((await tx.run(remove, { runs })).changes >= PORTION)
      if (watch.late()) return { settled: 0, done: false, tookMs: watch.elapsed() }
  }
  await tx.run(removeRuns, { runs })
  return { settled: list.length, done: true, tookMs: watch.elapsed() }
}
