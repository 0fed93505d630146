/** What a claimed tick leaves in the database; `contract/ticks.ts` says what a claim is. */
import { afterAll, expect, test } from 'vitest'
import { House, reasonOf } from '../contract/fixture.ts'
import type { NewTick } from '../port.ts'
import type { SqliteEngine } from './engine.ts'
import { SqliteFixture } from './testing/fixture.ts'
import { counts, rows } from './testing/rows.ts'

const fixture = new SqliteFixture()
afterAll(() => fixture.remove())

const tick: NewTick = { at: 1_000, due: 1_000, settled: 1_000, next: 2_000 }

async function makeHouse(): Promise<House> {
  const house = await new House(fixture).open(async () => {})
  await fixture.schedule({ workflow: 1, version: 1, next: 1_000 })
  return house
}

test('the tick, its run and where the schedule stands are one commit', async () => {
  const house = await makeHouse()
  const run = house.newRun({ tick })
  expect(reasonOf(await house.engine.accept(run))).toBe('accepted')
  expect(counts(fixture.dir)).toMatchObject({ runs: 1, ticks: 1 })
  expect(rows(fixture.dir, 'select id, workflow_id, at from ticks')).toEqual([
    { id: run.id.key, workflow_id: 1, at: 1_000 }
  ])
  expect(rows(fixture.dir, 'select settled_at, next_at from schedules')).toEqual([
    { settled_at: 1_000, next_at: 2_000 }
  ])
})

test('a claim that is refused takes no place for its secrets', async () => {
  const house = await makeHouse()
  const claim = (): Promise<string> => {
    const run = house.newRun({ tick })
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
  const run = house.newRun({ tick, keep: false })
  await house.engine.accept(run)
  await house.ended(run.id.uuid)
  expect(rows(fixture.dir, 'select id from runs')).toEqual([])
  expect(await (house.engine as SqliteEngine).lastKey()).toBe(run.id.key)
})
