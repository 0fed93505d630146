import { checkKey } from '../secrets/keys.ts'
import type { MasterKey } from '../secrets/seal.ts'
import type { Command } from '../storage/command.ts'
import type { Reader } from '../storage/tx.ts'
import { query } from '../storage/query.ts'

const ROW = 'key_check'

const keptCheck = query()((db) => db.selectFrom('meta').select('value').where('key', '=', ROW))
const insertCheck = query<{ value: string }>()((db, p) =>
  db
    .insertInto('meta')
    .values({ key: ROW, value: p.value })
    .onConflict((on) => on.doNothing())
)

const keepKeyCheck: Command<{ value: string }, undefined> = async (tx, args) => {
  await tx.run(insertCheck, args)
  return undefined
}

/** The writer's command of this subject. */
export const keyCheckCommands = { keepKeyCheck }

/**
 * Stops the start when the key is not the one that the data directory was made with.
 * @throws Fault `wrong_key`
 */
export async function guardKey(
  storage: { readonly reader: Reader; write(name: 'keepKeyCheck', args: { value: string }): Promise<undefined> },
  master: MasterKey
): Promise<void> {
  const kept = await storage.reader.get(keptCheck)
  const check = checkKey(master, kept === undefined ? undefined : Buffer.from(kept.value, 'base64'))
  if (kept === undefined) await storage.write('keepKeyCheck', { value: Buffer.from(check).toString('base64') })
}
