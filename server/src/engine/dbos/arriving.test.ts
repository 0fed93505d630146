import { afterAll, expect, test, vi } from 'vitest'
import { House, step } from '../contract/fixture.ts'
import { eventOf } from '../stored/load-queries.ts'
import { DbosFixture } from './testing/fixture.ts'
import { looker } from './testing/looker.ts'

const fixture = await DbosFixture.make()
afterAll(() => fixture.remove())

const HOUR = 3_600_000

test('I3: a run whose acceptance one hears of late is not given to another life', async () => {
  let times = 0
  const house = await new House(fixture).open((d) => step(d, 'a', () => ++times))
  const lookedAt = looker(fixture)
  const { storage } = fixture
  const write = storage.write.bind(storage)
  vi.spyOn(storage, 'write').mockImplementation(async (name, args) => {
    const result = await write(name, args)
    if (name === 'acceptRun') await lookedAt()
    return result
  })
  const { ended } = await house.accept()
  expect([await ended, times]).toMatchObject([{ ended: true, end: { status: 'succeeded' } }, 1])
})

test('I3: a run that is read slowly is not given to another life', async () => {
  let times = 0
  let reads = 0
  const house = await new House(fixture).open(async (d) => {
    await d.sleep('long', () => new Date(house.now() + HOUR))
    await step(d, 'a', async () => (times++, await lookedAt(), 1))
  })
  const lookedAt = looker(fixture)
  const { id, ended } = await house.accept()
  await ended
  await expect.poll(() => house.engine.active).toBe(0)
  const { reader } = fixture.storage
  const get = reader.get.bind(reader)
  vi.spyOn(reader, 'get').mockImplementation(async (query, ...params) => {
    if (query === eventOf && reads++ === 0) await lookedAt()
    return get(query, ...params)
  })
  house.ahead = HOUR
  expect(await house.ended(id)).toMatchObject({ status: 'succeeded' })
  await expect.poll(() => house.engine.active).toBe(0)
  expect(times).toBe(1)
})
