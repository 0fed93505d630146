import { utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Fault } from '@bellhop/sdk'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { keyOf } from './cache.ts'
import { StoreFile } from './file.ts'
import { Stores } from './stores.ts'
import { StoreHouse } from './testing/house.ts'
import { MasterKey } from '../../secrets/seal.ts'

const ACME = { path: ['customers', 'acme'] }

test('a store is listed without its credential, which is sealed at rest', async () => {
  const house = await StoreHouse.open()
  expect(await house.stores.list()).toMatchObject([{ name: 'main', kind: 'shelf', source: 'api', config: {} }])
  expect(JSON.stringify(await house.stores.list())).not.toContain(house.shelf.password)
  expect(house.bytes().includes(Buffer.from(house.shelf.password))).toBe(false)
})

test('a credential that was rotated counts at once, and what was cached before is forgotten', async () => {
  const house = await StoreHouse.open()
  house.shelf.put('customers/acme', { token: 'first-token' })
  const run = await house.run()
  expect((await house.access.read(run, 'main', ACME)).fields).toEqual({ token: 'first-token' })
  house.shelf.put('customers/acme', { token: 'second-token' })
  expect((await house.access.read(run, 'main', ACME)).fields).toEqual({ token: 'first-token' })
  house.shelf.password = 'another-password'
  await house.stores.save('main', 'shelf', { password: 'another-password' })
  expect((await house.access.read(run, 'main', ACME)).fields).toEqual({ token: 'second-token' })
})

test('an error names the store, and never its credential, should a client put it there', async () => {
  const house = await StoreHouse.open()
  await house.stores.save('main', 'shelf', { password: 'wrong-password-here' })
  const error: unknown = await house.access.read(await house.run(), 'main', ACME).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(Fault)
  expect((error as Fault).message).toContain('the store `main` (Shelf) does not know bhdl.')
  expect((error as Fault).message).not.toContain('wrong-password-here')
  const [check] = await house.stores.test('main', {}, new AbortController().signal)
  expect(check?.says).toContain('does not know bhdl.')
})

test('a store that is not there, and a configuration that does not fit', async () => {
  const house = await StoreHouse.open()
  await expect(house.stores.open('other')).rejects.toThrow('there is no store `other`')
  const refused = await house.stores.save('main', 'shelf', { pasword: 'a-password-in-a-wrong-place' })
  expect(refused?.mistakes.map(({ path }) => path)).toContain('password')
  expect(JSON.stringify(refused)).not.toContain('a-password-in-a-wrong-place')
  await expect(house.stores.save('x', 'shelves', {})).rejects.toMatchObject({ code: 'unknown_store_kind' })
  expect(await house.stores.remove('main')).toBe(true)
  expect(await house.stores.remove('main')).toBe(false)
})

test('a store that was removed is closed, and nothing that it read stays', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const house = await StoreHouse.open()
  house.shelf.put('customers/acme', { token: 'a-token' })
  await house.access.read(await house.run(), 'main', ACME)
  const { cache } = await house.stores.open('main')
  await house.stores.remove('main')
  expect(cache.get(keyOf(ACME))).toBeUndefined()
  vi.advanceTimersByTime(60_000)
  expect(house.shelf.closed).toBe(1)
})

test('a read that many runs wait for does not end with the one that asked first', async () => {
  const house = await StoreHouse.open()
  house.shelf.put('customers/acme', { token: 'a-token' })
  const gate = Promise.withResolvers<undefined>()
  house.shelf.gate = gate.promise
  const controller = new AbortController()
  const [first, second] = [await house.run({ signal: controller.signal }), await house.run()]
  const reads = [house.access.read(first, 'main', ACME), house.access.read(second, 'main', ACME)]
  controller.abort(new Error('its step timed out'))
  await expect(reads[0]).rejects.toThrow('its step timed out')
  gate.resolve(undefined)
  expect((await reads[1])?.fields).toEqual({ token: 'a-token' })
  expect(house.shelf.reads).toEqual(['customers/acme'])
})

describe('the operator’s file', () => {
  function fileOf(
    house: StoreHouse,
    env: Record<string, string>
  ): { path: string; open: () => Stores; errors: Fault[] } {
    const path = join(house.dir, 'stores.yaml')
    const errors: Fault[] = []
    const kinds = new Map([['shelf', house.shelf.kind()]])
    const open = (): Stores => {
      const file = new StoreFile({ path, env, kinds, onError: (error) => errors.push(error) })
      onTestFinished(() => file.close())
      return new Stores({
        storage: house.storage,
        master: new MasterKey(new Uint8Array(32).fill(7)),
        kinds,
        file,
        now: Date.now
      })
    }
    return { path, open, errors }
  }

  test('has its credentials from the environment, comes before the database, and is changed there only', async () => {
    const house = await StoreHouse.open()
    const { path, open } = fileOf(house, { SHELF_PASSWORD: house.shelf.password })
    writeFileSync(path, 'stores:\n  main: { kind: shelf, password: "${SHELF_PASSWORD}" }\n')
    const stores = open()
    expect(await stores.list()).toMatchObject([{ name: 'main', source: 'file' }])
    expect(await (await stores.open('main')).store.test(undefined, new AbortController().signal)).toMatchObject([
      { ok: true }
    ])
    await expect(stores.save('main', 'shelf', {})).rejects.toMatchObject({ code: 'store_in_file', status: 409 })
    await expect(stores.remove('main')).rejects.toMatchObject({ code: 'store_in_file' })
  })

  test.each([
    [
      'a variable that is not set',
      'stores: { a: { kind: shelf, password: "${NOPE}" } }',
      'needs the variable NOPE for `a`'
    ],
    ['an unknown kind', 'stores: { a: { kind: shelves } }', 'gives `a` no `kind` of shelf'],
    [
      'a configuration that does not fit',
      'stores: { a: { kind: shelf } }',
      'configures `a` in a way that does not fit: password'
    ],
    ['no stores', 'store: {}', 'has no `stores:`'],
    ['a store that holds itself', 'stores: { a: &a { kind: shelf, password: *a } }', 'is not YAML'],
    ['no YAML', 'stores: [s3cret', 'is not YAML']
  ])('%s is said in one sentence', async (_what, text, expected) => {
    const house = await StoreHouse.open()
    const { path, open } = fileOf(house, {})
    writeFileSync(path, text)
    expect(open).toThrow(expected)
    expect(open).not.toThrow('s3cret')
  })

  test('a change is taken over; one that cannot be read is told, and leaves what was there', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] })
    try {
      const house = await StoreHouse.open()
      const { path, open, errors } = fileOf(house, {})
      writeFileSync(path, 'stores: { a: { kind: shelf, password: one-password } }')
      const stores = open()
      const kept = await stores.open('a')
      writeFileSync(path, 'stores: { a: { kind: shelf')
      utimesSync(path, 1, 1)
      vi.advanceTimersByTime(2_000)
      expect(errors).toMatchObject([{ code: 'stores_file' }])
      expect(await stores.open('a')).toBe(kept)
      writeFileSync(path, 'stores: { a: { kind: shelf, password: another-password } }')
      utimesSync(path, 2, 2)
      vi.advanceTimersByTime(2_000)
      expect(await stores.open('a')).not.toBe(kept)
      writeFileSync(path, 'stores: { b: { kind: shelf, password: another-password } }')
      utimesSync(path, 3, 3)
      vi.advanceTimersByTime(2_000)
      await stores.open('b')
      vi.advanceTimersByTime(60_000)
      expect(house.shelf.closed).toBe(2)
    } finally {
      vi.useRealTimers()
    }
  })
})
