/**
 * What history does in the writer: taking away what retention no longer keeps.
 *
 * The writer serves ingress too, so a command here works until its time is up and says how far it came. In SQLite every
 * statement deletes one row, and the clock is read after each: the longest a command overstays is one row. On PostgreSQL
 * a statement deletes many, as nobody waits for it.
 */
import { sweepData } from '../data/rows.ts'
import { keyAt } from '../storage/ids.ts'
import { concurrent, frees } from '../storage/command.ts'
import type { Tx } from '../storage/tx.ts'
import { query, type Args, type Dialect, type Query } from '../storage/query.ts'
import { deleteTogether } from './delete-together.ts'
import { stopwatch, type Slice, type Stopwatch } from './slices.ts'

export interface DeleteRuns {
  /** Keys of runs. Those that have not ended stay, whatever is asked. */
  runs: number[]
  /** Milliseconds after which the command stops. */
  budgetMs: number
}

/** What is older than `before`, Unix milliseconds; at most so long. */
interface Older {
  before: number
  budgetMs: number
}

type OfRun = { run: number }
type Place = OfRun & { lane: string; position: number }

/** Deletes a run's rows of one table, one statement a row. False when the time was up before they were gone. */
type Emptier = (tx: Tx, run: number, watch: Stopwatch) => Promise<boolean>

/** Rows are listed this many at a time: keys only, out of an index. */
const LISTED = 100

function emptier<Row extends object>(list: Query<OfRun, Row>, remove: Query<Row, unknown>): Emptier {
  return async (tx, run, watch) => {
    for (;;) {
      const rows = await tx.all(list, { run })
      for (const row of rows) {
        await tx.run<Row, unknown>(remove, ...([row] as unknown as Args<Row>))
        // After the row, so that however little time there is, every command gets further.
        if (watch.late()) return false
      }
      if (rows.length < LISTED) return true
    }
  }
}

const emptySteps = emptier(
  query<OfRun>()((db, p) => db.selectFrom('steps').select('id').where('run', '=', p.run).limit(LISTED)),
  query<{ id: number }>()((db, p) => db.deleteFrom('steps').where('id', '=', p.id))
)

/** Tables in which most runs have no row. */
const emptyOthers: readonly Emptier[] = [
  emptier(
    query<OfRun>()((db, p) =>
      db.selectFrom('attempts').select(['run', 'lane', 'position', 'number']).where('run', '=', p.run).limit(LISTED)
    ),
    query<Place & { number: number }>()((db, p) =>
      db
        .deleteFrom('attempts')
        .where('run', '=', p.run)
        .where('lane', '=', p.lane)
        .where('position', '=', p.position)
        .where('number', '=', p.number)
    )
  ),
  emptier(
    query<OfRun>()((db, p) =>
      db.selectFrom('waits').select(['run', 'lane', 'position']).where('run', '=', p.run).limit(LISTED)
    ),
    query<Place>()((db, p) =>
      db.deleteFrom('waits').where('run', '=', p.run).where('lane', '=', p.lane).where('position', '=', p.position)
    )
  ),
  emptier(
    query<OfRun>()((db, p) =>
      db.selectFrom('items').select(['run', 'position', 'item']).where('run', '=', p.run).limit(LISTED)
    ),
    query<OfRun & { position: number; item: number }>()((db, p) =>
      db.deleteFrom('items').where('run', '=', p.run).where('position', '=', p.position).where('item', '=', p.item)
    )
  ),
  // Behind the items: their lanes are what says that there were any.
  emptier(
    query<OfRun>()((db, p) =>
      db.selectFrom('item_lanes').select(['run', 'position', 'lane']).where('run', '=', p.run).limit(LISTED)
    ),
    query<OfRun & { position: number; lane: number }>()((db, p) =>
      db.deleteFrom('item_lanes').where('run', '=', p.run).where('position', '=', p.position).where('lane', '=', p.lane)
    )
  ),
  emptier(
    query<OfRun>()((db, p) => db.selectFrom('resumptions').select('id').where('run', '=', p.run).limit(LISTED)),
    query<{ id: number }>()((db, p) => db.deleteFrom('resumptions').where('id', '=', p.id))
  )
]

const removeEvent = query<OfRun>()((db, p) => db.deleteFrom('events').where('run', '=', p.run))
const removeRun = query<OfRun>()((db, p) => db.deleteFrom('runs').where('id', '=', p.run))

