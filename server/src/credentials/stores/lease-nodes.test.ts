/** What runs hold of stores, where several nodes look after it. */
import { expect, test, vi } from 'vitest'
import { StoreAccess } from './access.ts'
import { StoreHouse } from './testing/house.ts'

const MADE = { path: ['made', 'for', 'acme'] }
/** Nodes look every two seconds. */
const PATIENCE = { timeout: 30_000 }

/** A house in which a run held something and ended, and nobody has heard of it. */
async function withOrphan(): Promise<StoreHouse> {
  const house = await StoreHouse.open()
  await house.leases.stop()
  house.shelf.put('made/for/acme', {})
  const run = await house.run()
  await house.access.read(run, 'main', MADE)
  await house.storage.write('endRun', { run: run.id.key })
  return house
}

test('what a run held that ended elsewhere is given back by one of them', async () => {
  const house = await withOrphan()
  const returns = Promise.withResolvers<void>()
  house.shelf.returns = returns.promise
  const looks = [vi.fn<() => boolean>(() => true), vi.fn<() => boolean>(() => true), vi.fn<() => boolean>(() => true)]
  const nodes = await Promise.all(looks.map((held) => house.node(held)))
  await vi.waitFor(() => expect(house.shelf.revocations).toBe(1), PATIENCE)
  // The others have tried as well, and do so again.
  await vi.waitFor(() => expect(looks.every((held) => held.mock.calls.length > 0)).toBe(true), PATIENCE)
  returns.resolve()
  await vi.waitFor(async () => expect(await house.leases.count('main')).toBe(0), PATIENCE)
  await Promise.all(nodes.map((node) => node.stop()))
  expect(house.shelf.revocations).toBe(1)
})

test('a node gives nothing back while others may take it for dead', async () => {
  const house = await withOrphan()
  let alive = false
  const held = vi.fn<() => boolean>(() => alive)
  await house.node(held)
  await vi.waitFor(() => expect(held.mock.calls.length).toBeGreaterThan(1), PATIENCE)
  expect(house.shelf.revocations).toBe(0)
  alive = true
  await vi.waitFor(() => expect(house.shelf.made.size).toBe(0), PATIENCE)
})

test('of two nodes that make something for the same run, the later one uses what the other has', async () => {
  const house = await StoreHouse.open()
  house.shelf.put('made/for/acme', {})
  const run = await house.run()
  const other = new StoreAccess(house.stores, await house.node(() => true), Date.now)
  const { storage } = house
  const write = storage.write.bind(storage)
  let faster: Promise<unknown> | undefined
  vi.spyOn(storage, 'write').mockImplementation(async (name, args) => {
    if (name === 'openLease' && faster === undefined) await (faster = other.read(run, 'main', MADE))
    return write(name, args)
  })
  const reading = await house.access.read(run, 'main', MADE)
  expect(reading).toEqual(await faster)
  expect([house.shelf.made.size, await house.leases.count('main')]).toEqual([1, 1])
})
