import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { RunsTable } from '../storage/schema.ts'
import { RunWindow } from './run-window.ts'
import { DATABASES, Fixture } from './testing/fixture.ts'

describe.each(DATABASES)('a window of runs on %s', (database) => {
  let fixture: Fixture
  /** Each test has a workflow of its own. */
  let workflow = 0
  beforeAll(async () => {
    fixture = await Fixture.open(database)
  })
  afterAll(() => fixture.close())
  beforeEach(() => {
    workflow += 2
  })

  async function add(count: number, over: Partial<RunsTable> = {}): Promise<RunsTable[]> {
    const runs = Array.from({ length: count }, () => fixture.run(1_800_000_000_000, { workflow_id: workflow, ...over }))
    await fixture.storage.write('insert', { runs })
    return runs
  }

  async function remove(window: RunWindow, runs: readonly RunsTable[]): Promise<void> {
    const keys = runs.map((run) => run.id)
    await fixture.storage.write('deleteRuns', { runs: keys, budgetMs: 10_000 })
    for (const key of keys) window.removed(key)
  }

  /** Steps to the end; returns how many steps it took. */
  async function settle(window: RunWindow, max: number, now = 0): Promise<number> {
    for (let steps = 1; ; steps++) if (await window.step(fixture.storage.reader, workflow, max, now)) return steps
  }

  test('the newest runs are inside, and only those of the workflow are counted', async () => {
    const runs = await add(10)
    await add(20, { workflow_id: workflow + 1 })
    const window = new RunWindow()
    await settle(window, 4)
    expect(window.floor).toBe(runs[5]?.id)
  })

  test('fewer runs than are kept leave none outside', async () => {
    await add(3)
    const window = new RunWindow()
    await settle(window, 3)
    expect(window.floor).toBe(0)
  })

  test('new runs move it by as many, and deleted ones inside make room', async () => {
    const runs = await add(10)
    const window = new RunWindow()
    await settle(window, 4)
    runs.push(...(await add(3)))
    await settle(window, 4)
    expect(window.floor).toBe(runs[8]?.id)
    await remove(window, runs.slice(0, 11))
    runs.push(...(await add(2)))
    await settle(window, 4)
    expect(window.floor).toBe(runs[8]?.id)
    runs.push(...(await add(1)))
    await settle(window, 4)
    expect(window.floor).toBe(runs[11]?.id)
  })

  test('another number of runs to keep counts anew', async () => {
    const runs = await add(10)
    const window = new RunWindow()
    await settle(window, 2)
    await settle(window, 8)
    expect(window.floor).toBe(runs[1]?.id)
  })

  test('what others deleted is found out in time', async () => {
    const runs = await add(10)
    const window = new RunWindow()
    await settle(window, 10)
    await fixture.storage.write('deleteRuns', { runs: runs.slice(0, 5).map((run) => run.id), budgetMs: 10_000 })
    runs.push(...(await add(3)))
    await settle(window, 10, 600_000)
    expect(window.floor).toBe(0)
  })

  test('a long history is counted in bounded steps, and never anew', async () => {
    const runs = await add(7_000)
    const window = new RunWindow()
    expect(await settle(window, 1_000)).toBeGreaterThan(3)
    expect(window.floor).toBe(runs[5_999]?.id)
    runs.push(...(await add(1)))
    expect(await settle(window, 1_000)).toBe(1)
    expect(window.floor).toBe(runs[6_000]?.id)
  })
})
