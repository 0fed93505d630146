/**
 * What runs hold of stores, at rest: one row for each run and store, written before it is used, deleted once it was
 * given back. Whether its run still needs it is read off `unfinished`, so no command that ends a run need know of it.
 */
import { concurrent, type Command } from '../../storage/command.ts'
import { sql } from 'kysely'
import { query } from '../../storage/query.ts'

const ended = sql<number>`case when unfinished.run is null then 1 else 0 end`.as('ended')

/** What a run holds, in the order in which it was opened. */
export const holdingOf = query<{ run: number; store: string }>()((db, p) =>
  db.selectFrom('leases').selectAll().where('run', '=', p.run).where('store', '=', p.store)
)

/** What a run holds, of every store. */
export const leasesOf = query<{ uuid: string }>()((db, p) =>
  db.selectFrom('leases').selectAll().where('uuid', '=', p.uuid)
)

/** The runs that hold something. */
export const holders = query()((db) => db.selectFrom('leases').select('uuid').distinct())

const turn = sql<number>`row_number() over (
  partition by leases.store, unfinished.run is null order by leases.next_at)`.as('turn')

/**
 * Those whose time has come, at most `limit` of each store to be renewed and as many to be given back, so that a store which
 * does not answer holds up no other, and giving back no renewal; `ended` is 1 where the run needs it no more.
 */
export const dueLeases = query<{ now: number; limit: number }>()((db, p) =>
  db
    .selectFrom((eb) =>
      eb
        .selectFrom('leases')
        .leftJoin('unfinished', 'unfinished.run', 'leases.run')
        .selectAll('leases')
        .select([ended, turn])
        .where('leases.next_at', '<=', p.now)
        .where('leases.claimed_until', '<=', p.now)
        .as('due')
    )
    .selectAll()
    .where('turn', '<=', p.limit)
)

/** The runs that ended while nobody looked: in a crash, or in another process. */
export const orphans = query()((db) =>
  db
    .selectFrom('leases')
    .leftJoin('unfinished', 'unfinished.run', 'leases.run')
    .select('leases.uuid')
    .distinct()
    .where('unfinished.run', 'is', null)
    .where('failures', '=', 0)
)

/** The same, of which nobody is at it. */
export const unclaimedOrphans = query<{ now: number }>()((db, p) =>
  db
    .selectFrom('leases')
    .leftJoin('unfinished', 'unfinished.run', 'leases.run')
    .select('leases.uuid')
    .distinct()
    .where('unfinished.run', 'is', null)
    .where('failures', '=', 0)
    .where('claimed_until', '<=', p.now)
)

export const nextLease = query()((db) =>
  db
    .selectFrom('leases')
    .select(sql<number | null>`min(case when claimed_until > next_at then claimed_until else next_at end)`.as('at'))
)

/** For `bellhop doctor`: what could not be given back or renewed. */
export const troubledLeases = query<{ limit: number }>()((db, p) =>
  db
    .selectFrom('leases')
    .leftJoin('unfinished', 'unfinished.run', 'leases.run')
    .select(['leases.uuid', 'store', 'expires_at', 'failures', 'problem', 'next_at'])
    .select(ended)
    .where('problem', 'is not', null)
    .orderBy('leases.id')
    .limit(p.limit)
)

export const countLeases = query<{ store: string }>()((db, p) =>
  db
    .selectFrom('leases')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('store', '=', p.store)
)

export interface NewLease {
  run: number
  uuid: string
  store: string
  sealed: Uint8Array
  expiresAt: number
  nextAt: number
}

const insertLease = query<NewLease>()((db, p) =>
  db
    .insertInto('leases')
    .columns(['run', 'uuid', 'store', 'sealed', 'expires_at', 'next_at', 'failures'])
    .expression((eb) =>
      eb
        .selectFrom('unfinished')
        .select((s) => [
          s.val(p.run).as('run'),
          s.val(p.uuid).as('uuid'),
          s.val(p.store).as('store'),
          s.val(p.sealed).as('sealed'),
          s.val(p.expiresAt).as('expires_at'),
          s.val(p.nextAt).as('next_at'),
          s.val(0).as('failures')
        ])
        .where('run', '=', p.run)
    )
    .onConflict((row) => row.columns(['run', 'store']).doNothing())
)

