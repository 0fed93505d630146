import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test, vi } from 'vitest'
import { keyOf, ReadCache } from './cache.ts'
import type { Reading } from './store.ts'

/** A cache whose clock the test sets, and what it read. */
function makeCache(ttlMs: number) {
  const clock = { now: 1_000_000 }
  let reads = 0
  const cache = new ReadCache(ttlMs, () => clock.now)
  const read = (key = 'a', refused?: Reading, more: Partial<Reading> = {}): Promise<Reading> =>
    cache.read(key, refused, () => Promise.resolve({ fields: { token: `token-${++reads}` }, ...more }))
  return { cache, clock, read, reads: () => reads }
}

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Whether anybody still has it. */
function isHeld(ref: WeakRef<object>): boolean {
  collect()
  return ref.deref() !== undefined
}

test('what was read is used again for its time to live', async () => {
  const { clock, read } = makeCache(60_000)
  const first = await read()
  clock.now += 59_999
  expect(await read()).toBe(first)
  clock.now += 1
  expect(await read()).not.toBe(first)
})

test('and for no longer than it says itself, less what it may take to be used', async () => {
  const { clock, read } = makeCache(60_000)
  const first = await read('a', undefined, { expiresAt: 1_020_000 })
  clock.now += 14_999
  expect(await read()).toBe(first)
  clock.now += 1
  expect(await read()).not.toBe(first)
})

test('with a time to live of nothing each read is one, but those at once are the same', async () => {
  const { read, reads } = makeCache(0)
  const [first, second] = await Promise.all([read(), read()])
  expect(first).toBe(second)
  expect(await read()).not.toBe(first)
  expect(reads()).toBe(2)
})

test('what a vendor refused is read once more, by whoever comes first, and is not read over what is newer', async () => {
  const { read, reads } = makeCache(60_000)
  const stale = await read()
  const [one, two] = await Promise.all([read('a', stale), read('a', stale)])
  expect(one).toBe(two)
  expect(one).not.toBe(stale)
  // A slow run that still has the old one finds the new one there.
  expect(await read('a', stale)).toBe(one)
  expect(reads()).toBe(2)
})

test('a read that failed is not remembered', async () => {
  const { cache, read } = makeCache(60_000)
  await expect(cache.read('a', undefined, () => Promise.reject(new Error('down')))).rejects.toThrow('down')
  expect((await read()).fields['token']).toBe('token-1')
})

test('it stays small: what was not asked for longest goes first', async () => {
  const { cache, read } = makeCache(60_000)
  for (let n = 0; n < 10_000; n++) await read(`key-${n}`)
  expect(cache.get('key-0')).toBeDefined()
  await read('one-more')
  expect([cache.get('key-0') !== undefined, cache.get('key-1') !== undefined]).toEqual([true, false])
})

test('and in bytes: large secrets push out others sooner', async () => {
  const { cache, read } = makeCache(60_000)
  const large = { fields: { token: 'x'.repeat(12 * 1024 * 1024) } }
  for (const key of ['one', 'two', 'three']) await read(key, undefined, large)
  expect(['one', 'two', 'three'].map((key) => cache.get(key) !== undefined)).toEqual([false, true, true])
  await read('huge', undefined, { fields: { token: 'x'.repeat(33 * 1024 * 1024) } })
  expect(['huge', 'two', 'three'].map((key) => cache.get(key) !== undefined)).toEqual([false, true, true])
})

test('what is over goes by itself, also where nobody asks again', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    const { cache, clock, read } = makeCache(60_000)
    const kept = new WeakRef(await read())
    clock.now += 30_000
    await read('b')
    clock.now += 29_999
    vi.advanceTimersByTime(1_000)
    await new Promise(setImmediate)
    expect(isHeld(kept)).toBe(true)
    clock.now += 1
    await new Promise(setImmediate)
    vi.advanceTimersByTime(1_000)
    expect(isHeld(kept)).toBe(false)
    expect(cache.get('b')).toBeDefined()
    expect(vi.getTimerCount()).toBe(1)
    cache.clear()
    expect([cache.get('b'), vi.getTimerCount()]).toEqual([undefined, 0])
  } finally {
    vi.useRealTimers()
  }
})

test('lookups that differ have other keys', () => {
  const lookups = [
    { path: ['a', 'b'] },
    { path: ['a/b'] },
    { path: ['a', 'b'], version: '1' },
    { path: ['a', 'b'], integration: '1' }
  ]
  expect(new Set(lookups.map(keyOf)).size).toBe(lookups.length)
})
