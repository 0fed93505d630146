/** What bringing a run back reads. */
import { query } from '../../storage/query.ts'
import { FREE_PLACE } from './places.ts'

interface Run {
  run: number
}

export const keepOf = query<Run>()((db, p) => db.selectFrom('runs').select('keep').where('id', '=', p.run))

/** An unfinished run that this start of the server has taken up. */
export const takenUp = query<Run & { boot: number }>()((db, p) =>
  db
    .selectFrom('unfinished')
    .innerJoin('runs', 'runs.id', 'unfinished.run')
    .leftJoin('idempotency', 'idempotency.id', 'unfinished.run')
    .select(['unfinished.run', 'unfinished.timeout_ms', 'unfinished.crashes', 'unfinished.places', 'unfinished.life'])
    .select(['runs.uuid', 'runs.workflow_id', 'runs.version_id', 'runs.keep', 'runs.accepted_at', 'runs.replay_of'])
    .select('idempotency.id as key')
    .where('unfinished.run', '=', p.run)
    .where('unfinished.boot', '=', p.boot)
)

/** An unfinished run under its whole public id, for a resumption. */
export const resumableRun = query<Run & { uuid: string }>()((db, p) =>
  db
    .selectFrom('unfinished')
    .innerJoin('runs', 'runs.id', 'unfinished.run')
    .select(['unfinished.places', 'runs.version_id'])
    .where('unfinished.run', '=', p.run)
    .where('runs.uuid', '=', p.uuid)
)

/** Whether a resumption has come, for a wait that was reached or not. Items have none. */
export const anyResumption = query<Run & { before: string }>()((db, p) =>
  db
    .selectFrom('waits')
    .select('run')
    .where('run', '=', p.run)
    .where('lane', '<', p.before)
    .where('how', '=', 'resumed')
    .unionAll(db.selectFrom('resumptions').select('run').where('run', '=', p.run))
    .limit(1)
)

/** Waits that a resumption has ended; of the run itself. */
export const resumedWaits = query<Run & { before: string }>()((db, p) =>
  db
    .selectFrom('waits')
    .select(['lane', 'position', 'name', 'until', 'how', 'value'])
    .where('run', '=', p.run)
    .where('lane', '<', p.before)
    .where('how', '=', 'resumed')
)

export const placesOfOurs = query<Run & { boot: number; life: number }>()((db, p) =>
  db
    .selectFrom('unfinished')
    .select('places')
    .where('run', '=', p.run)
    .where('boot', '=', p.boot)
    .where('life', '=', p.life)
)

export const eventOf = query<Run>()((db, p) => db.selectFrom('events').select('body').where('run', '=', p.run))

/** What lanes did, from one in their order up to another. */
interface Lanes extends Run {
  from: string
  before: string
}

export const stepsOf = query<Lanes>()((db, p) =>
  db
    .selectFrom('steps')
    .select(['lane', 'position', 'name', 'status', 'started_at', 'spent_ms', 'value'])
    .where('run', '=', p.run)
    .where('lane', '>=', p.from)
    .where('lane', '<', p.before)
)

/** In order of their numbers: the last of a place is the one that counts. */
export const attemptsOf = query<Lanes>()((db, p) =>
  db
    .selectFrom('attempts')
    .select(['lane', 'position', 'number', 'step', 'started_at', 'next_at', 'spent_ms'])
    .where('run', '=', p.run)
    .where('lane', '>=', p.from)
    .where('lane', '<', p.before)
    .orderBy('lane')
    .orderBy('position')
    .orderBy('number')
)

export const waitsOf = query<Lanes>()((db, p) =>
  db
    .selectFrom('waits')
    .select(['lane', 'position', 'name', 'started_at', 'until', 'how', 'value'])
    .where('run', '=', p.run)
    .where('lane', '>=', p.from)
    .where('lane', '<', p.before)
)

export const placeData = query<{ id: number }>()((db, p) =>
  db.selectFrom('keyring').select('data').where('id', '=', p.id)
)

/** Runs that were in memory when a start of the server ended, after a key, in order. */
export const leftBehind = query<{ after: number; boot: number; limit: number }>()((db, p) =>
  db
    .selectFrom('unfinished')
    .select(['run', 'boot', 'crashes'])
    .where('run', '>', p.after)
    .where('boot', '!=', p.boot)
    .where('wake_at', 'is', null)
    .orderBy('run')
    .limit(p.limit)
)

/** Runs that wait outside of memory and are due, the longest due first. */
export const due = query<{ now: number; limit: number }>()((db, p) =>
  db
    .selectFrom('unfinished')
    .select(['run', 'boot', 'crashes'])
    .where('wake_at', '<=', p.now)
    .orderBy('wake_at')
    .limit(p.limit)
)

export const nextWake = query()((db) =>
  db.selectFrom('unfinished').select('wake_at').where('wake_at', 'is not', null).orderBy('wake_at').limit(1)
)

export const lastPlace = query()((db) => db.selectFrom('keyring').select((e) => e.fn.max('id').as('id')))

/** Free places are all spaces; the others begin with a handle, or go on with one. */
export const freePlaces = query()((db) => db.selectFrom('keyring').select('id').where('data', '=', FREE_PLACE))

/** The greatest key that a run, an idempotency row or a tick has. */
export const lastKey = query()((db) =>
  db
    .selectFrom('runs')
    .select((e) => e.fn.max('id').as('run'))
    .select((e) =>
      e
        .selectFrom('idempotency')
        .select((i) => i.fn.max('id').as('id'))
        .as('key')
    )
    .select((e) =>
      e
        .selectFrom('ticks')
        .select((t) => t.fn.max('id').as('id'))
        .as('tick')
    )
)