export interface LeaseUpdate {
  run: number
  store: string
  sealed: Uint8Array
  expiresAt: number
  nextAt: number
  problem: string | null
  /** What has to stand there still; null: whatever does. */
  was: Uint8Array | null
}

const updateLease = query<LeaseUpdate>()((db, p) =>
  db
    .updateTable('leases')
    .set({
      sealed: p.sealed,
      expires_at: p.expiresAt,
      next_at: p.nextAt,
      failures: 0,
      problem: p.problem,
      claimed_until: 0
    })
    .where('run', '=', p.run)
    .where('store', '=', p.store)
    .where('sealed', '=', (eb) => eb.fn.coalesce(eb.val(p.was), 'sealed'))
)

export interface LeaseFailure {
  run: number
  store: string
  problem: string
  nextAt: number
}

const failLease = query<LeaseFailure>()((db, p) =>
  db
    .updateTable('leases')
    .set((eb) => ({
      failures: eb('failures', '+', 1),
      problem: p.problem,
      next_at: p.nextAt,
      claimed_until: 0
    }))
    .where('run', '=', p.run)
    .where('store', '=', p.store)
)

export interface LeaseGone {
  run: number
  store: string
  /** What was given back. */
  was: Uint8Array
}

const deleteLease = query<LeaseGone>()((db, p) =>
  db.deleteFrom('leases').where('run', '=', p.run).where('store', '=', p.store).where('sealed', '=', p.was)
)

const makeDue = query<{ now: number }>()((db, p) =>
  db.updateTable('leases').set({ next_at: p.now }).where('next_at', '>', p.now)
)

export interface LeaseClaim {
  run: number
  store: string
  now: number
  until: number
}

const claim = query<LeaseClaim>()((db, p) =>
  db
    .updateTable('leases')
    .set({ claimed_until: p.until })
    .where('run', '=', p.run)
    .where('store', '=', p.store)
    .where('claimed_until', '<=', p.now)
)

/**
 * Where the run has ended, or another life of it was faster, what was made is to be given back at once. Whoever did not hear the
 * answer may ask again.
 */
const openLease: Command<NewLease, 'opened' | 'ended' | 'other'> = async (tx, lease) => {
  if ((await tx.run(insertLease, lease)).changes > 0) return 'opened'
  const there = await tx.get(holdingOf, lease)
  if (there === undefined) return 'ended'
  return Buffer.compare(there.sealed, lease.sealed) === 0 ? 'opened' : 'other'
}

const keepLease: Command<LeaseUpdate, boolean> = async (tx, lease) => (await tx.run(updateLease, lease)).changes > 0

const noteLeaseFailure: Command<LeaseFailure, undefined> = async (tx, failure) => {
  await tx.run(failLease, failure)
  return undefined
}

const dropLease: Command<LeaseGone, undefined> = async (tx, lease) => {
  await tx.run(deleteLease, lease)
  return undefined
}

/** False where another node is at it, or it is gone. */
const claimLease: Command<LeaseClaim, boolean> = async (tx, args) => (await tx.run(claim, args)).changes === 1

/** Everything is due: the clock by which it was planned was set back. */
const hurryLeases: Command<{ now: number }, undefined> = async (tx, args) => {
  await tx.run(makeDue, args)
  return undefined
}

/**
 * The writer's commands of this subject. A lease is opened only while its run is unfinished, which is watched; the others
 * are one statement each, about rows that are there.
 */
export const leaseCommands = {
  openLease,
  keepLease: concurrent(keepLease),
  noteLeaseFailure: concurrent(noteLeaseFailure),
  dropLease: concurrent(dropLease),
  claimLease: concurrent(claimLease),
  hurryLeases: concurrent(hurryLeases)
}
