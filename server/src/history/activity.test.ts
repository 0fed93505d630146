import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { History } from './history.ts'
import { DATABASES, Fixture } from './testing/fixture.ts'
import { fillUuid } from './testing/row-commands.ts'

const HOUR = 3_600_000
const NOW = Date.parse('2026-11-02T00:00:00Z')
const COUNT = 50_000

describe.each(DATABASES)('activity on %s', (database) => {
  let fixture: Fixture
  let history: History

  /** Runs a second apart until now: nine of ten are of workflow 1, the others of workflow 2; and two of workflow 3. */
  beforeAll(async () => {
    fixture = await Fixture.open(database)
    await fixture.storage.write('fill', {
      count: COUNT,
      start: NOW - COUNT * 1_000,
      failed: [COUNT - 10, COUNT - 20, 0]
    })
    const own = { workflow_id: 3 }
    const runs = [fixture.run(NOW - 25 * HOUR, own), fixture.run(NOW - 23.5 * HOUR, own), fixture.run(NOW - 1, own)]
    await fixture.storage.write('insert', {
      runs: runs.map((run, i) => (i === 1 ? { ...run, status: 'crashed' as const } : run))
    })
    history = new History(fixture.storage.reader, () => NOW)
  })
  afterAll(() => fixture.close())

  const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0)

  test('a day is counted by the hour, the last of which ends now', async () => {
    const { day, last_run } = await history.activity(3, 1)
    expect(day).toEqual({
      runs: [1, ...Array<number>(22).fill(0), 1],
      failures: [1, ...Array<number>(23).fill(0)],
      at_least: false
    })
    expect(last_run).toMatchObject({ status: 'succeeded', accepted_at: new Date(NOW - 1).toISOString() })
  })

  test('a workflow that did nothing has no last run', async () => {
    expect(await history.activity(4, 1)).toMatchObject({ last_run: null, day: { at_least: false } })
  })

  test('a day of some thousand runs is counted to the last one', async () => {
    const { day, last_run } = await history.activity(2, 1)
    expect([sum(day.runs), sum(day.failures), day.at_least]).toEqual([COUNT / 10, 3, false])
    expect(last_run?.id).toBe(fillUuid(COUNT - 10))
  })

  test('of a busy one every hour says something, and that there were at least so many', async () => {
    const { day } = await history.activity(1, 1)
    expect(day.at_least).toBe(true)
    expect(day.runs.slice(-12)).toEqual(Array<number>(12).fill(500))
    expect(day.runs.slice(0, 10)).toEqual(Array<number>(10).fill(0))
  })

  test('many workflows share what may be read', async () => {
    expect((await history.activity(1, 1_000)).day.runs.at(-1)).toBe(10)
  })
})
