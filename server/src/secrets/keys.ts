/**
 * Where the master key comes from: `BELLHOP_KEY`, or the file `key` in the data directory, made on the first start.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto'
import { closeSync, fstatSync, fsyncSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Fault } from '@bellhop/sdk'
import { MasterKey } from './seal.ts'

const KEY_BYTES = 32
const CHECK_BYTES = 16

/**
 * The key from `env.BELLHOP_KEY` (base64 or hex of 32 bytes), else from `dir/key` (base64 and a newline, mode 0600),
 * which is made if it is not there. The caller deletes `BELLHOP_KEY` from `process.env` afterwards, so that no child
 * process inherits it.
 * @throws Fault `key_malformed`, `key_unreadable`, `key_exposed`: one sentence each, with what to do in the hint
 */
export function loadOrCreateKey(dir: string, env: Readonly<Record<string, string | undefined>>): MasterKey {
  const path = join(dir, 'key')
  return givenKey(env) ?? new MasterKey(createKeyFile(path) ?? readKeyFile(path))
}

/**
 * The key from `env.BELLHOP_KEY`, where that is set.
 * @throws Fault `key_malformed`
 */
export function givenKey(env: Readonly<Record<string, string | undefined>>): MasterKey | undefined {
  if (env['BELLHOP_KEY'] === undefined) return undefined
  const key = decodeKey(env['BELLHOP_KEY'])
  if (key !== undefined) return new MasterKey(key)
  throw new Fault('key_malformed', 'BELLHOP_KEY is not 32 bytes in base64 or hex', {
    hint: 'Set it to what `openssl rand -base64 32` prints, or unset it to use the key file.'
  })
}

/** Tells a key from every other, and nothing about it. */
export function keyCheck(master: MasterKey): Uint8Array {
  return master.hmac('key check').subarray(0, CHECK_BYTES)
}

/** Whether a check is of this key. */
export function isCheckOf(master: MasterKey, check: Uint8Array): boolean {
  return check.length === CHECK_BYTES && timingSafeEqual(check, keyCheck(master))
}

/** The new key, or `undefined` where the file exists. `wx`: two starts at once cannot overwrite each other's key. */
function createKeyFile(path: string): Uint8Array | undefined {
  const key = randomBytes(KEY_BYTES)
  let file: number
  try {
    file = openSync(path, 'wx', 0o600)
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return undefined
    throw new Fault('key_unreadable', `the key file ${path} could not be made (${codeOf(error)})`, {
      hint: 'Check that the data directory exists and that the user who runs Bellhop may write to it.',
      cause: error
    })
  }
  try {
    writeFileSync(file, `${key.toString('base64')}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  return key
}

function readKeyFile(path: string): Uint8Array {
  const { text, mode } = readWithMode(path)
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw new Fault('key_exposed', `the key file ${path} can be read by other users`, {
      hint: `Run \`chmod 600 ${path}\`; if others may have read it, treat connected accounts as disclosed.`
    })
  }
  const key = decodeKey(text)
  if (key !== undefined) return key
  throw new Fault('key_malformed', `the key file ${path} does not hold 32 bytes in base64`, {
    hint: 'Restore it from a backup; delete it only if the data directory holds nothing worth keeping.'
  })
}

function readWithMode(path: string): { text: string; mode: number } {
  try {
    const file = openSync(path, 'r')
    try {
      return { text: readFileSync(file, 'utf8'), mode: fstatSync(file).mode }
    } finally {
      closeSync(file)
    }
  } catch (error) {
    throw new Fault('key_unreadable', `the key file ${path} could not be read (${codeOf(error)})`, {
      hint: 'Run Bellhop as the user who owns the file, or give it back to that user.',
      cause: error
    })
  }
}

/** Base64 in either alphabet, padded or not, or hex; of exactly 32 bytes. */
function decodeKey(text: string): Uint8Array | undefined {
  const plain = text.trim()
  if (/^[0-9a-f]{64}$/i.test(plain)) return Buffer.from(plain, 'hex')
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(plain)) return undefined
  const key = Buffer.from(plain, 'base64')
  return key.length === KEY_BYTES ? key : undefined
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown error'
}
