import { expect, test } from 'vitest'
import { MasterKey } from '../../secrets/seal.ts'
import { SharedSetupLink } from './setup-link.ts'

const HOUR_MS = 3_600_000

test('a link of one node is taken by every other with its key, for a day, and by none with another key', () => {
  let now = Date.now()
  const key = new MasterKey(new Uint8Array(32).fill(1))
  const [one, other] = [new SharedSetupLink(key, () => now), new SharedSetupLink(key, () => now)]
  const stranger = new SharedSetupLink(new MasterKey(new Uint8Array(32).fill(2)), () => now)
  const token = one.make()
  expect([one, other, stranger].map((link) => link.accepts(token))).toEqual([true, true, false])
  const [until = '', ...rest] = token.split('.')
  const longer = [(parseInt(until, 36) + HOUR_MS).toString(36), ...rest].join('.')
  for (const forged of [longer, `${token}x`, '', '..', until]) expect(other.accepts(forged)).toBe(false)
  now += 23 * HOUR_MS
  expect(other.accepts(token)).toBe(true)
  now += 2 * HOUR_MS
  expect(other.accepts(token)).toBe(false)
})
