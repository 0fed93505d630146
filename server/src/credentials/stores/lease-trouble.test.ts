/** What runs hold of stores when something is wrong: with the disk, the clock, the store, or its configuration. */
import { Fault } from '@bellhop/sdk'
import { expect, test, vi } from 'vitest'
import type { StoreCaller } from './access.ts'
import { StoreHouse } from './testing/house.ts'

const MADE = { path: ['made', 'for', 'acme'] }
const HOUR_MS = 3_600_000
const SOON = { timeout: 20_000 }

/** A run that holds something. */
async function holding(): Promise<{ house: StoreHouse; run: StoreCaller }> {
  const house = await StoreHouse.open()
  house.shelf.put('made/for/acme', {})
  const run = await house.run()
  await house.access.read(run, 'main', MADE)
  return { house, run }
}

/** With a clock that the test sets; timers fire as it moves. */
async function withClock(play: () => Promise<void>): Promise<void> {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  try {
    await play()
  } finally {
    vi.useRealTimers()
  }
}

/** Refuses those writes, as a full disk does. Returns the function that makes room. */
function fill({ storage }: StoreHouse, ...names: string[]): () => void {
  const write = storage.write.bind(storage)
  const full = new Fault('storage_full', 'the disk is full', { retryable: true, status: 503 })
  const spy = vi
    .spyOn(storage, 'write')
    .mockImplementation((name, args) => (names.includes(name) ? Promise.reject(full) : write(name, args)))
  return () => spy.mockRestore()
}

test('on a full disk what was made goes back at once, and the step may try again', async () => {
  const house = await StoreHouse.open()
  house.shelf.put('made/for/acme', {})
  const run = await house.run()
  const makeRoom = fill(house, 'openLease')
  const refused = house.access.read(run, 'main', MADE)
  await expect(refused).rejects.toMatchObject({ code: 'storage_full', retryable: true })
  expect([house.shelf.made.size, await house.leases.count('main')]).toEqual([0, 0])
  makeRoom()
  await house.access.read(run, 'main', MADE)
  expect([house.shelf.made.size, await house.leases.count('main')]).toEqual([1, 1])
})

test.for(['written', 'not written'])(
  'whoever does not hear that it was %s asks again, and uses what stands there',
  async (how) => {
    const house = await StoreHouse.open()
    house.shelf.put('made/for/acme', {})
    const run = await house.run()
    const { storage } = house
    const write = storage.write.bind(storage)
    let times = 0
    vi.spyOn(storage, 'write').mockImplementation(async (name, args) => {
      const first = name === 'openLease' && times++ === 0
      const result = first && how === 'not written' ? undefined : await write(name, args)
      if (first) throw new Fault('storage_unavailable', 'the connection was lost', { retryable: true })
      return result
    })
    const before = await house.access.read(run, 'main', MADE)
    expect(await house.access.read(run, 'main', MADE)).toBe(before)
    expect([house.shelf.made.size, house.shelf.revocations, await house.leases.count('main')]).toEqual([1, 0, 1])
  }
)

test('on a full disk it is renewed now and then, not again and again, and goes on when there is room', () =>
  withClock(async () => {
    const { house, run } = await holding()
    const makeRoom = fill(house, 'keepLease', 'noteLeaseFailure', 'dropLease')
    for (let seconds = 0; seconds < 50; seconds++) await vi.advanceTimersByTimeAsync(1_000)
    expect(house.shelf.renewals).toBeGreaterThan(1)
    expect(house.shelf.renewals).toBeLessThan(8)
    await house.end(run)
    await vi.waitFor(() => expect(house.shelf.made.size).toBe(0), SOON)
    expect(await house.leases.count('main')).toBe(1)
    makeRoom()
    await vi.waitFor(async () => expect(await house.leases.count('main')).toBe(0), {
      timeout: 120_000,
      interval: 1_000
    })
  }))

