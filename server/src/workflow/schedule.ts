/**
 * Schedules: at which times a workflow's trigger fires. Pure: no clock and no I/O. A **tick** is one of those times, in
 * Unix milliseconds, always a whole second.
 *
 * `every` counts from the Unix epoch: `15m` is :00, :15, :30 and :45 of every hour in UTC, whenever it was deployed and
 * however often the server started since.
 *
 * `cron` is read in its time zone. When clocks change there, it does what Vixie cron does (croner's `fixedTimeRule:
 * 'no-wildcard'`): a time that is written out comes once a day, so 02:30 is fired at the end of the gap on the day
 * that has none, and at the first of the two on the day that has two; a schedule with `*` or a step in its hour or minute
 * goes on in real time, through the gap and through both passes of the repeated hour.
 */
import { Cron } from 'croner'

/** What happens with ticks that nobody was there for: the latest of them is run once, or none. */
export type Missed = 'run_once' | 'skip'

/** When a workflow runs; `every` in milliseconds. */
export type Schedule = ({ cron: string } | { every: number }) & {
  /** IANA name: where a cron expression is at home, and what the event tells the time in. */
  timezone: string
  missed: Missed
}

/** The first tick after `time`; undefined where there is none any more. */
export function tickAfter(schedule: Schedule, time: number): number | undefined {
  if ('every' in schedule) return (Math.floor(time / schedule.every) + 1) * schedule.every
  return cronOf(schedule.cron, schedule.timezone).nextRun(new Date(time))?.getTime()
}

/** The last tick before `time`; undefined where there is none. */
export function tickBefore(schedule: Schedule, time: number): number | undefined {
  if ('every' in schedule) return (Math.ceil(time / schedule.every) - 1) * schedule.every
  return cronOf(schedule.cron, schedule.timezone).previousRuns(1, new Date(time))[0]?.getTime()
}

/** Whether two schedules fire at the same times. */
export function sameTimes(one: Schedule, other: Schedule): boolean {
  if ('every' in one || 'every' in other) return 'every' in one && 'every' in other && one.every === other.every
  return one.cron === other.cron && one.timezone === other.timezone
}

/** @throws what croner says of an expression that it cannot read */
export function cronOf(expression: string, timezone: string): Cron {
  return new Cron(expression, { timezone, mode: '5-or-6-parts', fixedTimeRule: 'no-wildcard' })
}