/** An ended run, and whether it has rows in the tables in which most have none: one question instead of four. */
const ended = query<OfRun>()((db, p) =>
  db
    .selectFrom('runs')
    .select((row) =>
      row
        .or([
          row.exists(row.selectFrom('attempts').select('run').where('run', '=', p.run)),
          row.exists(row.selectFrom('waits').select('run').where('run', '=', p.run)),
          row.exists(row.selectFrom('item_lanes').select('run').where('run', '=', p.run)),
          row.exists(row.selectFrom('resumptions').select('run').where('run', '=', p.run))
        ])
        .as('others')
    )
    .where('id', '=', p.run)
    .where('ended_at', 'is not', null)
)

/** Rows of the oldest that a statement deletes. */
const OLDEST: Readonly<Record<Dialect, number>> = { sqlite: 1, postgres: 1_000 }

const oldestKeys = query<{ before: number }>()((db, p, dialect) =>
  db
    .deleteFrom('idempotency')
    .where('id', 'in', (row) =>
      row.selectFrom('idempotency').select('id').where('id', '<', p.before).orderBy('id').limit(OLDEST[dialect])
    )
)

const oldestTicks = query<{ before: number }>()((db, p, dialect) =>
  db
    .deleteFrom('ticks')
    .where('id', 'in', (row) =>
      row.selectFrom('ticks').select('id').where('id', '<', p.before).orderBy('id').limit(OLDEST[dialect])
    )
)

const oldestTestEvents = query<{ before: number }>()((db, p, dialect) =>
  db
    .deleteFrom('test_events')
    .where('id', 'in', (row) => row.selectFrom('test_events').select('id').orderBy('id').limit(OLDEST[dialect]))
    .where('created_at', '<', p.before)
)

/** Deletes ended runs with all their rows, in the order given, until the time is up. */
function deleteRuns(tx: Tx, { runs, budgetMs }: DeleteRuns): Promise<Slice> {
  const watch = stopwatch(budgetMs)
  if (tx.dialect === 'postgres') return deleteTogether(tx, runs, watch)
  return tx.withoutErasing(async () => {
    let settled = 0
    for (const run of runs) {
      if (!(await deleteRun(tx, run, watch))) break
      settled++
      if (watch.late()) break
    }
    return { settled, done: settled === runs.length, tookMs: watch.elapsed() }
  })
}

/**
 * The event goes first: a run without one is a run that is being taken away, which is what history says of it. Its own
 * row goes last, so that whatever stops in between is found again. False when the time was up before.
 */
async function deleteRun(tx: Tx, run: number, watch: Stopwatch): Promise<boolean> {
  const found = await tx.get(ended, { run })
  if (found === undefined) return true
  await tx.run(removeEvent, { run })
  if (!(await emptySteps(tx, run, watch))) return false
  if (found.others) for (const empty of emptyOthers) if (!(await empty(tx, run, watch))) return false
  await tx.run(removeRun, { run })
  return true
}

/** Deletes idempotency keys of requests accepted before `before` (Unix milliseconds). */
async function deleteIdempotency(tx: Tx, { before, budgetMs }: Older): Promise<Slice> {
  const watch = stopwatch(budgetMs)
  const key = keyAt(before)
  return { ...(await repeat(() => tx.run(oldestKeys, { before: key }), watch)), tookMs: watch.elapsed() }
}

/** Deletes ticks fired before `before` (Unix milliseconds). Which tick comes next is in its schedule's own row. */
async function deleteTicks(tx: Tx, { before, budgetMs }: Older): Promise<Slice> {
  const watch = stopwatch(budgetMs)
  const key = keyAt(before)
  return { ...(await repeat(() => tx.run(oldestTicks, { before: key }), watch)), tookMs: watch.elapsed() }
}

/** Deletes test events made before `before` (Unix milliseconds). They were sealed, and are erased all the same. */
async function deleteTestEvents(tx: Tx, { before, budgetMs }: Older): Promise<Slice> {
  const watch = stopwatch(budgetMs)
  return { ...(await repeat(() => tx.run(oldestTestEvents, { before }), watch)), tookMs: watch.elapsed() }
}

/** Runs a statement that deletes some rows, until it finds none or the time is up. At least once. */
async function repeat(
  deleteSome: () => Promise<{ changes: number }>,
  watch: Stopwatch
): Promise<{ settled: number; done: boolean }> {
  for (let settled = 0; ;) {
    const { changes } = await deleteSome()
    if (changes === 0) return { settled, done: true }
    settled += changes
    if (watch.late()) return { settled, done: false }
  }
}

/**
 * History's commands. All of them make room, so they run while the disk is full. None has to be watched against others: a
 * run that has ended has ended for good, and what is too old stays so.
 */
export const historyCommands = {
  deleteRuns: frees(concurrent(deleteRuns)),
  deleteIdempotency: frees(concurrent(deleteIdempotency)),
  deleteTicks: frees(concurrent(deleteTicks)),
  deleteTestEvents: frees(concurrent(deleteTestEvents)),
  sweepData: frees(sweepData)
}
