import { randomBytes } from 'node:crypto'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Fault } from '@bellhop/sdk'

/**
 * The admin API's token from `DIR/admin-token`, made on the first start (256 random bits, mode 0600).
 * @throws Fault `admin_token_unusable`
 */
export function loadOrCreateAdminToken(dir: string): string {
  const path = join(dir, 'admin-token')
  const fresh = randomBytes(32).toString('base64url')
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
