/** Pages of items: those that have ended, those in flight, and the run's own view, which counts them. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { RunsTable } from '../storage/schema.ts'
import { History } from './history.ts'
import { attempt, DATABASES, Fixture, item, itemLane, step } from './testing/fixture.ts'

const NOW = 100_000

describe.each(DATABASES)('items on %s', (database) => {
  let fixture: Fixture
  let history: History
  beforeAll(async () => {
    fixture = await Fixture.open(database)
    history = new History(fixture.storage.reader, () => NOW)
  })
  afterEach(() => fixture.clear())
  afterAll(() => fixture.close())

  /** Ten items on two lanes, of which the first six have ended: one failed, one ended early; 6 is in its second step. */
  async function goingOn(over: Partial<RunsTable> = {}): Promise<RunsTable> {
    const run = fixture.run(1_000, { status: 'running', ended_at: null, ...over })
    const error = { code: 'refused', message: 'it said no', retryable: false }
    await fixture.storage.write('insert', {
      runs: [run],
      events: [{ run: run.id, body: '{}' }],
      itemLanes: [
        itemLane(run.id, { lanes: 2, lane: 0, done: 3, succeeded: 2, failed: 1, failed_at: 2 }),
        itemLane(run.id, { lanes: 2, lane: 1, done: 3, succeeded: 2, ended_early: 1 })
      ],
      items: [
        ...[0, 1, 4, 5].map((index) => item(run.id, index)),
        item(run.id, 2, { status: 'failed', said: JSON.stringify({ error, step: 'tell' }) }),
        item(run.id, 3, { status: 'ended_early', said: JSON.stringify({ note: 'muted' }) })
      ],
      steps: [
        ...[0, 1, 2, 3, 4, 5, 6].map((index) => step(run.id, 0, { lane: `i0.${index}`, name: 'first' })),
        step(run.id, 1, { lane: 'i0.0', name: 'tell' })
      ],
      attempts: [attempt(run.id, 1, { lane: 'i0.6', step: 'tell', next_at: NOW + 1 })]
    })
    return run
  }

  async function page(run: RunsTable, query: Partial<Parameters<History['listItems']>[2]> = {}) {
    const found = await history.listItems(run.uuid, 'all', { limit: 50, ...query })
    if (found === undefined) throw new Error('there are items')
    return found
  }

  const COUNTS = { total: 10, succeeded: 4, ended_early: 1, failed: 1 }

  test('a page holds items in the order of their list, how each ended, and what its steps did', async () => {
    const run = await goingOn()
    const { counts, items, next_cursor } = await page(run)
    expect(counts).toEqual(COUNTS)
    expect(next_cursor).toBeNull()
    expect(items.map(({ index, status }) => `${index} ${status}`)).toEqual([
      '0 succeeded',
      '1 succeeded',
      '2 failed',
      '3 ended_early',
      '4 succeeded',
      '5 succeeded',
      '6 running',
      '7 running'
    ])
    expect(items[0]).toMatchObject({ steps: [{ name: 'first' }, { name: 'tell' }], duration_ms: 100 })
    expect(items[2]).toMatchObject({ error: { code: 'refused' }, failed_step: 'tell' })
    expect(items[3]).toMatchObject({ note: 'muted' })
    expect(items[6]).toMatchObject({ steps: [{ name: 'first' }, { name: 'tell', status: 'waiting' }] })
  })

  test('pages follow each other without gaps and repetitions, items in flight among them', async () => {
    const run = await goingOn()
    const seen: number[] = []
    for (let cursor: string | null | undefined; cursor !== null;) {
      const { items, next_cursor } = await page(run, { limit: 3, ...(cursor === undefined ? {} : { cursor }) })
      expect(items.length).toBeLessThanOrEqual(3)
      seen.push(...items.map(({ index }) => index))
      cursor = next_cursor
    }
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
  })

  test.each([
    ['succeeded', [0, 1, 4, 5]],
    ['failed', [2]],
    ['ended_early', [3]],
    ['running', [6, 7]],
    ['stopped', []]
  ] as const)('asked for %s, a page holds no others', async (status, indexes) => {
    const run = await goingOn()
    expect((await page(run, { status })).items.map(({ index }) => index)).toEqual(indexes)
  })

  test('of a run that has ended, items that had begun were stopped, and others never began', async () => {
    const run = await goingOn({ status: 'cancelled', ended_at: NOW - 1 })
    expect((await page(run)).items.slice(6)).toMatchObject([{ index: 6, status: 'stopped' }])
  })

  test('the run’s own view counts items, and lists none of their steps', async () => {
    const run = await goingOn()
    expect((await history.getRun(run.uuid))?.steps).toMatchObject([
      { name: 'all', kind: 'each', status: 'running', items: COUNTS }
    ])
    expect((await history.getRun(run.uuid))?.steps).toHaveLength(1)
    await fixture.storage.write('insert', { steps: [step(run.id, 0, { name: 'all', kind: 'each' })] })
    expect((await history.getRun(run.uuid))?.steps).toMatchObject([{ name: 'all', status: 'succeeded', items: COUNTS }])
  })

  test('what is not there has no pages, and what is no cursor is refused', async () => {
    const run = await goingOn()
    expect(await history.listItems(run.uuid, 'other', { limit: 1 })).toBeUndefined()
    expect(await history.listItems('019aa8b2-6f3c-7000-8a51-2f1f6e1a9b7c', 'all', { limit: 1 })).toBeUndefined()
    for (const cursor of ['', 'x', Buffer.from('item !').toString('base64url'), 'A'.repeat(200)]) {
      await expect(page(run, { cursor })).rejects.toMatchObject({ code: 'bad_cursor', status: 400 })
    }
  })
})
