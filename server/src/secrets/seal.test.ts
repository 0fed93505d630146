/** Sealing: what opens and what does not, and that keys are derived as RFC 5869 says. */
import { createHmac, hkdfSync } from 'node:crypto'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { RUN } from './fixtures/keyrings.ts'
import { MasterKey } from './seal.ts'

const KEY = Uint8Array.from({ length: 32 }, (_, index) => index)
const HANDLE = 'bhdl.slack.token.00000000000000000000000000'
const broken = expect.objectContaining({ code: 'seal_broken' }) as Error

function flipped(sealed: Uint8Array, index: number): Uint8Array {
  const copy = Uint8Array.from(sealed)
  copy[index] = (copy[index] ?? 0) ^ 1
  return copy
}

describe('a run seal', () => {
  const seal = new MasterKey(KEY).runSeal(RUN)

  it('opens what it sealed, also in another process', () => {
    const sealed = seal.sealSecret(HANDLE, 'söcret', 'origin')
    expect(new MasterKey(KEY).runSeal(RUN).openSecret(HANDLE, sealed, 'origin')).toBe('söcret')
    expect(seal.openText('event', seal.sealText('event', ''))).toBe('')
  })

  it('never seals twice alike, and hides the text', () => {
    const [one, other] = [seal.sealText('event', 'some text'), seal.sealText('event', 'some text')]
    expect(one).not.toEqual(other)
    expect(Buffer.from(one).includes('some text')).toBe(false)
    expect(one.length).toBe(1 + 12 + 'some text'.length + 16)
  })

  it('opens nothing that was changed', () => {
    const sealed = seal.sealSecret(HANDLE, 'secret')
    for (let index = 0; index < sealed.length; index++) {
      expect(() => seal.openSecret(HANDLE, flipped(sealed, index))).toThrowError(broken)
    }
    for (const length of [0, 1, 13, 28, sealed.length - 1]) {
      expect(() => seal.openSecret(HANDLE, sealed.subarray(0, length))).toThrowError(broken)
    }
  })

  it('opens nothing in another place', () => {
    const sealed = seal.sealSecret(HANDLE, 'secret', 'origin')
    const master = new MasterKey(KEY)
    expect(() => seal.openSecret(`${HANDLE}x`, sealed, 'origin')).toThrowError(broken)
    expect(() => seal.openSecret(HANDLE, sealed, 'other')).toThrowError(broken)
    expect(() => seal.openText(HANDLE, sealed)).toThrowError(broken)
    expect(() => master.runSeal('another run').openSecret(HANDLE, sealed, 'origin')).toThrowError(broken)
    expect(() => seal.openText('step', seal.sealText('event', 'text'))).toThrowError(broken)
  })
})

describe('a sealer', () => {
  it('opens under the same purpose and id only', () => {
    const master = new MasterKey(KEY)
    const sealed = master.sealer('account').seal('7', 'text')
    expect(master.sealer('account').open('7', sealed)).toBe('text')
    expect(() => master.sealer('account').open('8', sealed)).toThrowError(broken)
    expect(() => master.sealer('test_event').open('7', sealed)).toThrowError(broken)
    expect(() => master.sealer('account7').open('', sealed)).toThrowError(broken)
  })
})

describe('the master key', () => {
  it('derives by HKDF-SHA-256 (RFC 5869)', () => {
    const framed = (...parts: string[]) =>
      Buffer.concat(parts.flatMap((part) => [Buffer.from([0, 0, 0, part.length]), Buffer.from(part)]))
    const derived = hkdfSync('sha256', KEY, 'bellhop sealing v1', framed('hmac', 'tokens'), 32)
    const expected = createHmac('sha256', Buffer.from(derived)).update(framed('a', 'bc')).digest()
    expect(Buffer.from(new MasterKey(KEY).hmac('tokens', 'a', 'bc')).equals(expected)).toBe(true)
  })

  it('hashes apart by purpose, parts and key', () => {
    const master = new MasterKey(KEY)
    const hashes = [
      master.hmac('tokens', 'ab', 'c'),
      master.hmac('tokens', 'a', 'bc'),
      master.hmac('tokens', 'abc'),
      master.hmac('requests', 'abc'),
      new MasterKey(KEY.map((byte) => byte + 1)).hmac('tokens', 'abc')
    ].map((hash) => Buffer.from(hash).toString('hex'))
    expect(new Set(hashes).size).toBe(5)
    expect(master.hmac('tokens', Buffer.from('abc'))).toEqual(master.hmac('tokens', 'abc'))
  })

  it('is 32 bytes, and never shows', () => {
    expect(() => new MasterKey(KEY.subarray(1))).toThrowError(expect.objectContaining({ code: 'key_malformed' }))
    const master = new MasterKey(KEY)
    expect(inspect([master, master.runSeal(RUN)], { showHidden: true, depth: 9 })).toBe(
      '[ [MasterKey], [RunSeal], [length]: 2 ]'
    )
    expect(JSON.stringify([master, master.runSeal(RUN)])).toBe('["[MasterKey]","[RunSeal]"]')
  })
})
