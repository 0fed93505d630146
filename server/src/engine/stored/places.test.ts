import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { SealedSecret } from '../../secrets/keyring.ts'
import { FREE_PLACE, pack, ReusedPlaces, unpack } from './places.ts'

const secret = fc.record({
  handle: fc.stringMatching(/^bhdl\.[a-z]{1,20}\.[a-z]{1,20}\.[0-9a-z]{26}$/),
  sealed: fc.uint8Array({ minLength: 29, maxLength: 2000 }),
  origin: fc.json({ stringUnit: 'grapheme' })
})
const plain = (secrets: readonly SealedSecret[]): unknown =>
  secrets.map(({ handle, sealed, origin }) => ({ handle, sealed: [...sealed], origin: JSON.parse(origin) as unknown }))

test('what several commits packed is read from their places, in order', () => {
  fc.assert(
    fc.property(fc.array(fc.array(secret, { minLength: 1 }), { minLength: 1, maxLength: 4 }), (commits) => {
      const places = new ReusedPlaces(1)
      const texts = commits.flatMap((secrets) => pack(secrets, places).texts)
      expect(plain(unpack(texts))).toEqual(plain(commits.flat()))
    })
  )
})

test('places have one size in bytes, are used in turn, and are used again', () => {
  const places = new ReusedPlaces(33)
  const big = { handle: 'bhdl.a.b.c', sealed: new Uint8Array(1000), origin: '{"app":"é"}' }
  const first = pack([big], places)
  expect(first.ids).toEqual([33, 34, 35])
  expect(first.texts.map((text) => Buffer.byteLength(text))).toEqual([496, 496, 496])
  expect(Buffer.byteLength(FREE_PLACE)).toBe(496)
  places.give(first.ids)
  expect(new Set(pack([big], places).ids)).toEqual(new Set(first.ids))
})
