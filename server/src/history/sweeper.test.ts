import { Fault } from '@bellhop/sdk'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { keyAt } from '../storage/ids.ts'
import type { IdempotencyTable, RunsTable } from '../storage/schema.ts'
import { Sweeper, type SweeperParts } from './sweeper.ts'
import { DATABASES, everyRow, Fixture } from './testing/fixture.ts'
import type { Rows } from './testing/row-commands.ts'
import type { RetentionPolicy } from './retention.ts'

const DAY = 86_400_000
const NOW = Date.parse('2026-11-22T12:00:00Z')
const week: RetentionPolicy = { keep: true, max_age: 7 * DAY, max_events: 10_000 }

describe.each(DATABASES)('the sweeper on %s', (database) => {
  let fixture: Fixture
  let sweeper: Sweeper
  /** Policies by workflow; the others were deleted. */
  let policies: Map<number, RetentionPolicy>

  const versions: SweeperParts['versions'] = {
    workflowById: (id) => (policies.has(id) ? { name: String(id) } : undefined),
    refresh: async () => {},
    async byName(name) {
      const retention = policies.get(Number(name))
      return retention && { plan: { definition: { settings: { retention } } } }
    }
  }

  beforeAll(async () => {
    fixture = await Fixture.open(database)
  })
  beforeEach(() => {
    policies = new Map([
      [1, week],
      [2, week]
    ])
    sweeper = sweeperOf({})
  })
  afterEach(async () => {
    await sweeper.stop()
    await fixture.clear()
  })
  afterAll(() => fixture.close())

  function sweeperOf(parts: Partial<SweeperParts>): Sweeper {
    return new Sweeper({ storage: fixture.storage, versions, now: () => NOW, ...parts })
  }

  async function add(...runs: RunsTable[]): Promise<void> {
    await fixture.storage.write('insert', { runs })
  }

  test('a run that is too old goes with every row of it, and leaves younger ones whole', async () => {
    await fixture.storage.write('insert', everyRow(fixture.run(NOW - 8 * DAY)))
    const young = fixture.run(NOW - 6 * DAY)
    await fixture.storage.write('insert', everyRow(young))
    expect(await sweeper.sweep()).toMatchObject({ runs: 1 })
    expect(await fixture.keys()).toEqual([young.id])
    expect(await fixture.counts()).toMatchObject({
      runs: 1,
      events: 1,
      steps: 2,
      attempts: 1,
      waits: 1,
      resumptions: 1
    })
    expect(await fixture.counts()).toMatchObject({ item_lanes: 2, items: 2 })
  })

  test('age counts from the end of a run', async () => {
    const late = fixture.run(NOW - 30 * DAY, { ended_at: NOW - DAY })
    await add(late)
    await sweeper.sweep()
    expect(await fixture.keys()).toEqual([late.id])
  })

  test('of too many runs the newest stay', async () => {
    policies.set(1, { ...week, max_events: 3 })
    const runs = Array.from({ length: 10 }, () => fixture.run(NOW - DAY))
    await add(...runs, fixture.run(NOW - DAY, { workflow_id: 2 }))
    await sweeper.sweep()
    expect(await fixture.keys()).toHaveLength(4)
    expect((await fixture.keys()).slice(0, 3)).toEqual(runs.slice(7).map((run) => run.id))
  })

  test('an unfinished run stays however old it is, and goes once it has ended', async () => {
    policies.set(1, { ...week, max_events: 1 })
    const old = fixture.run(NOW - 30 * DAY, { status: 'waiting', ended_at: null })
    const fresh = fixture.run(NOW - DAY)
    await add(old, fresh)
    await sweeper.sweep()
    expect(await fixture.keys()).toEqual([old.id, fresh.id])
    await fixture.storage.write('end', { id: old.id, status: 'succeeded', at: NOW })
    await sweeper.sweep()
    expect(await fixture.keys()).toEqual([fresh.id])
  })

  test('the writer does not delete a run that has not ended, whoever asks', async () => {
    const run = fixture.run(NOW, { status: 'running', ended_at: null })
    await fixture.storage.write('insert', everyRow(run))
    await fixture.storage.write('deleteRuns', { runs: [run.id], budgetMs: 1_000 })
    expect(await fixture.counts()).toMatchObject({ runs: 1, events: 1, steps: 2 })
  })

  test('runs of a deleted workflow go, and so do its versions', async () => {
    await fixture.workflow('gone')
    await fixture.storage.write('removeWorkflow', { name: 'gone' })
    policies.delete(1)
    const other = fixture.run(NOW, { workflow_id: 2 })
    await add(fixture.run(NOW), other)
    await sweeper.sweep()
    expect(await fixture.keys()).toEqual([other.id])
    expect(await fixture.counts()).toMatchObject({ versions: 0 })
  })

  test('what was kept goes when its workflow keeps nothing any more', async () => {
    policies.set(1, { ...week, keep: false })
    await add(fixture.run(NOW))
    await sweeper.sweep()
    expect(await fixture.keys()).toEqual([])
  })

  test('runs of a workflow that cannot be read stay, and that is said once', async () => {
    const errors: unknown[] = []
    const unreadable = new Fault('version_unreadable', 'no')
    const byName = () => Promise.reject(unreadable)
    sweeper = sweeperOf({ versions: { ...versions, byName }, onError: (error) => errors.push(error) })
    await add(fixture.run(NOW - 30 * DAY))
    await sweeper.sweep()
    await sweeper.sweep()
    expect(await fixture.keys()).toHaveLength(1)
    expect(errors).toEqual([unreadable])
  })

  function key(id: number): IdempotencyTable {
    return { id, uuid: '', scope: new Uint8Array([id % 251]), request: new Uint8Array(1), answer: null }
  }

  function testEvent(created_at: number): NonNullable<Rows['testEvents']>[number] {
    return { workflow_id: 1, sealed: new Uint8Array(1), created_at }
  }

  test('idempotency keys, ticks and test events live a day, whatever is kept of runs', async () => {
    policies.set(1, { ...week, keep: false })
    await fixture.storage.write('insert', {
      idempotency: [key(keyAt(NOW - DAY - 1)), key(keyAt(NOW - DAY) + 1)],
      ticks: [
        { id: keyAt(NOW - DAY - 1), workflow_id: 1, at: NOW },
        { id: keyAt(NOW - DAY) + 1, workflow_id: 1, at: NOW - 2 * DAY }
      ],
      testEvents: [testEvent(NOW - DAY - 1), testEvent(NOW - DAY - 1), testEvent(NOW - DAY)]
    })
    expect(await sweeper.sweep()).toMatchObject({ idempotencyKeys: 1, ticks: 1, testEvents: 2 })
    expect(await fixture.counts()).toMatchObject({ idempotency: 1, ticks: 1, test_events: 1 })
  })

  test('a sweep that is stopped leaves the rest to the next one', async () => {
    const runs = Array.from({ length: 1_000 }, () => fixture.run(NOW - 8 * DAY))
    await add(...runs)
    const { promise: asked, resolve } = Promise.withResolvers<void>()
    const write: typeof fixture.storage.write = (name, args) => {
      resolve()
      return fixture.storage.write(name, args)
    }
    const stopped = sweeperOf({ storage: { reader: fixture.storage.reader, full: false, write } })
    const sweep = stopped.sweep()
    await asked
    await stopped.stop()
    const { runs: deleted } = await sweep
    expect(deleted).toBeLessThanOrEqual(300)
    expect(await fixture.keys()).toHaveLength(1_000 - deleted)
    expect(await sweeper.sweep()).toMatchObject({ runs: 1_000 - deleted })
  })

  test('sweeps asked for together follow each other', async () => {
    await add(fixture.run(NOW - 8 * DAY))
    const [first, second] = await Promise.all([sweeper.sweep(), sweeper.sweep()])
    expect([first.runs, second.runs]).toEqual([1, 0])
  })

  test('once started it sweeps by itself, and says what went wrong', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    onTestFinished(() => void vi.useRealTimers())
    await add(fixture.run(NOW - 8 * DAY))
    sweeper.start()
    vi.advanceTimersByTime(1_000)
    // This one follows the one that began by itself, and finds nothing left to do.
    expect(await sweeper.sweep()).toMatchObject({ runs: 0 })
    expect(await fixture.keys()).toEqual([])

    const { promise: told, resolve } = Promise.withResolvers<unknown>()
    const broken = new Error('no room')
    const storage = { reader: fixture.storage.reader, full: true, write: () => Promise.reject(broken) }
    const failing = sweeperOf({ storage, onError: resolve })
    failing.start()
    vi.advanceTimersByTime(1_000)
    expect(await told).toBe(broken)
    await failing.stop()
  })

  test('of several nodes the one that leads sweeps, and only as long as it is not taken for dead', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    onTestFinished(() => void vi.useRealTimers())
    await add(fixture.run(NOW - 8 * DAY))
    const lapsed = sweeperOf({ node: { held: () => false, leads: async () => true } })
    expect(await lapsed.sweep()).toMatchObject({ runs: 0 })
    const asked = Promise.withResolvers<void>()
    const follower = sweeperOf({
      node: {
        held: () => true,
        leads: async () => {
          asked.resolve()
          return false
        }
      }
    })
    follower.start()
    vi.advanceTimersByTime(1_000)
    await asked.promise
    await follower.stop()
    expect(await fixture.keys()).toHaveLength(1)
    const leader = sweeperOf({ node: { held: () => true, leads: async () => true } })
    expect(await leader.sweep()).toMatchObject({ runs: 1 })
  })
})
