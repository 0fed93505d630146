import { randomBytes } from 'node:crypto'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Fault } from '@bellhop/sdk'
import type { MasterKey } from '../secrets/seal.ts'

/**
 * The admin API's token from `DIR/admin-token`, made on the first start (256 random bits, mode 0600).
 * @throws Fault `admin_token_unusable`
 */
export function loadOrCreateAdminToken(dir: string): string {
  return keepToken(join(dir, 'admin-token'), randomBytes(32).toString('base64url'))
}

/**
 * The admin API's token of every node that has this key, written to `DIR/admin-token` (mode 0600) for who works on this
 * machine.
 * @throws Fault `admin_token_unusable`, also where another token stands there: it would open no node
 */
export function shareAdminToken(dir: string, master: MasterKey): string {
  const path = join(dir, 'admin-token')
  const shared = Buffer.from(master.hmac('admin token')).toString('base64url')
  if (keepToken(path, shared) === shared) return shared
  throw new Fault('admin_token_unusable', `${path} holds a token that is not the one of this database’s nodes`, {
    hint: 'Delete the file: the next start writes the token that all of them have, which comes from BELLHOP_KEY.'
  })
}

function keepToken(path: string, fresh: string): string {
  try {
    // `wx`: only the first start makes one.
    writeFileSync(path, `${fresh}\n`, { flag: 'wx', mode: 0o600 })
    return fresh
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw unusable(path, 'written')
  }
  return readToken(path)
}

function readToken(path: string): string {
  const token = read(path)
  if ((statSync(path).mode & 0o077) !== 0) {
    throw new Fault('admin_token_unusable', `${path} can be read by other users`, { hint: `Run: chmod 600 ${path}` })
  }
  if (token.length >= 32) return token
  throw new Fault('admin_token_unusable', `${path} holds no token of at least 32 characters`, {
    hint: 'Delete the file: the next start makes a new one.'
  })
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    throw unusable(path, 'read')
  }
}

function unusable(path: string, what: 'read' | 'written'): Fault {
  return new Fault('admin_token_unusable', `${path} cannot be ${what}`, {
    hint: 'Give the data directory and its files to the user that runs Bellhop.'
  })
}
