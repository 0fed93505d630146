import { existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { Fault } from '@bellhop/sdk'
import { loadOrCreateKey } from '../secrets/keys.ts'
import type { MasterKey } from '../secrets/seal.ts'
import { SqliteStorage } from '../storage/sqlite/storage.ts'
import { guardKey } from './key-check.ts'
import type { AllCommands } from './writer-commands.ts'

/** An open data directory: this process holds its lock, and the key is the one that it was made with. */
export interface DataDirectory {
  path: string
  storage: Storage<AllCommands>
  master: MasterKey
}

/**
 * Opens a data directory, and makes it when it is not there. BELLHOP_KEY leaves the environment, so that no child
 * process inherits it. Light to load, so that the writer thread starts while the rest of the server is being loaded.
 * @throws Fault, one sentence each: `data_unusable`, `data_unreadable`, `data_directory_in_use`, `data_directory_newer`, `key_*`, `wrong_key`
 */
export async function openDataDirectory(path: string, env: NodeJS.ProcessEnv): Promise<DataDirectory> {
  makeFolder(path)
  refuseNewKey(path, env)
  const master = loadOrCreateKey(path, env)
  delete env['BELLHOP_KEY']
  const storage = await SqliteStorage.open<AllCommands>({
    dir: path,
    writer: new URL('./writer-entry.js', import.meta.url)
  })
  try {
    await guardKey(storage, master)
    return { path, storage, master }
  } catch (error) {
    await storage.close()
    throw error
  }
}

/** A key that was made now would open nothing of a database that is there, and stand where the right one belongs. */
function refuseNewKey(path: string, env: NodeJS.ProcessEnv): void {
  if (env['BELLHOP_KEY'] !== undefined || existsSync(join(path, 'key')) || !existsSync(join(path, 'bellhop.db'))) return
  throw new Fault('key_missing', `${path} holds a database, and its key is not there`, {
    hint: `Set BELLHOP_KEY to the key that it was made with, or put the key file back to ${join(path, 'key')}.`
  })
}

/** Node's own `recursive` never ends where a file system says that a folder's parent is not there when it is: /proc. */
function makeFolders(path: string): void {
  if (existsSync(path)) return
  makeFolders(dirname(path))
  mkdirSync(path, { mode: 0o700 })
}

function makeFolder(path: string): void {
  try {
    makeFolders(resolve(path))
    if ((statSync(path).mode & 0o022) === 0) return
  } catch {
    throw new Fault('data_unusable', `cannot make the data directory ${path}`, {
      hint: 'Name one that this user can write to with --data.'
    })
  }
  throw new Fault('data_exposed', `other users can write to the data directory ${path}`, {
    hint: `Run: chmod 700 ${path}`
  })
}
