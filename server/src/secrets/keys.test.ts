/** Where the key comes from, and what keeps a wrong one from being used. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isCheckOf, keyCheck, loadOrCreateKey } from './keys.ts'
import { MasterKey } from './seal.ts'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'bellhop-keys-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const print = (key: MasterKey) => Buffer.from(key.hmac('test')).toString('hex')
const fault = (code: string) => expect.objectContaining({ code, hint: expect.stringMatching(/\.$/) as string }) as Error

describe('the key file', () => {
  it('is made on the first start, for its owner alone, and read on the next', () => {
    const made = loadOrCreateKey(dir, {})
    expect(statSync(join(dir, 'key')).mode & 0o777).toBe(0o600)
    expect(readFileSync(join(dir, 'key'), 'utf8')).toMatch(/^[A-Za-z0-9+/]{43}=\n$/)
    expect(print(loadOrCreateKey(dir, {}))).toBe(print(made))
  })

  it('is another one in each data directory', () => {
    mkdirSync(join(dir, 'other'))
    expect(print(loadOrCreateKey(dir, {}))).not.toBe(print(loadOrCreateKey(join(dir, 'other'), {})))
  })

  it.each(['', 'not a key\n', 'A'.repeat(42), `${'A'.repeat(43)}==`, 'ab'.repeat(31)])(
    'is refused when it holds %j',
    (text) => {
      writeFileSync(join(dir, 'key'), text, { mode: 0o600 })
      expect(() => loadOrCreateKey(dir, {})).toThrowError(fault('key_malformed'))
      expect(readFileSync(join(dir, 'key'), 'utf8')).toBe(text)
    }
  )

  it.each([0o640, 0o604, 0o660])('is refused when others may read it (mode %o)', (mode) => {
    loadOrCreateKey(dir, {})
    chmodSync(join(dir, 'key'), mode)
    expect(() => loadOrCreateKey(dir, {})).toThrowError(fault('key_exposed'))
  })

  it('is refused when it cannot be read or made', () => {
    mkdirSync(join(dir, 'key'))
    expect(() => loadOrCreateKey(dir, {})).toThrowError(fault('key_unreadable'))
    expect(() => loadOrCreateKey(join(dir, 'missing'), {})).toThrowError(fault('key_unreadable'))
  })
})

describe('BELLHOP_KEY', () => {
  const bytes = Uint8Array.from({ length: 32 }, (_, index) => index + 200)

  it.each(['base64', 'base64url', 'hex'] as const)('is taken in %s, and no file is made', (encoding) => {
    const key = loadOrCreateKey(dir, { BELLHOP_KEY: ` ${Buffer.from(bytes).toString(encoding)}\n` })
    expect(print(key)).toBe(print(new MasterKey(bytes)))
    expect(existsSync(join(dir, 'key'))).toBe(false)
  })

  it('is refused when it is no key, without quoting it', () => {
    expect(() => loadOrCreateKey(dir, { BELLHOP_KEY: 'hunter2hunter2' })).toThrowError(fault('key_malformed'))
    expect(() => loadOrCreateKey(dir, { BELLHOP_KEY: 'hunter2hunter2' })).toThrowError(
      expect.objectContaining({ message: expect.not.stringContaining('hunter2') as string })
    )
  })
})

describe('the key check', () => {
  it('is of one key alone', () => {
    const key = loadOrCreateKey(dir, {})
    const check = keyCheck(key)
    expect(isCheckOf(key, check)).toBe(true)
    expect(isCheckOf(new MasterKey(new Uint8Array(32)), check)).toBe(false)
    expect(isCheckOf(key, check.subarray(1))).toBe(false)
  })
})
