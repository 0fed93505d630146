import { Fault } from '@bellhop/sdk'
import { expect, test, vi } from 'vitest'
import { dueSchedules, nextDue } from '../../workflow/schedule-commands.ts'
import { ScheduleHouse } from './testing/house.ts'

const NOON = '2026-11-26T12:00:00Z'
const secondly = { every: '1s' }
const minutely = { cron: '* * * * *' }

test('a schedule fires once at each of its ticks, with the tick in its event', async () => {
  const house = await ScheduleHouse.open(NOON)
  await house.deploy('minutely', { ...minutely, timezone: 'Europe/Berlin' })
  expect(await house.next('minutely')).toBe('2026-11-26T12:01:00Z')
  await house.pass(125)
  expect(house.times).toEqual(['12:01:00', '12:02:00'])
  expect(await house.next('minutely')).toBe('2026-11-26T12:03:00Z')
})

test('ticks that came while the process was busy are all fired', async () => {
  const house = await ScheduleHouse.open(NOON)
  await house.deploy('secondly', secondly)
  house.idle(3)
  await house.quiet()
  expect(house.times).toEqual(['12:00:01', '12:00:02', '12:00:03'])
})

test.each([
  ['run_once', ['12:00:01', '12:00:12', '12:00:13']],
  ['skip', ['12:00:01', '12:00:13']]
])('after a crash and ten seconds, missed: %s', async (missed, times) => {
  const house = await ScheduleHouse.open(NOON)
  await house.deploy('secondly', { ...secondly, missed })
  await house.pass(1)
  await house.crash()
  house.idle(11.5)
  await house.begin()
  await house.pass(1)
  expect(house.times).toEqual(times)
})

test('what was due when a node joins others is theirs or its own, and not missed', async () => {
  const house = await ScheduleHouse.open(NOON)
  await house.deploy('secondly', { ...secondly, missed: 'skip' })
  await house.pass(1)
  await house.crash()
  house.idle(2.5)
  await house.begin(true)
  expect(house.times).toEqual(['12:00:01', '12:00:02', '12:00:03'])
})

test('a crash between the commit and its answer fires nothing twice, and the run reaches its end', async () => {
  const house = await ScheduleHouse.open(NOON)
  await house.deploy('minutely', minutely)
  const { storage } = house.life
  const write = storage.write.bind(storage)
  const committed = Promise.withResolvers<unknown>()
  vi.spyOn(storage, 'write').mockImplementation(async (name, args) => {
    const answer = await write(name, args)
    if (name !== 'acceptRun') return answer
    committed.resolve(answer)
    return new Promise(() => {})
  })
  house.idle(60)
  house.life.scheduler.poke()
  expect(await committed.promise).toEqual({ how: 'accepted' })
  expect(house.walked).toEqual([])
  await house.crash()
  house.idle(2)
  await house.begin()
  await expect.poll(() => house.times).toEqual(['12:01:00'])
  await house.pass(60)
  expect(house.times).toEqual(['12:01:00', '12:02:00'])
})

test('a crash before the commit leaves the tick due', async () => {
  const house = await ScheduleHouse.open(NOON)
  await house.deploy('minutely', minutely)
  const { storage } = house.life
  const asked = Promise.withResolvers<void>()
  vi.spyOn(storage, 'write').mockImplementation((name) => {
    if (name === 'acceptRun') asked.resolve()
    return new Promise(() => {})
  })
  house.idle(60)
  house.life.scheduler.poke()
  await asked.promise
  await house.crash()
  await house.begin()
  expect(house.times).toEqual(['12:01:00'])
})

test('two schedulers on one database fire each tick once', async () => {
  const house = await ScheduleHouse.open(NOON)
  await house.deploy('secondly', secondly)
  const rival = house.life.rival()
  rival.start()
  for (let second = 0; second < 10; second++) {
    house.idle(1)
    rival.poke()
    await house.quiet()
  }
  await rival.stop()
  await house.quiet()
  expect(house.times).toEqual(house.fired)
  expect(house.times).toHaveLength(10)
})

test('retention takes runs away, and no tick is fired again, though the clock was set back', async () => {
  const house = await ScheduleHouse.open(NOON)
  await house.deploy('minutely', minutely, { settings: { retention: { max_age: '1m' } } })
  await house.pass(125)
  house.idle(600)
  expect(await house.sweep()).toMatchObject({ runs: 2, ticks: 0 })
  await house.stop()
  house.set('2026-11-26T12:01:30Z')
  await house.begin()
  await house.pass(20)
  // Another schedule, deployed by the clock that was set back, fires no earlier than the last tick that was fired.
  await house.deploy('minutely', { every: '10s' })
  expect(await house.next('minutely')).toBe('2026-11-26T12:02:10Z')
  await house.pass(25)
  expect(house.times).toEqual(['12:01:00', '12:02:00', '12:02:10'])
})

