/** The SQL of a run's end, of ownership, and of idempotency keys. */
import { sql } from 'kysely'
import type { RunStatus } from '../../storage/schema.ts'
import { query } from '../../storage/query.ts'
import { FREE_PLACE } from './places.ts'
import type { Owned } from './queries.ts'

interface Run {
  run: number
}

/** The fence of every end: whoever deletes the row is the one who ends the run. */
export const endOwned = query<Owned>()((db, p) =>
  db
    .deleteFrom('unfinished')
    .where('run', '=', p.run)
    .where('boot', '=', p.boot)
    .where('life', '=', p.life)
    .returning('places')
)

/** The same for a run that was found under its whole public id. */
export const endNamed = query<Run>()((db, p) => db.deleteFrom('unfinished').where('run', '=', p.run))

/** An unfinished run under its whole public id; nobody ends it or takes it over before this commit. */
export const unfinishedNamed = query<Run & { uuid: string }>()((db, p, dialect) =>
  db
    .selectFrom('unfinished')
    .innerJoin('runs', 'runs.id', 'unfinished.run')
    .select(['unfinished.places', 'runs.keep'])
    .where('unfinished.run', '=', p.run)
    .where('runs.uuid', '=', p.uuid)
    .$if(dialect === 'postgres', (run) => run.forNoKeyUpdate(['unfinished']))
)

export const endRun = query<Run & { status: RunStatus; at: number; ending: string | null }>()((db, p) =>
  db.updateTable('runs').set({ status: p.status, ended_at: p.at, ending: p.ending }).where('id', '=', p.run)
)

/** This very end, committed before. */
export const sameEnd = query<Run & { status: RunStatus; at: number }>()((db, p) =>
  db.selectFrom('runs').select('id').where('id', '=', p.run).where('status', '=', p.status).where('ended_at', '=', p.at)
)

/** Overwrites a place where it stands. PostgreSQL writes a row anew wherever it is: there it goes. */
export const freePlace = query<{ id: number }>()((db, p, dialect) =>
  dialect === 'sqlite'
    ? db.updateTable('keyring').set({ data: FREE_PLACE }).where('id', '=', p.id)
    : db.deleteFrom('keyring').where('id', '=', p.id)
)

/** Every row of a run that is not kept; its items have no checkpoints in `items`. */
export const forget = [
  query<Run>()((db, p) => db.deleteFrom('runs').where('id', '=', p.run)),
  query<Run>()((db, p) => db.deleteFrom('events').where('run', '=', p.run)),
  query<Run>()((db, p) => db.deleteFrom('steps').where('run', '=', p.run)),
  query<Run>()((db, p) => db.deleteFrom('attempts').where('run', '=', p.run)),
  query<Run>()((db, p) => db.deleteFrom('waits').where('run', '=', p.run)),
  query<Run>()((db, p) => db.deleteFrom('resumptions').where('run', '=', p.run)),
  query<Run>()((db, p) => db.deleteFrom('item_lanes').where('run', '=', p.run))
] as const

export const findKey = query<{ scope: Uint8Array }>()((db, p) =>
  db.selectFrom('idempotency').select(['id', 'uuid', 'request', 'answer']).where('scope', '=', p.scope)
)

export const dropKey = query<{ id: number }>()((db, p) => db.deleteFrom('idempotency').where('id', '=', p.id))

export const insertKey = query<Run & { uuid: string; scope: Uint8Array; request: Uint8Array }>()((db, p) =>
  db.insertInto('idempotency').values({ id: p.run, uuid: p.uuid, scope: p.scope, request: p.request })
)

export const answerKey = query<Run & { answer: Uint8Array }>()((db, p) =>
  db.updateTable('idempotency').set({ answer: p.answer }).where('id', '=', p.run)
)

/** Makes a run this start's own. A start that was killed with it counts as a crash. */
export const takeUp = query<{ run: number; boot: number }>()((db, p) =>
  db
    .updateTable('unfinished')
    .set({ boot: p.boot, wake_at: null, crashes: sql<number>`crashes + case when boot = 0 then 0 else 1 end` })
    .where('run', '=', p.run)
    .where('boot', '!=', p.boot)
    .returning('crashes')
)

/** In order: none of these runs is to blame for what comes. */
export const letGo = query<{ boot: number }>()((db, p) =>
  db.updateTable('unfinished').set({ boot: 0 }).where('boot', '=', p.boot)
)
