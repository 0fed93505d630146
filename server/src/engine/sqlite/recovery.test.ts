import { expect, onTestFinished, test, vi } from 'vitest'
import { gate, House, never, step } from '../contract/fixture.ts'
import type { SqliteEngine } from './engine.ts'
import { SqliteFixture } from './testing/fixture.ts'
import { rows } from './testing/rows.ts'

async function makeHouse(): Promise<{ house: House; dir: string; fixture: SqliteFixture }> {
  const fixture = new SqliteFixture()
  onTestFinished(() => fixture.remove())
  return { house: new House(fixture), dir: fixture.dir, fixture }
}

const crashesOf = (dir: string): unknown[] =>
  rows(dir, 'select crashes from unfinished order by run').map((r) => r['crashes'])

test('only runs in flight count as crashed with, and a checkpoint clears them', async () => {
  const { house, dir } = await makeHouse()
  await house.open((d, run) =>
    run.event === 'sleeps' ? d.sleep('long', () => new Date(house.now() + 3_600_000)) : step(d, 'a', never)
  )
  await (
    await house.accept({ event: 'sleeps' })
  ).ended
  await house.accept({ event: 'works' })
  await expect.poll(() => house.engine.active).toBe(1)
  await house.reopen((d) => step(d, 'a', never))
  await expect.poll(() => crashesOf(dir)).toEqual([0, 1])
  const begun = gate()
  await house.reopen(async (d) => {
    await step(d, 'a', () => 1)
    await step(d, 'b', () => (begun.open(), never()))
  })
  await begun.opened
  expect(crashesOf(dir)).toEqual([0, 0])
})

test('a stop in order blames nobody', async () => {
  const { house, dir } = await makeHouse()
  await house.open((d) => step(d, 'a', never))
  await house.accept()
  await house.engine.stop(0)
  expect(rows(dir, 'select boot, crashes from unfinished')).toMatchObject([{ boot: 0, crashes: 0 }])
  const begun = gate()
  await house.reopen((d) => step(d, 'a', () => (begun.open(), never())))
  await begun.opened
  expect(crashesOf(dir)).toEqual([0])
})

test('I3: a run that is brought back while it is being cancelled is stopped', async () => {
  const { house, fixture } = await makeHouse()
  const begun = gate<AbortSignal>()
  await house.open(async (d) => {
    await d.wait('approval', () => new Date(house.now() + 3_600_000))
    await step(d, 'a', ({ signal }) => (begun.open(signal), never()))
  })
  const { id, ended } = await house.accept()
  await ended
  await expect.poll(() => house.engine.active).toBe(0)
  // The cancellation is on its way to the writer when the run comes back.
  const { storage } = fixture
  const write = storage.write.bind(storage)
  vi.spyOn(storage, 'write').mockImplementation(async (name, args) => {
    if (name === 'cancelRun') await begun.opened
    return write(name, args)
  })
  const cancelled = house.engine.cancel(id)
  expect(await house.resume(id, 'approval', null)).toBe('resumed')
  const signal = await begun.opened
  expect(await cancelled).toBe(true)
  expect(signal.aborted).toBe(true)
  expect(house.engine.active).toBe(0)
})

test('the run that keeps taking the process down is ended after 20 times, and no other is blamed for it', async () => {
  const { house, dir } = await makeHouse()
  await house.open((d) => step(d, 'a', never))
  const killer = await house.accept({ event: 'killer' })
  const bystander = await house.accept({ event: 'bystander' })
  // Twice together: both may have done it.
  for (let crash = 0; crash < 2; crash++) {
    await house.reopen((d) => step(d, 'a', never))
    await expect.poll(() => house.engine.active).toBe(2)
  }
  // From the third time on each is brought back alone, the killer first.
  for (let crash = 3; crash < 6; crash++) {
    const walked: unknown[] = []
    await house.reopen((d, run) => (walked.push(run.event), step(d, 'a', never)))
    await expect.poll(() => walked).toEqual(['killer'])
    expect(crashesOf(dir)).toEqual([crash, 2])
  }
  await house.fixture.crash?.()
  rows(dir, 'update unfinished set crashes = 19 where crashes > 3')
  const walked: unknown[] = []
  await house.open((d, run) => (walked.push(run.event), step(d, 'a', () => 1)))
  expect(await house.ended(killer.id)).toMatchObject({ status: 'crashed' })
  expect(await house.ended(bystander.id)).toMatchObject({ status: 'succeeded' })
  expect(walked).toEqual(['bystander'])
  const [row] = rows(dir, "select ending from runs where status = 'crashed'")
  expect(JSON.parse(String(row?.['ending']))).toMatchObject({
    status: 'crashed',
    error: {
      code: 'crashed_too_often',
      message: expect.stringContaining('20 times while this run was in its first step') as string
    }
  })
})

test('the greatest key in use is known at start, so that a clock that was set back takes no key twice', async () => {
  const { house, dir } = await makeHouse()
  await house.open(async () => {})
  const run = house.newRun({ keep: false, idempotency: { scope: new Uint8Array(32), request: new Uint8Array(32) } })
  await house.engine.accept(run)
  await house.ended(run.id.uuid)
  expect(rows(dir, 'select id from runs')).toEqual([])
  expect(await (house.engine as SqliteEngine).lastKey()).toBe(run.id.key)
})
