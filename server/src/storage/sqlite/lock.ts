/**
 * One process per data directory. The lock is SQLite's own exclusive lock on `DIR/lock`, held by an open transaction:
 * the kernel drops it when the process dies, however it dies. Who holds it is written in `DIR/lock.pid`, a file beside
 * it, because closing any descriptor of the locked file in this process would drop the lock (POSIX, fcntl).
 */
import { readFileSync, rmSync, writeFileSync, closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Fault } from '@bellhop/sdk'

export interface DirectoryLock {
  /** Once; from then on the directory may be somebody else's, and nothing happens any more. */
  release(): void
}

/** @throws Fault `data_directory_in_use`, naming the holder's process id; `data_unusable` */
export function lockDirectory(dir: string): DirectoryLock {
  const path = join(dir, 'lock')
  const holder = join(dir, 'lock.pid')
  makeFile(path, dir)
  const db = new DatabaseSync(path, { timeout: 0 })
  try {
    // Nothing is ever written to this file, so that it needs no journal beside it.
    db.exec('pragma journal_mode = memory')
    db.exec('begin exclusive')
  } catch (error) {
    db.close()
    if (error instanceof Error && 'errcode' in error && error.errcode === 5) throw inUse(holder)
    throw error
  }
  noteHolder(holder)
  return {
    release: () => {
      if (!db.isOpen) return
      rmSync(holder, { force: true })
      db.close()
    }
  }
}

function makeFile(path: string, dir: string): void {
  try {
    closeSync(openSync(path, 'a', 0o600))
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw new Fault('data_unusable', `${dir} cannot be locked: this user cannot write to it (${code})`, {
      hint: 'Run this as the user that runs Bellhop, or give the data directory to this user.'
    })
  }
}

/** A courtesy to whoever finds the directory locked: on a full disk it is left out, and the lock holds all the same. */
function noteHolder(holder: string): void {
  try {
    writeFileSync(holder, `${process.pid}\n`, { mode: 0o600 })
  } catch {
    rmSync(holder, { force: true })
  }
}

function inUse(holder: string): Fault {
  return new Fault(
    'data_directory_in_use',
    `Another Bellhop (process ${readHolder(holder)}) holds this data directory: stop it, or start with another directory.`
  )
}

function readHolder(holder: string): string {
  try {
    const text = readFileSync(holder, 'utf8').trim()
    return /^\d+$/.test(text) ? text : 'unknown'
  } catch {
    return 'unknown'
  }
}
