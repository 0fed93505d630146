/** Commands of tests of stores: the subject's own, and unfinished runs put there by hand. */
import type { Command } from '../../../storage/command.ts'
import { query } from '../../../storage/query.ts'
import { leaseCommands } from '../lease-rows.ts'
import { storeCommands } from '../rows.ts'

const insertUnfinished = query<{ run: number }>()((db, p) =>
  db.insertInto('unfinished').values({ run: p.run, timeout_ms: 0, boot: 1, crashes: 0, wake_at: null, places: null })
)
const deleteUnfinished = query<{ run: number }>()((db, p) => db.deleteFrom('unfinished').where('run', '=', p.run))

const beginRun: Command<{ run: number }, undefined> = async (tx, args) => {
  await tx.run(insertUnfinished, args)
  return undefined
}
const endRun: Command<{ run: number }, undefined> = async (tx, args) => {
  await tx.run(deleteUnfinished, args)
  return undefined
}

export const testCommands = { ...storeCommands, ...leaseCommands, beginRun, endRun }
export type TestCommands = typeof testCommands
