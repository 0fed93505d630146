import { z } from 'zod'
import { cronProblem } from './cron-mistakes.ts'
import { duration } from './duration.ts'
import { isObject, kindOf, quote, unknownWord, type Problem } from './mistakes.ts'
import type { Schedule } from './schedule.ts'
import { say, strict } from './schema-mistakes.ts'

const A_ZONE = 'a name of the IANA time zone database, such as `Europe/Berlin` or `UTC`'

/** Names that are links to others (`US/Eastern`, `Asia/Calcutta`) are as good as any; an offset knows no summer. */
function isZone(name: string): boolean {
  if (/^[+-]|^\s*$/.test(name)) return false
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

function zoneProblem(input: unknown): Problem {
  const expected = A_ZONE
  if (typeof input !== 'string') return { message: `expected text, got ${kindOf(input)}`, expected }
  if (input.includes('{{'))
    return { message: 'a time zone is written out; a reference is not supported here', expected }
  const zones = ['UTC', ...Intl.supportedValuesOf('timeZone')]
  const place = input.trim().replaceAll(' ', '_').toLowerCase()
  const city = place === '' ? undefined : zones.find((zone) => zone.toLowerCase().endsWith(`/${place}`))
  if (city === undefined) return { ...unknownWord('time zone', input, zones), expected }
  return { message: `unknown time zone ${quote(input)}; did you mean ${quote(city)}?`, expected, suggestion: city }
}

const timezone = z
  .string({ error: (issue) => say(zoneProblem(issue.input)) })
  .refine(isZone, { error: (issue) => say(zoneProblem(issue.input)) })
  .meta({ description: 'IANA time zone of the cron expression, and of the event’s `timezone_configured`.' })

const cron = z
  .string({ error: (issue) => say(cronProblem(issue.input) ?? { message: 'not a cron expression' }) })
  .refine((text) => cronProblem(text) === undefined, {
    error: (issue) => say(cronProblem(issue.input) ?? { message: 'not a cron expression' })
  })
  .meta({
    description: 'Minute, hour, day of the month, month, day of the week; with the second in front if there are six.'
  })

const WHOLE = 'a whole number of seconds, from `1s` to `366d`'

const every = duration('1s', '366d', say)
  .refine((ms) => ms % 1_000 === 0, { error: () => say({ message: 'not a whole number of seconds', expected: WHOLE }) })
  .meta({ description: 'Counted from 1970-01-01T00:00:00Z: 15m is :00, :15, :30 and :45.' })

const ONE_OF = 'exactly one of `cron` and `every`'

/** HTTP triggers' settings, and why a schedule has none of them. */
const NOBODY_CALLS: Readonly<Record<string, Problem>> = {
  auth: { message: 'nobody calls a schedule, so `auth` has nobody to check', expected: 'no `auth`' },
  respond: { message: 'nobody calls a schedule, so there is nobody to `respond` to', expected: 'no `respond`' },
  allow_anonymous: {
    message: 'nobody calls a schedule, so there is nobody to allow anything',
    expected: 'nothing here'
  },
  cors: { message: 'no page calls a schedule, so it has no `cors`', expected: 'no `cors`' }
}

export const scheduleSchema = strict(
  {
    type: z.literal('schedule'),
    cron: cron.optional(),
    every: every.optional(),
    timezone: timezone.default('UTC'),
    missed: z
      .enum(['run_once', 'skip'])
      .default('run_once')
      .meta({ description: 'Ticks that came while the server was down: run the latest of them once, or none.' })
  },
  NOBODY_CALLS
)

/** What a schedule's settings say together, told from the raw data: exactly one of them says when. */
export function whenProblem(trigger: unknown): Problem | undefined {
  if (!isObject(trigger) || trigger['type'] !== 'schedule') return undefined
  const given = ['cron', 'every'].filter((key) => Object.hasOwn(trigger, key))
  if (given.length === 1) return undefined
  if (given.length === 0) {
    return { message: 'this schedule does not say when', expected: ONE_OF, suggestion: 'every: 15m' }
  }
  return { message: 'this schedule says `cron` and `every` at once', expected: ONE_OF }
}

/** The schedule of a trigger that says when. */
export function scheduleOf({ cron, every, timezone, missed }: z.output<typeof scheduleSchema>): Schedule | undefined {
  if (cron !== undefined) return { cron: cron.trim(), timezone, missed }
  return every === undefined ? undefined : { every, timezone, missed }
}