test('a tick’s row goes after a day, and its schedule goes on', async () => {
  const house = await ScheduleHouse.open(NOON)
  await house.deploy('daily', { cron: '0 13 * * *' })
  house.idle(3_600)
  await house.quiet()
  house.idle(23 * 3_600)
  expect(await house.sweep()).toMatchObject({ ticks: 0 })
  house.idle(3_601)
  await house.stop()
  await house.begin()
  expect(await house.sweep()).toMatchObject({ ticks: 1 })
  expect(house.fired).toEqual(['13:00:00'])
  expect(house.walked.map(({ tick }) => tick.slice(0, 13))).toEqual(['2026-11-26T13', '2026-11-27T13'])
  expect(await house.next('daily')).toBe('2026-11-28T13:00:00Z')
})

test('a run that is not kept leaves its tick, and nothing else', async () => {
  const house = await ScheduleHouse.open(NOON)
  await house.deploy('minutely', minutely, { settings: { retention: { keep: false } } })
  await house.pass(60)
  expect(house.fired).toEqual(['12:01:00'])
  await house.stop()
  await house.begin()
  expect(house.times).toEqual(['12:01:00'])
})

test.each([
  ['run_once', ['12:01:00', '13:30:00', '13:31:00']],
  ['skip', ['12:01:00', '13:31:00']]
])('a clock that is set forward has missed ticks: %s', async (missed, times) => {
  const house = await ScheduleHouse.open(NOON)
  await house.deploy('minutely', { ...minutely, missed })
  await house.pass(65)
  house.set('2026-11-26T13:30:20Z')
  await house.pass(60)
  expect(house.times).toEqual(times)
})

test('a clock that is set back fires nothing twice, and what is to come at its time', async () => {
  const house = await ScheduleHouse.open(NOON)
  await house.deploy('minutely', minutely)
  await house.pass(65)
  house.set('2026-11-26T11:59:30Z')
  await house.pass(130)
  expect(house.times).toEqual(['12:01:00'])
  await house.pass(30)
  expect(house.times).toEqual(['12:01:00', '12:02:00'])
})

test('a clock that was a year ahead does not silence a schedule for that year', async () => {
  const house = await ScheduleHouse.open('2027-11-26T12:00:00Z')
  await house.deploy('minutely', minutely)
  await house.deploy('off', { ...minutely })
  await house.life.versions.setEnabled('off', false)
  await house.pass(65)
  await house.stop()
  house.set(NOON)
  await house.begin()
  expect(await house.next('off')).toBe(null)
  await house.pass(60)
  expect(house.walked.map(({ tick }) => tick.slice(0, 16))).toEqual(['2027-11-26T12:01', '2026-11-26T12:01'])
  await house.life.versions.setEnabled('off', true)
  expect(await house.next('off')).toBe('2026-11-26T12:02:00Z')
})

test('a full disk holds a tick up, and it is fired once when there is room', async () => {
  const house = await ScheduleHouse.open(NOON)
  await house.deploy('minutely', minutely)
  const { storage, scheduler } = house.life
  const full = new Fault('storage_full', 'the disk is full', { retryable: true, status: 503 })
  const refused = Promise.withResolvers<void>()
  const write = vi.spyOn(storage, 'write').mockImplementation(async () => {
    refused.resolve()
    throw full
  })
  house.idle(60)
  scheduler.poke()
  await refused.promise
  write.mockRestore()
  // By itself, in a second.
  await vi.waitFor(() => expect(house.times).toEqual(['12:01:00']), 20_000)
  await house.quiet()
  expect(house.fired).toEqual(['12:01:00'])
  expect(house.errors).toEqual([])
})

test('a workflow that is switched off fires nothing, and catches up with nothing when it is on again', async () => {
  const house = await ScheduleHouse.open(NOON)
  await house.deploy('minutely', minutely)
  await house.life.versions.setEnabled('minutely', false)
  expect(await house.next('minutely')).toBe(null)
  await house.pass(150)
  // A deploy does not switch it on.
  await house.deploy('minutely', secondly)
  expect(await house.next('minutely')).toBe(null)
  await house.deploy('minutely', minutely)
  await house.life.versions.setEnabled('minutely', true)
  expect(house.times).toEqual([])
  await house.pass(60)
  expect(house.times).toEqual(['12:03:00'])
})

test('a deleted workflow fires nothing, and neither does one that now has an HTTP trigger', async () => {
  const house = await ScheduleHouse.open(NOON)
  await house.deploy('deleted', minutely)
  await house.deploy('changed', minutely)
  await house.life.versions.remove('deleted')
  await house.deploy('changed', { type: 'http' })
  await house.pass(120)
  expect(house.times).toEqual([])
})

