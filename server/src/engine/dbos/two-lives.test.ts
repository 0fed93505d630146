/** I3: a run that has come back to a node which has not heard yet that it is gone. */
import pg from 'pg'
import { afterAll, expect, onTestFinished, test, vi } from 'vitest'
import { gate, House, never, step, turn, type Gate } from '../contract/fixture.ts'
import { commitUnknown } from '../../storage/postgres/failures.ts'
import { eventOf } from '../stored/load-queries.ts'
import { Cluster, type ClusterParts } from './cluster.ts'
import { DbosFixture } from './testing/fixture.ts'
import { looker } from './testing/looker.ts'

const fixture = await DbosFixture.make()
afterAll(() => fixture.remove())

const HOUR = 3_600_000

/** The first such commit happens, and nobody hears of it until the gate opens, and then no more than that it may have. */
function losesAnswer(command: string): { committed: Gate; heard: Gate } {
  const { storage } = fixture
  const [committed, heard] = [gate(), gate()]
  const write = storage.write.bind(storage)
  let times = 0
  vi.spyOn(storage, 'write').mockImplementation(async (name, args) => {
    const result = await write(name, args)
    if (name !== command || times++ > 0) return result
    committed.open()
    await heard.opened
    throw commitUnknown()
  })
  return { committed, heard }
}

async function connect(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: fixture.url })
  await client.connect()
  onTestFinished(() => client.end())
  return client
}

/** A cluster that looks after the same rows, and has nobody to ask for a life. */
function another(queued: ClusterParts['transact']['queued'] = async () => new Set()) {
  let looks = 0
  const wake = vi.fn<ClusterParts['transact']['wake']>(async () => {})
  const cluster = new Cluster({
    storage: fixture.storage,
    now: Date.now,
    times: { renewEveryMs: 20, lengthMs: 6000, graceMs: HOUR },
    lease: { held: () => true, heldFor: 0 },
    runs: { has: () => true, recheck: async () => {}, waiting: () => (looks++, []) },
    transact: { next: async () => {}, wake, queued, recover: async () => 0, forget: async () => 0 }
  })
  onTestFinished(() => cluster.stop())
  const looked = async (): Promise<void> => {
    const before = looks
    await expect.poll(() => looks).toBeGreaterThan(before + 3)
  }
  return { cluster, looked, wake }
}

test('a run that may have left memory does not walk on before it is known', async () => {
  const house = await new House(fixture).open((d) => {
    const waiting = house.told('waiting')
    return d.lanes('both', 2, async (lane, index) => {
      if (index === 0) return lane.sleep('long', () => new Date(house.now() + HOUR))
      await waiting
      await turn()
    })
  })
  const { committed, heard } = losesAnswer('leaveRun')
  await house.accept()
  await committed.opened
  heard.open()
  await expect.poll(() => house.engine.active).toBe(0)
})

test('a life that hears late that it is over does nothing more beside the next', async () => {
  let times = 0
  const [called, go] = [gate(), gate()]
  const house = await new House(fixture).open(async (d) => {
    await d.wait('answer', () => new Date(house.now() + HOUR))
    await step(d, 'a', async () => (times++, called.open(), await go.opened, 1))
  })
  const { committed, heard } = losesAnswer('openWait')
  const { id } = await house.accept()
  await committed.opened
  expect(await house.resume(id, 'answer', 1)).toBe('resumed')
  await called.opened
  heard.open()
  // The first life asks what became of its wait, if it is still there, and goes on.
  const writes = vi.spyOn(fixture.storage, 'write')
  await expect.poll(() => writes.mock.calls.length, { timeout: 5000 }).toBeGreaterThan(50)
  go.open()
  expect(await house.ended(id)).toMatchObject({ status: 'succeeded' })
  expect([times, house.engine.active]).toEqual([1, 0])
})

