/** Nodes: what the database says of each. All times are the database's own, so that no two machines' clocks are compared. */
import { sql } from 'kysely'
import { concurrent, urgent, type Command } from '../../storage/command.ts'
import { query } from '../../storage/query.ts'

/** PostgreSQL's clock, in Unix milliseconds: of now, not of the transaction's beginning. */
const now = sql<number>`floor(extract(epoch from clock_timestamp()) * 1000)::bigint`

interface Node {
  id: number
}

const renewal = query<Node & { lengthMs: number }>()((db, p) =>
  db
    .updateTable('nodes')
    .set({ renewed_at: now, expires_at: sql<number>`${now} + ${p.lengthMs}::bigint` })
    .where('id', '=', p.id)
    .where('gone_at', 'is', null)
)

/** Other nodes whose lease has expired, or that are known to be gone. */
export const departed = query<Node>()((db, p) =>
  db
    .selectFrom('nodes')
    .select(['id', 'executor', 'gone_at'])
    .where('id', '!=', p.id)
    .where((node) => node.or([node('gone_at', 'is not', null), node('expires_at', '<', now)]))
)

/** The one of the nodes that are there that was there first. */
export const eldest = query()((db) =>
  db
    .selectFrom('nodes')
    .select((node) => node.fn.min('id').as('id'))
    .where('gone_at', 'is', null)
    .where('expires_at', '>=', now)
)

const bury = query<Node>()((db, p) =>
  db
    .updateTable('nodes')
    .set({ gone_at: now })
    .where('id', '=', p.id)
    .where('gone_at', 'is', null)
    .where('expires_at', '<', now)
)

const leave = query<Node>()((db, p) =>
  db.updateTable('nodes').set({ gone_at: now, drained_at: now }).where('id', '=', p.id).where('gone_at', 'is', null)
)

const remove = query<Node>()((db, p) => db.deleteFrom('nodes').where('id', '=', p.id))

/** What was settled a while ago: a node that recovers late finds that it is gone all the same. */
const forget = query<{ forMs: number }>()((db, p) =>
  db.deleteFrom('nodes').where('gone_at', '<', sql<number>`${now} - ${p.forMs}::bigint`)
)

/** False where the lease is somebody else's to settle now. */
const renewLease: Command<Node & { lengthMs: number }, boolean> = async (tx, args) =>
  (await tx.run(renewal, args)).changes === 1

/** Declares a node gone whose lease has expired. From then on it renews nothing. */
const buryNode: Command<Node, boolean> = async (tx, args) => (await tx.run(bury, args)).changes === 1

/** Gives a lease back. */
const endLease: Command<Node, void> = async (tx, args) => {
  await tx.run(leave, args)
}

/** Takes back that a start is there which has had no run: its place is free at once, however often it is tried again. */
const takeBackNode: Command<Node, void> = async (tx, args) => {
  await tx.run(remove, args)
}

const forgetNodes: Command<{ forMs: number }, void> = async (tx, args) => {
  await tx.run(forget, args)
}

export const nodeCommands = {
  renewLease: urgent(concurrent(renewLease)),
  buryNode: concurrent(buryNode),
  endLease: concurrent(endLease),
  takeBackNode: concurrent(takeBackNode),
  forgetNodes: concurrent(forgetNodes)
}
