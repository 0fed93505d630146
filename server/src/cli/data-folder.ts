import { existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { Fault } from '@bellhop/sdk'

/** Node's own `recursive` never ends where a file system says that a folder's parent is not there when it is: /proc. */
function makeFolders(path: string): void {
  if (existsSync(path)) return
  makeFolders(dirname(path))
  mkdirSync(path, { mode: 0o700 })
}

/**
 * Makes the data directory when it is not there, for this user alone.
 * @throws Fault `data_unusable`, `data_exposed`
 */
export function makeFolder(path: string): void {
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
