import { checkKey } from '../secrets/keys.ts'
import type { MasterKey } from '../secrets/seal.ts'
import { concurrent, type Command } from '../storage/command.ts'
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

/** Answers with the one that is kept: another node may have been first. */
const keepKeyCheck: Command<{ value: string }, string> = async (tx, args) => {
  await tx.run(insertCheck, args)
  return (await tx.get(keptCheck))?.value ?? args.value
}

/** The writer's command of this subject. */
export const keyCheckCommands = { keepKeyCheck: concurrent(keepKeyCheck) }

/**
 * Stops the start when the key is not the one that the database was made with.
 * @throws Fault `wrong_key`
 */
export async function guardKey(
  storage: { readonly reader: Reader; write(name: 'keepKeyCheck', args: { value: string }): Promise<string> },
  master: MasterKey
): Promise<void> {
  const kept = await storage.reader.get(keptCheck)
  const check = checkKey(master, kept === undefined ? undefined : Buffer.from(kept.value, 'base64'))
  if (kept !== undefined) return
  const first = await storage.write('keepKeyCheck', { value: Buffer.from(check).toString('base64') })
  checkKey(master, Buffer.from(first, 'base64'))
}
