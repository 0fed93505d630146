/** What DBOS forgets, where a database loses its last commits, is found by our rows. Here its rows go, and ours stay. */
import pg from 'pg'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { gate, House, step } from '../contract/fixture.ts'
import { DbosFixture } from './testing/fixture.ts'

const fixture = await DbosFixture.make()
afterAll(() => fixture.remove())

const TABLES = ['workflow_status', 'workflow_input', 'workflow_output', 'operation_outputs']

async function forgetEverything(): Promise<void> {
  const client = new pg.Client({ connectionString: fixture.url })
  await client.connect()
  onTestFinished(() => client.end())
  for (const table of TABLES) await client.query(`delete from dbos.${table}`)
}

test('a run whose life DBOS has forgotten goes on from its journal', async () => {
  const [begun, go] = [gate(), gate()]
  const calls: string[] = []
  const house = await new House(fixture).open(async (d) => {
    await step(d, 'a', () => (calls.push('a'), 1))
    await step(d, 'b', () => (calls.push('b'), begun.open(), go.opened.then(() => 1)))
    await step(d, 'c', () => (calls.push('c'), 1))
  })
  const { id } = await house.accept()
  await begun.opened
  await forgetEverything()
  go.open()
  expect(await house.ended(id)).toMatchObject({ status: 'succeeded' })
  expect(calls).toEqual(['a', 'b', 'c'])
})

test('a run whose lanes DBOS has forgotten goes on from its journal', async () => {
  const [begun, go] = [gate(), gate()]
  const calls: string[] = []
  const house = await new House(fixture).open(async (d) => {
    await d.lanes('each', 2, async (lane, i) => {
      await step(lane, 'b', () => (calls.push(`b${i}`), begun.open(), go.opened.then(() => 1)))
      await step(lane, 'c', () => (calls.push(`c${i}`), 1))
    })
    await step(d, 'd', () => (calls.push('d'), 1))
  })
  const { id } = await house.accept()
  await begun.opened
  await forgetEverything()
  go.open()
  expect(await house.ended(id)).toMatchObject({ status: 'succeeded' })
  expect(calls.toSorted()).toEqual(['b0', 'b1', 'c0', 'c1', 'd'])
})

test('a life that was asked for, and that DBOS has forgotten, is asked for again', async () => {
  const house = await new House(fixture).open(async (d) => {
    await d.wait('approval', () => new Date(house.now() + 3_600_000))
    await step(d, 'a', () => 1)
  })
  const { id, ended } = await house.accept()
  await ended
  await expect.poll(() => house.engine.active).toBe(0)
  await forgetEverything()
  expect(await house.resume(id, 'approval', 'yes')).toBe('resumed')
  await forgetEverything()
  expect(await house.ended(id)).toMatchObject({ status: 'succeeded' })
})
