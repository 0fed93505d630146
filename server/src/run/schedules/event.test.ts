import { expect, test } from 'vitest'
import { scheduleEvent } from './event.ts'

const AT = Date.parse('2026-03-29T01:00:00Z')

test('the event of a cron expression tells its tick in both time zones', () => {
  expect(scheduleEvent({ cron: '30 2 * * *', timezone: 'Europe/Berlin', missed: 'run_once' }, AT)).toEqual({
    timestamp: AT / 1_000,
    cron: '30 2 * * *',
    timezone_configured: {
      timezone: 'Europe/Berlin',
      iso8601: { timestamp: '2026-03-29T03:00:00+02:00', date: '2026-03-29', time: '03:00:00' }
    },
    timezone_utc: {
      timezone: 'UTC',
      iso8601: { timestamp: '2026-03-29T01:00:00+00:00', date: '2026-03-29', time: '01:00:00' }
    }
  })
})

test('the event of an interval tells how long it is', () => {
  expect(scheduleEvent({ every: 900_000, timezone: 'UTC', missed: 'skip' }, AT + 999)).toMatchObject({
    timestamp: AT / 1_000,
    interval_seconds: 900
  })
})