test('a run on its way into memory is not forgotten for the sake of an earlier life', async () => {
  let times = 0
  const client = await connect()
  const house = await new House(fixture).open(async (d) => {
    await d.sleep('long', () => new Date(house.now() + HOUR))
    await step(d, 'a', async () => (times++, await looked(), 1))
  })
  const looked = looker(fixture)
  const { reader } = fixture.storage
  const { id, ended } = await house.accept()
  await ended
  await expect.poll(() => house.engine.active).toBe(0)
  const ofSecond = async (): Promise<unknown> =>
    (await client.query('select status from dbos.workflow_status where workflow_uuid = $1', [`${id}:2`])).rows[0]
  await expect.poll(ofSecond).toEqual({ status: 'DELAYED' })
  await client.query('update bellhop.unfinished set life = 3')
  const earlierLife = async (): Promise<void> => {
    const due = "update dbos.workflow_status set status = 'ENQUEUED', delay_until_epoch_ms = null"
    await client.query(`${due} where workflow_uuid = $1`, [`${id}:2`])
    await expect.poll(ofSecond, { timeout: 5000 }).toEqual({ status: 'SUCCESS' })
    await looked()
  }
  const get = reader.get.bind(reader)
  let reads = 0
  vi.spyOn(reader, 'get').mockImplementation(async (query, ...params) => {
    if (query === eventOf && reads++ === 0) await earlierLife()
    return get(query, ...params)
  })
  house.ahead = HOUR
  expect(await house.ended(id)).toMatchObject({ status: 'succeeded' })
  expect([times, house.engine.active]).toEqual([1, 0])
})

test('a life that was moved on without an answer is not moved on for the next one', async () => {
  const client = await connect()
  const [begun, go] = [gate(), gate()]
  const house = await new House(fixture).open((d) => step(d, 'a', () => (begun.open(), go.opened.then(() => 1))))
  const { id } = await house.accept()
  await begun.opened
  const [{ run } = { run: 0 }] = (await client.query<{ run: string }>('select run from bellhop.unfinished')).rows.map(
    (row) => ({ run: Number(row.run) })
  )
  const { storage } = fixture
  const { committed, heard } = losesAnswer('moveRunsOn')
  const { cluster, looked } = another()
  cluster.abandon({ run, life: 1 })
  cluster.start()
  await committed.opened
  await storage.write('beginLife', { run, life: 2, boot: storage.boot })
  heard.open()
  await looked()
  const { rows } = await client.query('select life, boot from bellhop.unfinished')
  expect(rows).toEqual([{ life: '2', boot: String(storage.boot) }])
  await house.engine.cancel(id)
  go.open()
})

test('a run whose time is out is not given to another life while its end is being committed', async () => {
  let times = 0
  const house = await new House(fixture).open((d) => step(d, 'a', () => (times++, never())))
  const looked = looker(fixture)
  const { storage } = fixture
  const write = storage.write.bind(storage)
  let ends = 0
  vi.spyOn(storage, 'write').mockImplementation(async (name, args) => {
    if (name === 'endRun' && ends++ === 0) await looked()
    return write(name, args)
  })
  const { id } = await house.accept({ timeoutMs: 100 })
  expect(await house.ended(id)).toMatchObject({ status: 'timed_out' })
  expect([times, ends]).toEqual([1, 1])
})

test('a run that waits its turn among many keeps its place', async () => {
  const client = await connect()
  const house = await new House(fixture).open((d) => d.sleep('long', () => new Date(house.now() + HOUR)))
  const { ended } = await house.accept()
  await ended
  await expect.poll(() => house.engine.active).toBe(0)
  await house.engine.stop(0)
  // Due for long.
  await client.query('update bellhop.unfinished set wake_at = 1, life = 7')
  const waits = another(async (lives) => new Set(lives))
  waits.cluster.start()
  await waits.looked()
  expect([waits.wake.mock.calls.length, await lifeOf(client)]).toEqual([0, '7'])
  await waits.cluster.stop()
  // Where nobody will come to it, another life is asked for.
  another().cluster.start()
  await expect.poll(() => lifeOf(client)).toBe('8')
})

async function lifeOf(client: pg.Client): Promise<string | undefined> {
  return (await client.query<{ life: string }>('select life from bellhop.unfinished')).rows[0]?.life
}
