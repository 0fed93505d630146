import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sameTimes, tickAfter, tickBefore, type Schedule } from './schedule.ts'

const cron = (text: string, timezone = 'UTC'): Schedule => ({ cron: text, timezone, missed: 'run_once' })
const every = (ms: number): Schedule => ({ every: ms, timezone: 'UTC', missed: 'run_once' })

/** So many ticks after a time, in the schedule's own time zone. */
function ticks(schedule: Schedule, after: string, count: number): string[] {
  const found: string[] = []
  for (let at = tickAfter(schedule, Date.parse(after)); found.length < count; at = tickAfter(schedule, at)) {
    if (at === undefined) break
    const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(schedule.timezone)
    found.push(local.toString({ timeZoneName: 'never', smallestUnit: 'minute' }))
  }
  return found
}

test('`every` counts from the epoch, whenever it begins', () => {
  const quarter = every(900_000)
  expect(ticks(quarter, '2026-11-26T15:07:21.5Z', 2)).toEqual(['2026-11-26T15:15+00:00', '2026-11-26T15:30+00:00'])
  expect(tickAfter(quarter, Date.parse('2026-11-26T15:15:00Z'))).toBe(Date.parse('2026-11-26T15:30:00Z'))
  expect(tickBefore(quarter, Date.parse('2026-11-26T15:15:00Z'))).toBe(Date.parse('2026-11-26T15:00:00Z'))
})

describe('when clocks change in Berlin', () => {
  const SPRING = '2026-03-28T12:00:00Z'
  const AUTUMN = '2026-10-24T12:00:00Z'

  test.each<[string, string, string, string[]]>([
    // 02:30 does not exist on 29 March: the end of the gap stands for it.
    ['30 2 * * *', SPRING, 'in spring', ['2026-03-29T03:00+02:00', '2026-03-30T02:30+02:00']],
    // 02:30 comes twice on 25 October: the first is the one.
    ['30 2 * * *', AUTUMN, 'in autumn', ['2026-10-25T02:30+02:00', '2026-10-26T02:30+01:00']],
    // A list of times is as good as one time.
    [
      '30 2,14 * * *',
      SPRING,
      'in spring',
      ['2026-03-28T14:30+01:00', '2026-03-29T03:00+02:00', '2026-03-29T14:30+02:00']
    ],
    [
      '30 2,14 * * *',
      AUTUMN,
      'in autumn',
      ['2026-10-24T14:30+02:00', '2026-10-25T02:30+02:00', '2026-10-25T14:30+01:00']
    ],
    // Two times that the gap brings together are one.
    ['30 2 * * *', '2026-03-29T01:00:00Z', 'after the gap', ['2026-03-30T02:30+02:00']],
    ['0,30 2,3 29 3 *', SPRING, 'in spring', ['2026-03-29T03:00+02:00', '2026-03-29T03:30+02:00']]
  ])('%s comes once a day, %s', (expression, after, _, expected) => {
    expect(ticks(cron(expression, 'Europe/Berlin'), after, expected.length)).toEqual(expected)
  })

  test('a step goes on in real time', () => {
    expect(ticks(cron('*/30 * * * *', 'Europe/Berlin'), '2026-10-24T23:45:00Z', 6)).toEqual([
      '2026-10-25T02:00+02:00',
      '2026-10-25T02:30+02:00',
      '2026-10-25T02:00+01:00',
      '2026-10-25T02:30+01:00',
      '2026-10-25T03:00+01:00',
      '2026-10-25T03:30+01:00'
    ])
    expect(ticks(cron('*/30 * * * *', 'Europe/Berlin'), '2026-03-29T00:15:00Z', 3)).toEqual([
      '2026-03-29T01:30+01:00',
      '2026-03-29T03:00+02:00',
      '2026-03-29T03:30+02:00'
    ])
  })
})

test('seconds, nicknames, and the last day of a month', () => {
  expect(tickAfter(cron('*/10 * * * * *'), 25_500)).toBe(30_000)
  expect(ticks(cron('@daily', 'Asia/Kolkata'), '2026-11-26T15:00:00Z', 1)).toEqual(['2026-11-27T00:00+05:30'])
  expect(ticks(cron('0 9 L * *'), '2028-02-01T00:00:00Z', 1)).toEqual(['2028-02-29T09:00+00:00'])
})

test('the same times are the same, whatever else is different', () => {
  expect(sameTimes(every(1_000), { ...every(1_000), timezone: 'Asia/Tokyo', missed: 'skip' })).toBe(true)
  expect(sameTimes(cron('0 9 * * *'), { ...cron('0 9 * * *'), missed: 'skip' })).toBe(true)
  expect(sameTimes(cron('0 9 * * *'), cron('0 9 * * *', 'Asia/Tokyo'))).toBe(false)
  expect(sameTimes(every(1_000), every(2_000))).toBe(false)
  expect(sameTimes(every(86_400_000), cron('@daily'))).toBe(false)
})

/** Zones with whole hours, half hours, a half hour of summer, and none. */
const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'America/St_Johns')
const field = (...some: string[]): fc.Arbitrary<string> => fc.constantFrom('*', ...some)
const expression = fc
  .tuple(
    field('0', '30', '*/7', '0,30', '59', '10-20'),
    field('1', '2', '*/2', '2,14', '0-3', '23'),
    field('1', '29', 'L', '*/10'),
    field('3', '10', '4,11', '2-4'),
    field('0', 'MON-FRI', '5#2')
  )
  .map((fields) => fields.join(' '))
const schedule = fc.oneof(
  fc.tuple(expression, zone).map(([text, timezone]) => cron(text, timezone)),
  fc.integer({ min: 1, max: 40_000_000 }).map((seconds) => every(seconds * 1_000))
)
/** Around changes of clocks, too. */
const time = fc.oneof(
  fc.integer({ min: Date.parse('2026-01-01T00:00:00Z'), max: Date.parse('2031-01-01T00:00:00Z') }),
  fc
    .tuple(
      fc.constantFrom('2026-03-08', '2026-03-29', '2026-04-05', '2026-10-04', '2026-10-25', '2026-11-01'),
      fc.integer({ min: -86_400_000, max: 86_400_000 })
    )
    .map(([day, off]) => Date.parse(day) + off)
)

test('ticks forwards are ticks backwards: none is between two, and each is a whole second', () => {
  fc.assert(
    fc.property(schedule, time, (one, at) => {
      const first = tickAfter(one, at)
      const second = first === undefined ? undefined : tickAfter(one, first)
      fc.pre(first !== undefined && second !== undefined)
      expect(first % 1_000).toBe(0)
      expect(first).toBeGreaterThan(at)
      expect(second).toBeGreaterThan(first)
      expect(tickBefore(one, second)).toBe(first)
      expect(tickBefore(one, first + 1)).toBe(first)
      expect(tickBefore(one, first) ?? -1).toBeLessThanOrEqual(at)
    }),
    { numRuns: 500 }
  )
})
