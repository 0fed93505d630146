/**
 * Which life of a run comes next, and whose it is. A life is the time that a run is in one node's memory; for DBOS it is a
 * workflow. `unfinished.life` is the number of the one that has the run, or of the next; `boot` is the node, 0 while nobody has it.
 *
 * Fences: a life is begun by whoever sets `boot` while it is 0, once. Whoever moves a run on to its next life says from which, and so
 * does it once; every later commit of that life finds that the run is not its own, also where the same node has the next.
 */
import { sql } from 'kysely'
import { concurrent, type Command } from '../../storage/command.ts'
import { query } from '../../storage/query.ts'
import { setStatus } from '../stored/queries.ts'

interface Run {
  run: number
}

/** One life of a run. */
export interface Life extends Run {
  life: number
}

/** A run's next life. */
export interface NextLife extends Life {
  uuid: string
  crashes: number
  /** From when on, in Unix milliseconds. */
  wakeAt: number
}

const begin = query<Life & { boot: number }>()((db, p) =>
  db
    .updateTable('unfinished')
    .set({ boot: p.boot, wake_at: null })
    .where('run', '=', p.run)
    .where('life', '=', p.life)
    .where('boot', '=', 0)
    .returning('crashes')
)

/** Those of a node whose lives are over. */
const ofNode = query<{ boot: number; limit: number }>()((db, p) =>
  db.selectFrom('unfinished').select(['run', 'life']).where('boot', '=', p.boot).orderBy('run').limit(p.limit)
)

/** Whatever this node has, by the rows. */
export const heldBy = query<{ boot: number }>()((db, p) =>
  db.selectFrom('unfinished').select(['run', 'life']).where('boot', '=', p.boot)
)

const moveOn = query<Life & { boot: number; crash: number; at: number }>()((db, p) =>
  db
    .updateTable('unfinished')
    .set({
      boot: 0,
      life: sql<number>`life + 1`,
      crashes: sql<number>`crashes + ${p.crash}`,
      wake_at: p.at
    })
    .where('run', '=', p.run)
    .where('boot', '=', p.boot)
    .where('life', '=', p.life)
)

const lifeColumns = ['unfinished.run', 'unfinished.life', 'unfinished.crashes', 'unfinished.wake_at'] as const

/** A run that nobody has. */
export const waitingRun = query<Run>()((db, p) =>
  db
    .selectFrom('unfinished')
    .innerJoin('runs', 'runs.id', 'unfinished.run')
    .select([...lifeColumns, 'runs.uuid'])
    .where('unfinished.run', '=', p.run)
    .where('unfinished.boot', '=', 0)
)

/** Runs that nobody has and that have been due for a while, the longest first: somebody forgot to ask for their life. */
export const overdue = query<{ before: number; limit: number }>()((db, p) =>
  db
    .selectFrom('unfinished')
    .innerJoin('runs', 'runs.id', 'unfinished.run')
    .select([...lifeColumns, 'runs.uuid'])
    .where('unfinished.boot', '=', 0)
    .where('unfinished.wake_at', '<=', p.before)
    .orderBy('unfinished.wake_at')
    .limit(p.limit)
)

/** Nodes that are no more, and whose runs nobody has moved on. */
export const unsettledBoots = query()((db) =>
  db
    .selectFrom('unfinished')
    .select('boot')
    .distinct()
    .where('boot', '!=', 0)
    .where('boot', 'not in', (node) => node.selectFrom('nodes').select('id').where('gone_at', 'is', null))
)

/** Begins a life. How often a node died with the run since its last commit; undefined where somebody else was first. */
const beginLife: Command<Life & { boot: number }, number | undefined> = async (tx, args) => {
  const row = await tx.get(begin, args)
  if (row === undefined) return undefined
  await tx.run(setStatus, { run: args.run, status: 'running' })
  return row.crashes
}

/** Moves runs of a node on to their next lives: from those that are named, or of the next `limit`. */
const moveRunsOn: Command<
  { boot: number; lives?: readonly Life[]; limit: number; crashed: boolean; at: number },
  NextLife[]
> = async (tx, { boot, lives, limit, crashed, at }) => {
  const moved: NextLife[] = []
  for (const { run, life } of lives ?? (await tx.all(ofNode, { boot, limit }))) {
    const { changes } = await tx.run(moveOn, { run, life, boot, crash: crashed ? 1 : 0, at })
    const row = changes === 0 ? undefined : await tx.get(waitingRun, { run })
    if (row !== undefined) moved.push(nextLife(row))
  }
  return moved
}

export function nextLife(row: {
  run: number
  uuid: string
  life: number
  crashes: number
  wake_at: number | null
}): NextLife {
  const { run, uuid, life, crashes } = row
  return { run, uuid, life, crashes, wakeAt: row.wake_at ?? 0 }
}

export const lifeCommands = { beginLife: concurrent(beginLife), moveRunsOn: concurrent(moveRunsOn) }
