/** A tick is claimed in the commit that accepts its run. */
import { afterAll, expect, test } from 'vitest'
import { House, reasonOf } from '../contract/fixture.ts'
import type { NewTick } from '../port.ts'
import { SqliteFixture } from './testing/fixture.ts'
import { counts, rows } from './testing/rows.ts'

const fixture = new SqliteFixture()
afterAll(() => fixture.remove())

const first: NewTick = { at: 1_000, due: 1_000, settled: 1_000, next: 2_000 }
const second: NewTick = { at: 2_000, due: 2_000, settled: 2_000, next: 3_000 }

/** A house whose workflow 1 has a schedule that is due at `next`. */
async function makeHouse(next: number | null = 1_000): Promise<House> {
  const house = await new House(fixture).open(async () => {})
  await fixture.storage.write('putSchedule', { workflow: 1, version: 1, next })
  return house
}

const accept = (house: House, tick: NewTick, more: { versionId?: number; workflowId?: number } = {}): Promise<string> =>
  house.engine.accept(house.newRun({ tick, ...more })).then(reasonOf)

const row = (): unknown => rows(fixture.dir, 'select settled_at, next_at from schedules where workflow_id = 1')[0]

test('of several claims of a tick one starts its run, and moves the schedule on', async () => {
  const house = await makeHouse()
  const claims = Array.from({ length: 5 }, () => accept(house, first))
  expect((await Promise.all(claims)).toSorted()).toEqual(['accepted', ...Array<string>(4).fill('tick_taken')])
  expect(counts(fixture.dir)).toMatchObject({ runs: 1, ticks: 1 })
  expect(row()).toEqual({ settled_at: 1_000, next_at: 2_000 })
  expect(await accept(house, second)).toBe('accepted')
  expect(counts(fixture.dir)).toMatchObject({ runs: 2, ticks: 2 })
})

test('a claim of a schedule that is off, of another version, or of another tick starts nothing', async () => {
  const off = await makeHouse(null)
  expect(await accept(off, first)).toBe('tick_taken')
  await fixture.storage.write('putSchedule', { workflow: 1, version: 1, next: 1_000 })
  expect(await accept(off, first, { versionId: 2 })).toBe('tick_taken')
  expect(await accept(off, first, { workflowId: 2 })).toBe('tick_taken')
  expect(await accept(off, second)).toBe('tick_taken')
  expect(counts(fixture.dir)).toEqual({})
  expect(row()).toEqual({ settled_at: 0, next_at: 1_000 })
})

test('a tick that was fired before is not fired again, though its schedule says so, and the schedule goes on', async () => {
  const house = await makeHouse()
  expect(await accept(house, first)).toBe('accepted')
  await fixture.storage.write('putSchedule', { workflow: 1, version: 1, next: 1_000 })
  expect(await accept(house, first)).toBe('tick_taken')
  expect(counts(fixture.dir)).toMatchObject({ runs: 1, ticks: 1 })
  expect(row()).toEqual({ settled_at: 1_000, next_at: 2_000 })
})

test('a claim that is refused takes no place for its secrets', async () => {
  const house = await makeHouse()
  const claim = (): Promise<string> => {
    const run = house.newRun({ tick: first })
    run.keyring.mint('a secret of an account', { app: 'slack', field: 'token', audience: null })
    return house.engine.accept(run).then(reasonOf)
  }
  expect(await claim()).toBe('accepted')
  const places = (): unknown => rows(fixture.dir, 'select count(*) as n from keyring')[0]?.['n']
  const before = places()
  for (let n = 0; n < 50; n++) expect(await claim()).toBe('tick_taken')
  expect(places()).toBe(before)
})

test('the key of a tick is in use as long as its row is, though its run is gone', async () => {
  const house = await makeHouse()
  const run = house.newRun({ tick: first, keep: false })
  await house.engine.accept(run)
  await house.ended(run.id.uuid)
  expect(rows(fixture.dir, 'select id from runs')).toEqual([])
  expect((house.engine as unknown as { lastKey: number }).lastKey).toBe(run.id.key)
})
