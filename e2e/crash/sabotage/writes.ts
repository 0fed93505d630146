/**
 * Lets a sabotage stand between the server and its journal. Sabotages are loaded into the real server by node's
 * `--import`; the server knows nothing of them.
 */
import { SqliteStorage } from '../../../server/src/storage/sqlite/storage.ts'

type Write = (this: unknown, name: string, args: unknown) => Promise<unknown>

/** @param instead stands in for the command of this name; `write` carries it out after all */
export function replaceWrite(name: string, instead: (write: () => Promise<unknown>) => Promise<unknown>): void {
  const storage = SqliteStorage.prototype as unknown as { write: Write }
  const { write } = storage
  storage.write = function (asked, args) {
    const carryOut = (): Promise<unknown> => write.call(this, asked, args)
    return asked === name ? instead(carryOut) : carryOut()
  }
}
