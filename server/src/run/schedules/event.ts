import type { Schedule } from '../../workflow/schedule.ts'

/** A moment as one time zone tells it. */
type LocalTime = {
  timezone: string
  /** ISO 8601: `2026-03-29T03:00:00+02:00`, `2026-03-29`, `03:00:00`. */
  iso8601: { timestamp: string; date: string; time: string }
}

/**
 * `steps.trigger.event` of a run that a schedule started, with the names that Pipedream documents for its schedules
 * (docs, Triggers, "Cron Scheduler"). A type alias, so that it is JSON.
 */
export type ScheduleEvent = ({ cron: string } | { interval_seconds: number }) & {
  /** The tick, in Unix seconds: when the run was meant to start, not when it did. */
  timestamp: number
  timezone_configured: LocalTime
  timezone_utc: LocalTime
}

/** @param at the tick, in Unix milliseconds */
export function scheduleEvent(schedule: Schedule, at: number): ScheduleEvent {
  return {
    timestamp: Math.floor(at / 1_000),
    ...('cron' in schedule ? { cron: schedule.cron } : { interval_seconds: schedule.every / 1_000 }),
    timezone_configured: localTime(at, schedule.timezone),
    timezone_utc: localTime(at, 'UTC')
  }
}

function localTime(at: number, timezone: string): LocalTime {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timezone)
  return {
    timezone,
    iso8601: {
      timestamp: local.toString({ timeZoneName: 'never', smallestUnit: 'second' }),
      date: local.toPlainDate().toString(),
      time: local.toPlainTime().toString({ smallestUnit: 'second' })
    }
  }
}