test('a new version with the same times goes on with the ticks; its runs are of the new version', async () => {
  const house = await ScheduleHouse.open(NOON)
  await house.deploy('minutely', minutely)
  await house.pass(70)
  await house.deploy('minutely', minutely, { description: 'another' })
  await house.pass(50)
  expect(house.walked).toEqual([
    { version: 1, tick: '2026-11-26T12:01:00.000Z' },
    { version: 2, tick: '2026-11-26T12:02:00.000Z' }
  ])
})

test('a new version with other times takes effect at once, loses no tick and fires none twice', async () => {
  const house = await ScheduleHouse.open(NOON)
  await house.deploy('minutely', minutely)
  // Due, and not yet fired: the deploy comes first.
  house.idle(63)
  await house.deploy('minutely', { every: '10s' })
  await house.quiet()
  expect(house.walked).toEqual([{ version: 2, tick: '2026-11-26T12:01:00.000Z' }])
  await house.pass(20)
  expect(house.times).toEqual(['12:01:00', '12:01:10', '12:01:20'])
  // Both have 12:02:00.
  await house.deploy('minutely', minutely)
  await house.pass(45)
  expect(house.times).toEqual(['12:01:00', '12:01:10', '12:01:20', '12:02:00'])
})

test('a deploy that overtakes a tick on its way to the disk: the tick is fired once, with the new version', async () => {
  const house = await ScheduleHouse.open(NOON)
  await house.deploy('minutely', minutely)
  const { storage, scheduler } = house.life
  const write = storage.write.bind(storage)
  const asked = Promise.withResolvers<void>()
  const deployed = Promise.withResolvers<void>()
  vi.spyOn(storage, 'write').mockImplementation(async (name, args) => {
    if (name === 'acceptRun') {
      asked.resolve()
      await deployed.promise
    }
    return write(name, args)
  })
  house.idle(60)
  scheduler.poke()
  await asked.promise
  await house.deploy('minutely', minutely, { description: 'another' })
  deployed.resolve()
  await house.quiet()
  expect(house.walked).toEqual([{ version: 2, tick: '2026-11-26T12:01:00.000Z' }])
})

test('a schedule whose version no longer fits says so once, and holds nobody up', async () => {
  const house = await ScheduleHouse.open(NOON)
  await house.deploy('broken', secondly)
  await house.deploy('well', secondly)
  const { versions } = house.life
  const byVersion = versions.byVersion.bind(versions)
  const unfit = new Fault('version_unreadable', 'it no longer fits', { status: 500 })
  vi.spyOn(versions, 'byVersion').mockImplementation(async (id) => {
    const deployed = await byVersion(id)
    if (deployed.name === 'broken') throw unfit
    return deployed
  })
  await house.pass(3)
  expect(house.errors).toEqual([unfit])
  expect(house.times).toEqual(['12:00:01', '12:00:02', '12:00:03'])
  expect(await house.next('broken')).toBe('2026-11-26T12:00:04Z')
})

test('a run now is one besides those of the schedule', async () => {
  const house = await ScheduleHouse.open(NOON)
  const deployed = await house.deploy('minutely', minutely)
  house.idle(30)
  expect(await house.life.scheduler.fireNow(deployed)).toMatch(/^[0-9a-f-]{36}$/)
  await house.quiet()
  await house.pass(30)
  expect(house.times).toEqual(['12:00:30', '12:01:00'])
  expect(house.fired).toEqual(['12:01:00'])
  await house.life.versions.setEnabled('minutely', false)
  const off = await house.life.versions.byName('minutely')
  await expect(off && house.life.scheduler.fireNow(off)).rejects.toMatchObject({ code: 'workflow_disabled' })
  const http = await house.deploy('http', { type: 'http' })
  await expect(house.life.scheduler.fireNow(http)).rejects.toMatchObject({ code: 'no_schedule' })
})

test('ten thousand schedules are one timer, and a look at them reads none that is not due', async () => {
  const house = await ScheduleHouse.open(NOON)
  await house.deploy('daily', { cron: '0 13 * * *' })
  house.multiply(10_000)
  const sleeps = vi.spyOn(globalThis, 'setTimeout')
  await house.quiet()
  await new Promise(setImmediate)
  expect(sleeps.mock.calls.map(([, ms]) => ms)).toEqual([60_000])
  for (const look of [dueSchedules, nextDue]) {
    expect(house.planOf(look.for('sqlite').sql)).toEqual([
      expect.stringMatching(/USING (COVERING )?INDEX schedules_by_next/)
    ])
  }
  expect(await house.life.storage.reader.all(dueSchedules, { now: house.now(), limit: 100 })).toEqual([])
})