test('it is renewed in time although the clock is set back', () =>
  withClock(async () => {
    const { house } = await holding()
    vi.setSystemTime(Date.now() - 2 * HOUR_MS)
    // What is made by the new time is planned by it; only the other one has to be hurried.
    await house.access.read(await house.run(), 'main', MADE)
    await vi.advanceTimersByTimeAsync(25_000)
    expect(house.shelf.renewals).toBe(0)
    await vi.advanceTimersByTimeAsync(6_000)
    await vi.waitFor(() => expect(house.shelf.renewals).toBe(2), { timeout: 5_000, interval: 10 })
  }))

test('a clock that is set forward lets nothing be forgotten that can still be given back', () =>
  withClock(async () => {
    const { house, run } = await holding()
    house.shelf.broken = new Fault('store_unreachable', 'is down', { retryable: true })
    await house.end(run)
    await vi.waitFor(async () => expect(await house.leases.trouble()).toHaveLength(1), SOON)
    house.shelf.broken = undefined
    vi.setSystemTime(Date.now() + 24 * HOUR_MS)
    await vi.waitFor(async () => expect(await house.leases.count('main')).toBe(0), {
      timeout: 120_000,
      interval: 1_000
    })
    expect(house.shelf.made.size).toBe(0)
  }))

test('of a store that was removed it is kept and shown until it has lapsed by itself', () =>
  withClock(async () => {
    const { house, run } = await holding()
    await house.stores.remove('main')
    await house.end(run)
    await vi.waitFor(
      async () => expect(await house.leases.trouble()).toMatchObject([{ store: 'main', ended: true }]),
      SOON
    )
    expect((await house.leases.trouble())[0]?.problem).toContain('there is no store `main`')
    vi.setSystemTime(Date.now() + 2 * HOUR_MS)
    await vi.waitFor(async () => expect(await house.leases.count('main')).toBe(0), {
      timeout: 120_000,
      interval: 1_000
    })
  }))

test('a store that comes back under its name takes back what it had given', async () => {
  const { house, run } = await holding()
  await house.stores.remove('main')
  await house.end(run)
  await expect.poll(() => house.leases.trouble()).toHaveLength(1)
  await house.stores.save('main', 'shelf', { password: house.shelf.password })
  await expect.poll(() => house.shelf.made.size).toBe(0)
})

test('what is worked out for a run that has ended is not written down', async () => {
  const { house, run } = await holding()
  await house.end(run)
  await expect.poll(() => house.leases.count('main')).toBe(0)
  const late = house.leases.holding(run, 'main').update({ text: 'late', expiresAt: Date.now() + 60_000 })
  await expect(late).rejects.toMatchObject({ code: 'run_lost' })
  expect(await house.leases.count('main')).toBe(0)
})

test('what a step puts there while the rest goes back goes back as well', async () => {
  const { house, run } = await holding()
  const { promise, resolve } = Promise.withResolvers<void>()
  house.shelf.returns = promise
  await house.end(run)
  house.shelf.made.set('another', { text: 'another', expiresAt: Date.now() + 2_000 })
  await house.leases.holding(run, 'main').update({ text: 'another', expiresAt: Date.now() + 2_000 })
  resolve()
  await expect.poll(() => house.shelf.made.size).toBe(0)
  await expect.poll(() => house.leases.count('main')).toBe(0)
})

test('while nothing is taken back, what goes on is renewed, and the server can stop', () =>
  withClock(async () => {
    const { house, run } = await holding()
    for (let i = 0; i < 40; i++) {
      const other = await house.run()
      await house.access.read(other, 'main', MADE)
      house.shelf.returns = new Promise(() => undefined)
      await house.end(other)
    }
    await vi.advanceTimersByTimeAsync(31_000)
    await vi.waitFor(() => expect(house.shelf.renewals).toBeGreaterThan(0), { timeout: 10_000 })
    const stopped = house.leases.stop()
    await vi.advanceTimersByTimeAsync(2_000)
    await stopped
    // The next start finds all of it.
    expect(await house.leases.count('main')).toBe(41)
    house.shelf.returns = Promise.resolve()
    await house.end(run)
    const next = await house.crash()
    await vi.waitFor(async () => expect(await next.leases.count('main')).toBe(0), { timeout: 60_000, interval: 100 })
  }))
