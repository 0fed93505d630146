import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { keyAt } from '../storage/ids.ts'
import type { RunStatus } from '../storage/schema.ts'
import { History } from './history.ts'
import { sources } from './list-queries.ts'
import { SCAN_BUDGET, type RunListQuery } from './list-runs.ts'
import { DATABASES, Fixture } from './testing/fixture.ts'
import { fillUuid } from './testing/row-commands.ts'
import { RunPage } from './views.ts'

const START = Date.parse('2026-11-01T00:00:00Z')
const COUNT = 100_000
const RARE = [7, 20_000, 20_001, 80_000]

describe.each(DATABASES)('a list of runs on %s', (database) => {
  let fixture: Fixture
  let history: History

  /** Runs a second apart; every tenth is of workflow 2, and a few have failed. */
  beforeAll(async () => {
    fixture = await Fixture.open(database)
    await fixture.workflow('notify')
    await fixture.workflow('greet')
    await fixture.storage.write('fill', { count: COUNT, start: START, failed: RARE })
    history = new History(fixture.storage.reader, Date.now)
  })
  afterAll(() => fixture.close())

  /** Every page to the end: ids in order, and how many pages there were. */
  async function everything(query: Omit<RunListQuery, 'cursor'>): Promise<{ ids: string[]; pages: number }> {
    const ids: string[] = []
    let cursor: string | null = null
    for (let pages = 1; ; pages++) {
      const page: RunPage = await history.listRuns({ ...query, ...(cursor === null ? {} : { cursor }) })
      ids.push(...page.runs.map((run) => run.id))
      cursor = page.next_cursor
      if (cursor === null) return { ids, pages }
    }
  }

  function uuids(positions: readonly number[]): string[] {
    return positions.map(fillUuid).toReversed()
  }

  test('the first page has the newest runs, as the API shows them', async () => {
    const page = RunPage.parse(await history.listRuns({ limit: 2 }))
    expect(page.runs).toEqual([
      expect.objectContaining({ id: fillUuid(COUNT - 1), workflow: 'notify', version: 1, status: 'succeeded' }),
      expect.objectContaining({ id: fillUuid(COUNT - 2), duration_ms: 10 })
    ])
  })

  test('pages of a workflow hold each of its runs once', async () => {
    const { ids } = await everything({ workflow: 'greet', limit: 200 })
    expect(ids).toHaveLength(COUNT / 10)
    expect(new Set(ids).size).toBe(COUNT / 10)
  })

  test('a time range begins with its first moment and ends before its last', async () => {
    const { ids } = await everything({ since: START + 5_000, until: START + 9_000, limit: 3 })
    expect(ids).toEqual(uuids([5, 6, 7, 8]))
  })

  test('a workflow that does not exist has no runs', async () => {
    expect(await history.listRuns({ workflow: 'nobody', limit: 10 })).toEqual({ runs: [], next_cursor: null })
  })

  test('a rare status is found over pages that each look at a bounded number of runs', async () => {
    const { ids, pages } = await everything({ status: ['failed'], limit: 50 })
    expect(ids).toEqual(uuids(RARE))
    expect(pages).toBe(COUNT / SCAN_BUDGET)
    const first = await history.listRuns({ status: ['failed'], limit: 50 })
    expect(first.runs).toEqual([])
    expect(first.next_cursor).not.toBeNull()
  })

  test('a status within a workflow looks at runs of that workflow only', async () => {
    const { ids, pages } = await everything({ workflow: 'greet', status: ['failed'], limit: 50 })
    expect(ids).toEqual(uuids([20_000, 80_000]))
    expect(pages).toBe(2)
  })

  test('a cursor keeps its place while newer runs come and the run that it stands on goes', async () => {
    const first = await history.listRuns({ workflow: 'greet', limit: 3 })
    const removed = keyAt(START + (COUNT - 30) * 1_000)
    const newer = fixture.run(START + COUNT * 1_000, { workflow_id: 2 })
    await fixture.storage.write('insert', { runs: [newer] })
    await fixture.storage.write('deleteRuns', { runs: [removed], budgetMs: 1_000 })
    expect(first.runs.map((run) => run.id)).toEqual(uuids([COUNT - 30, COUNT - 20, COUNT - 10]))
    const second = await history.listRuns({ workflow: 'greet', limit: 3, cursor: first.next_cursor ?? '' })
    expect(second.runs.map((run) => run.id)).toEqual(uuids([COUNT - 60, COUNT - 50, COUNT - 40]))
  })

  test('unfinished runs are found by way of their own few rows', async () => {
    const unfinished = (['running', 'waiting', 'waiting'] as RunStatus[]).map((status, i) =>
      fixture.run(START + i, { status, ended_at: null, workflow_id: i === 2 ? 2 : 1 })
    )
    await fixture.storage.write('insert', { runs: unfinished, unfinished: unfinished.map((run) => run.id) })
    expect((await everything({ status: ['waiting'], limit: 1 })).ids).toEqual([
      unfinished[2]?.uuid,
      unfinished[1]?.uuid
    ])
    expect(await everything({ status: ['running'], limit: 9 })).toEqual({ ids: [unfinished[0]?.uuid], pages: 1 })
    expect((await everything({ status: ['waiting'], workflow: 'greet', limit: 9 })).ids).toEqual([unfinished[2]?.uuid])
  })

  test.each(['', 'nonsense', Buffer.from('before -1').toString('base64url'), 'x'.repeat(5_000)])(
    'a cursor that no list gave out is refused',
    async (cursor) => {
      await expect(history.listRuns({ limit: 1, cursor })).rejects.toMatchObject({ code: 'bad_cursor', status: 400 })
    }
  )
})

test('no list scans a table or sorts in SQLite', async () => {
  const fixture = await Fixture.inDirectory()
  onTestFinished(() => fixture.close())
  const db = new DatabaseSync(join(fixture.dir, 'bellhop.db'), { readOnly: true })
  onTestFinished(() => db.close())
  const plans = Object.values(sources)
    .flatMap(({ boundary, rows }) => [boundary, rows])
    .map((statement) => statement.for('sqlite'))
    .map(({ sql, slots }) =>
      db
        .prepare(`explain query plan ${sql}`)
        .all(...slots.map(() => 1))
        .map((row) => row['detail'])
    )
  expect(plans).toHaveLength(6)
  expect(plans.flat().filter((detail) => /SCAN|TEMP B-TREE/.test(String(detail)))).toEqual([])
})
