import { Fault } from '@bellhop/sdk'
import { isCheckOf, keyCheck } from '../secrets/keys.ts'
import type { MasterKey } from '../secrets/seal.ts'
import { concurrent, type Command } from '../storage/command.ts'
import { query } from '../storage/query.ts'
import type { Reader } from '../storage/tx.ts'

const ROW = 'key_check'

const keptCheck = query()((db) => db.selectFrom('meta').select('value').where('key', '=', ROW))
const insertCheck = query<{ value: string }>()((db, p) =>
  db
    .insertInto('meta')
    .values({ key: ROW, value: p.value })
    .onConflict((on) => on.doNothing())
)

/** Returns what is kept: of two starts that are the first, one is. */
const keepKeyCheck: Command<{ value: string }, string> = async (tx, args) => {
  await tx.run(insertCheck, args)
  return (await tx.get(keptCheck))?.value ?? args.value
}

/** The writer's command of this subject. */
export const keyCheckCommands = { keepKeyCheck: concurrent(keepKeyCheck) }

const WRONG = {
  'data directory': 'Put back the key file that belongs to it, or set BELLHOP_KEY to that key.',
  database: 'Set BELLHOP_KEY to the key that every other node has.'
}

/**
 * Stops the start when the key is not the one that the data directory, or the database, was made with: so a wrong key stops
 * the start, and not the first run.
 * @throws Fault `wrong_key`
 */
export async function guardKey(
  storage: { readonly reader: Reader; write(name: 'keepKeyCheck', args: { value: string }): Promise<string> },
  master: MasterKey,
  what: keyof typeof WRONG
): Promise<void> {
  const value = Buffer.from(keyCheck(master)).toString('base64')
  refuseOther(master, (await keptKeyCheck(storage.reader)) ?? (await storage.write('keepKeyCheck', { value })), what)
}

/**
 * @param kept what a key that was used here left
 * @throws Fault `wrong_key`
 */
export function refuseOther(master: MasterKey, kept: string, what: keyof typeof WRONG): void {
  if (isCheckOf(master, Buffer.from(kept, 'base64'))) return
  throw new Fault('wrong_key', `the key is not the one that this ${what} was made with`, { hint: WRONG[what] })
}

/** Of the key that everything here was made with; undefined where nothing was. */
export async function keptKeyCheck(reader: Reader): Promise<string | undefined> {
  return (await reader.get(keptCheck))?.value
}
