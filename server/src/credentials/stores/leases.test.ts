import { Fault } from '@bellhop/sdk'
import { expect, test, vi } from 'vitest'
import { StoreHouse } from './testing/house.ts'

/** Rounds of the keeper have seconds between them. */
const PATIENCE = { timeout: 15_000 }

const MADE = { path: ['made', 'for', 'acme'] }

async function openHouse(): Promise<StoreHouse> {
  const house = await StoreHouse.open()
  house.shelf.put('made/for/acme', {})
  return house
}

const nothingMade = (house: StoreHouse): Promise<void> =>
  vi.waitFor(() => expect(house.shelf.made.size).toBe(0), PATIENCE)

test('what is made for a run is used by all of its steps, and goes back when it ends', async () => {
  const house = await openHouse()
  const [one, other] = [await house.run(), await house.run()]
  const [first, second] = await Promise.all([
    house.access.read(one, 'main', MADE),
    house.access.read(one, 'main', MADE)
  ])
  expect(first).toBe(second)
  expect(await house.access.read(other, 'main', MADE)).not.toEqual(first)
  expect(house.shelf.made.size).toBe(2)
  await house.end(one)
  await expect.poll(() => house.shelf.made.size).toBe(1)
  await house.end(other)
  await nothingMade(house)
  await expect.poll(() => house.leases.count('main')).toBe(0)
})

test('I1: what is written down of it is sealed', async () => {
  const house = await openHouse()
  await house.access.read(await house.run(), 'main', MADE)
  const [made] = house.shelf.made.keys()
  expect(made).toMatch(/^made-for-a-run/)
  expect(house.bytes().includes(made ?? '')).toBe(false)
})

test('after a crash a run that goes on has the same, and one that has ended gives it back', async () => {
  const house = await openHouse()
  const [goesOn, ends] = [await house.run(), await house.run()]
  const before = await house.access.read(goesOn, 'main', MADE)
  await house.access.read(ends, 'main', MADE)
  // The end was committed, and the process died before anything was given back.
  await house.storage.write('endRun', { run: ends.id.key })
  const next = await house.crash()
  await expect.poll(() => next.shelf.made.size).toBe(1)
  const keyring = (await next.run()).keyring
  expect(await next.access.read({ ...goesOn, keyring }, 'main', MADE)).toEqual(before)
  await next.end(goesOn)
  await nothingMade(next)
})

test('what was made for a run that ended meanwhile goes back at once', async () => {
  const house = await openHouse()
  const run = await house.run()
  await house.storage.write('endRun', { run: run.id.key })
  await expect(house.access.read(run, 'main', MADE)).rejects.toMatchObject({ code: 'run_lost' })
  expect(house.shelf.made.size).toBe(0)
})

test('what cannot be given back is kept, shown without what a client might say, and tried again', async () => {
  const house = await openHouse()
  const run = await house.run()
  await house.access.read(run, 'main', MADE)
  house.shelf.broken = new Fault('store_unreachable', `is down for ${house.shelf.password}`, { retryable: true })
  await house.end(run)
  await vi.waitFor(async () => {
    expect(await house.leases.trouble()).toMatchObject([
      {
        run: run.id.uuid,
        store: 'main',
        ended: true,
        failures: 1,
        problem: expect.stringContaining('is down for bhdl.') as string
      }
    ])
  }, PATIENCE)
  expect(house.bytes().includes(house.shelf.password)).toBe(false)
  house.shelf.broken = undefined
  await nothingMade(house)
  await vi.waitFor(async () => expect(await house.leases.trouble()).toEqual([]), PATIENCE)
})

test('I4: a run of which nothing may be written is refused, before anything is made', async () => {
  const house = await openHouse()
  const run = await house.run({ durable: false })
  await expect(house.access.read(run, 'main', MADE)).rejects.toMatchObject({ code: 'nostore_cannot_lease' })
  expect(house.shelf.made.size).toBe(0)
})

test('a run that this process lost asks for nothing', async () => {
  const house = await openHouse()
  const run = await house.run({ owned: () => false })
  await expect(house.access.read(run, 'main', MADE)).rejects.toMatchObject({ code: 'run_lost' })
  expect(house.shelf.reads).toEqual([])
})

test('it is renewed at half of its time while the run goes on', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  try {
    const house = await openHouse()
    const run = await house.run()
    await house.access.read(run, 'main', MADE)
    await vi.advanceTimersByTimeAsync(29_000)
    expect(house.shelf.renewals).toBe(0)
    await vi.advanceTimersByTimeAsync(1_100)
    expect(house.shelf.renewals).toBe(1)
    await house.end(run)
  } finally {
    vi.useRealTimers()
  }
})

test('it is renewed before its first part lapses, and what of it cannot last is shown', async () => {
  const house = await openHouse()
  const run = await house.run()
  await house.access.read(run, 'main', MADE)
  const now = Date.now()
  const part = { soonest: now + 20_000, problem: 'a part of it ends soon' }
  await house.leases.holding(run, 'main').update({ text: 'made-for-a-run-1', expiresAt: now + 60_000, ...part })
  const [trouble] = await house.leases.trouble()
  expect(trouble).toMatchObject({ run: run.id.uuid, ended: false, failures: 0, problem: 'a part of it ends soon' })
  expect(Date.parse(trouble?.next_try_at ?? '') - now).toBeLessThan(11_000)
  await house.leases.holding(run, 'main').update({ text: 'made-for-a-run-1', expiresAt: now + 60_000 })
  expect(await house.leases.trouble()).toEqual([])
})

test('a renewal does not overwrite what the run was given meanwhile', async () => {
  const house = await openHouse()
  const run = await house.run()
  await house.access.read(run, 'main', MADE)
  const holding = house.leases.holding(run, 'main')
  const { promise, resolve } = Promise.withResolvers<void>()
  house.shelf.gate = promise
  await holding.update({ text: 'made-for-a-run-1', expiresAt: Date.now() })
  await vi.waitFor(() => expect(house.shelf.renewals).toBe(1), { timeout: 20_000 })
  await holding.update({ text: 'made-for-a-run-1 and more', expiresAt: Date.now() + 60_000 })
  resolve()
  await house.leases.stop()
  expect(await holding.open(() => Promise.reject(new Error('it is there')))).toBe('made-for-a-run-1 and more')
})
