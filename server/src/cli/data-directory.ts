import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Fault } from '@bellhop/sdk'
import { loadOrCreateKey } from '../secrets/keys.ts'
import { SqliteStorage } from '../storage/sqlite/storage.ts'
import { loadOrCreateAdminToken } from './admin-token.ts'
import { makeFolder } from './data-folder.ts'
import type { Database } from './database.ts'
import { guardKey } from './key-check.ts'
import type { AllCommands } from './writer-commands.ts'

/**
 * Opens a data directory, and makes it when it is not there: this process holds its lock, and the key is the one that it
 * was made with.
 * @throws Fault, one sentence each: `data_unusable`, `data_unreadable`, `data_directory_in_use`, `data_directory_newer`, `key_*`, `wrong_key`
 */
export async function openDataDirectory(path: string, env: NodeJS.ProcessEnv): Promise<Database> {
  makeFolder(path)
  refuseNewKey(path, env)
  const master = loadOrCreateKey(path, env)
  delete env['BELLHOP_KEY']
  const storage = await SqliteStorage.open<AllCommands>({
    dir: path,
    writer: new URL('./writer-entry.js', import.meta.url)
  })
  try {
    await guardKey(storage, master, 'data directory')
    return {
      storage,
      master,
      slot: 0,
      title: undefined,
      adminToken: () => loadOrCreateAdminToken(path),
      openEngine: async ({ execute }) =>
        (await import('../engine/sqlite/engine.ts')).SqliteEngine.open({ storage, master, execute }),
      trouble: () => (storage.full ? 'storage_full' : undefined),
      close: () => storage.close()
    }
  } catch (error) {
    await storage.close()
    throw error
  }
}

/**
 * A key that was made now would open nothing of a database that is there, and stand where the right one belongs.
 * @throws Fault `key_missing`
 */
export function refuseNewKey(path: string, env: NodeJS.ProcessEnv): void {
  if (env['BELLHOP_KEY'] !== undefined || existsSync(join(path, 'key')) || !existsSync(join(path, 'bellhop.db'))) return
  throw new Fault('key_missing', `${path} holds a database, and its key is not there`, {
    hint: `Set BELLHOP_KEY to the key that it was made with, or put the key file back to ${join(path, 'key')}.`
  })
}
