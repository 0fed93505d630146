/** How the sweeper shares SQLite's one writer with everybody else, and a full disk. */
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from 'vitest'
import { History } from './history.ts'
import { Sweeper, type SweeperParts } from './sweeper.ts'
import { everyRow, Fixture } from './testing/fixture.ts'

const DAY = 86_400_000
const NOW = Date.parse('2026-11-22T12:00:00Z')
const retention = { keep: true, max_age: 7 * DAY, max_events: 10_000 }
const versions: SweeperParts['versions'] = {
  workflowById: () => ({ name: 'any' }),
  refresh: async () => {},
  byName: () => ({ plan: { definition: { settings: { retention } } } })
}

let fixture: Fixture
beforeAll(async () => {
  fixture = await Fixture.open()
})
afterEach(() => fixture.clear())
afterAll(() => fixture.close())

function sweeperOf(storage: SweeperParts['storage']): Sweeper {
  return new Sweeper({ storage, versions, now: () => NOW })
}

test('every other command has its turn between two slices', async () => {
  const runs = Array.from({ length: 3_000 }, () => fixture.run(NOW - 8 * DAY))
  await fixture.storage.write('insert', { runs, events: runs.map((run) => ({ run: run.id, body: 'x'.repeat(500) })) })
  const answers: string[] = []
  const write: typeof fixture.storage.write = (name, args) => {
    const written = fixture.storage.write(name, args)
    void written.then(() => answers.push(name))
    return written
  }
  const watched = sweeperOf({ reader: fixture.storage.reader, full: false, write })
  const sweep = watched.sweep()
  const swept = new AbortController()
  void sweep.then(() => swept.abort())
  while (!swept.signal.aborted) await write('insert', { runs: [fixture.run(NOW)] })
  const { runs: deleted, slices } = await sweep
  expect(deleted).toBe(3_000)
  expect(slices).toBeGreaterThanOrEqual(10)
  expect(answers.filter((name, i) => name === 'deleteRuns' && answers[i + 1] === 'deleteRuns')).toEqual([])
})

test('a command without time deletes a row at a time, and the run is gone in the end', async () => {
  const history = new History(fixture.storage.reader, () => NOW)
  const run = fixture.run(NOW)
  await fixture.storage.write('insert', everyRow(run))
  let slices = 1
  while (!(await fixture.storage.write('deleteRuns', { runs: [run.id], budgetMs: 0 })).done) {
    slices++
    expect(await history.getRun(run.uuid)).toMatchObject({ kept: false })
  }
  expect(slices).toBeGreaterThan(3)
  expect(await fixture.counts()).toMatchObject({ runs: 0, events: 0, steps: 0, attempts: 0, waits: 0, resumptions: 0 })
  expect(await fixture.counts()).toMatchObject({ item_lanes: 0, items: 0 })
})

test('a full disk has room again once retention has been there', async () => {
  const small = await Fixture.open('small')
  onTestFinished(() => small.close())
  const { storage } = small
  const fill = async (): Promise<never> => {
    for (;;) {
      const run = small.run(NOW - 8 * DAY)
      await storage.write('insert', { runs: [run], events: [{ run: run.id, body: 'x'.repeat(100_000) }] })
    }
  }
  await expect(fill()).rejects.toMatchObject({ code: 'storage_full' })
  expect((await sweeperOf(storage).sweep()).runs).toBeGreaterThan(10)
  await storage.room()
  await storage.write('insert', { runs: [small.run(NOW)] })
  expect(await small.counts()).toMatchObject({ runs: 1 })
})
