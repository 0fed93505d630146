import fc from 'fast-check'
import { expect, test } from 'vitest'
import { tickAfter, type Schedule } from '../../workflow/schedule.ts'
import { decide, look, type Due } from './due.ts'

const SECOND = 1_000
const HOUR = 3_600_000
const hourly: Schedule = { every: HOUR, timezone: 'UTC', missed: 'run_once' }
const skipping: Schedule = { ...hourly, missed: 'skip' }

/** A schedule whose next tick is hour `n`, all before being settled. */
const dueAt = (schedule: Schedule, n: number): Due => ({ schedule, settled: (n - 1) * HOUR, due: n * HOUR })

test('a tick that came while somebody watched is fired, whatever happens with missed ones', () => {
  for (const schedule of [hourly, skipping]) {
    expect(decide(dueAt(schedule, 5), 4 * HOUR, 5 * HOUR + 3)).toEqual({
      tick: 5 * HOUR,
      fire: true,
      settled: 5 * HOUR,
      next: 6 * HOUR
    })
  }
})

test('of missed ticks the latest is run once, or none, and either way all are settled', () => {
  const now = 9 * HOUR + 30 * SECOND
  expect(decide(dueAt(hourly, 5), now, now)).toEqual({ tick: 9 * HOUR, fire: true, settled: 9 * HOUR, next: 10 * HOUR })
  expect(decide(dueAt(skipping, 5), now, now)).toMatchObject({ fire: false, settled: 9 * HOUR, next: 10 * HOUR })
})

test('a tick at the very moment when watching began is on time', () => {
  expect(decide(dueAt(skipping, 5), 5 * HOUR, 5 * HOUR)).toMatchObject({ tick: 5 * HOUR, fire: true })
})

test('several ticks on time are fired one after the other', () => {
  const seconds: Schedule = { every: SECOND, timezone: 'UTC', missed: 'skip' }
  const now = 100 * SECOND + 1
  expect(settleAll({ schedule: seconds, settled: 97 * SECOND, due: 98 * SECOND }, 0, now)).toEqual([98, 99, 100])
})

test('who is later than a minute has missed the tick, though somebody watched', () => {
  const late = 5 * HOUR + 61 * SECOND
  expect(decide(dueAt(skipping, 5), 0, late)).toMatchObject({ fire: false })
  expect(decide(dueAt(hourly, 5), 0, late)).toMatchObject({ fire: true, tick: 5 * HOUR })
})

test('a tick that an earlier schedule has left is fired, and the new one goes on from its own time', () => {
  const left: Due = { schedule: hourly, settled: 5 * HOUR + 20 * SECOND, due: 5 * HOUR + 10 * SECOND }
  const decision = decide(left, 0, 5 * HOUR + 21 * SECOND)
  expect(decision).toEqual({ tick: left.due, fire: true, settled: left.settled, next: 6 * HOUR })
})

test('a schedule that has no tick left ends', () => {
  const never: Schedule = { cron: '0 0 0 30 2 *', timezone: 'UTC', missed: 'run_once' }
  expect(decide({ schedule: never, settled: 0, due: 1 }, 0, 2)).toMatchObject({ tick: 1, fire: true, next: null })
})

/** Carries out decisions until nothing is due; the fired ticks, in seconds. */
function settleAll(from: Due, since: number, now: number): number[] {
  const fired: number[] = []
  let { settled, due } = from
  for (let commits = 0; due <= now; commits++) {
    expect(commits).toBeLessThan(1_000)
    const decision = decide({ schedule: from.schedule, settled, due }, since, now)
    if (decision.fire) fired.push(decision.tick / SECOND)
    expect(decision.settled).toBeGreaterThanOrEqual(settled)
    settled = decision.settled
    if (decision.next === null) break
    expect(decision.next).toBeGreaterThan(due)
    due = decision.next
  }
  return fired
}

const schedules = fc.record({
  every: fc.integer({ min: 1, max: 7_200 }).map((seconds) => seconds * SECOND),
  timezone: fc.constant('UTC'),
  missed: fc.constantFrom<Schedule['missed']>('run_once', 'skip')
})
const BASE = Date.parse('2026-11-26T00:00:00Z')
const span = (hours: number): fc.Arbitrary<number> => fc.integer({ min: 0, max: hours * HOUR })

test('every tick on time is fired once; of the missed ones the latest, or none', () => {
  fc.assert(
    fc.property(schedules, span(12), span(12), span(1), (schedule, settledIn, sinceIn, nowIn) => {
      const settled = BASE + settledIn
      const since = BASE + sinceIn
      const now = since + nowIn
      const first = tickAfter(schedule, settled) ?? Infinity
      const all: number[] = []
      for (let at = first; at <= now; at = tickAfter(schedule, at) ?? Infinity) all.push(at)
      const from = Math.max(since, now - 60_000)
      const onTime = all.filter((at) => at >= from)
      const missed = all.filter((at) => at < from)
      const expected = [...(schedule.missed === 'run_once' ? missed.slice(-1) : []), ...onTime]
      expect(settleAll({ schedule, settled, due: first }, since, now)).toEqual(expected.map((at) => at / SECOND))
    }),
    { numRuns: 500 }
  )
})

test('a clock that goes on is watched without a gap; one that was set is watched anew', () => {
  const before = { wall: 1_000_000, monotonic: 500, since: 900_000 }
  expect(look(before, { wall: 1_060_300, monotonic: 60_500 }).since).toBe(900_000)
  expect(look(before, { wall: 1_360_000, monotonic: 60_500 }).since).toBe(1_300_000)
  expect(look(before, { wall: 700_000, monotonic: 60_500 }).since).toBe(640_000)
  expect(look(before, { wall: 1_360_000, monotonic: 60_500 })).toMatchObject({ wall: 1_360_000, monotonic: 60_500 })
})
