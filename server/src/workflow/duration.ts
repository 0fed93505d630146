import { z } from 'zod'
import { MISSING, quote, type Problem } from './mistakes.ts'

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const DURATION = /^(\d{1,12})(ms|s|m|h|d)$/

/** `500ms`, `30s`, `10m`, `2h`, `7d` in milliseconds; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const [, count, unit] = DURATION.exec(text) ?? []
  const factor = unit === undefined ? undefined : UNITS[unit]
  return factor === undefined ? undefined : Number(count) * factor
}

/** A duration field, in milliseconds once parsed. `min` and `max` are written as durations. */
export function duration(
  min: string,
  max: string,
  say: (problem: Problem) => string
): z.ZodPipe<z.ZodString, z.ZodTransform<number, string>> {
  const expected = `a duration from \`${min}\` to \`${max}\``
  const wrong = (input: unknown): string => say({ ...explain(input), expected })
  return z
    .string({ error: (issue) => wrong(issue.input) })
    .regex(DURATION, { error: (issue) => wrong(issue.input) })
    .transform((text, context) => {
      const ms = parseDuration(text) ?? 0
      if (ms < (parseDuration(min) ?? 0) || ms > (parseDuration(max) ?? Infinity)) {
        const message = say({ message: `${quote(text)} is out of range`, expected })
        context.addIssue({ code: 'custom', message })
      }
      return ms
    })
}

function explain(input: unknown): Problem {
  if (input === undefined) return { message: MISSING }
  const text = typeof input === 'string' ? input : ''
  if (text.includes('{{')) {
    return { message: 'a duration is written out; a reference is not supported here' }
  }
  const bare = typeof input === 'number' ? String(input) : /^\s*(\d{1,9})\s*$/.exec(text)?.[1]
  if (bare !== undefined) return { message: `${quote(bare)} has no unit`, suggestion: `${bare}s` }
  const close = normalised(text)
  const suggestion = close === undefined ? {} : { suggestion: close }
  return { message: 'not a duration: a whole number and a unit (ms, s, m, h, d)', ...suggestion }
}

const NAMES: Readonly<Record<string, string>> = { sec: 's', second: 's', min: 'm', minute: 'm', hour: 'h', day: 'd' }

/** `30 sec` → `30s`. */
function normalised(text: string): string | undefined {
  const [, count, unit] = /^\s*(\d{1,9})\s*([a-z]{1,12}?)s?\s*$/i.exec(text) ?? []
  if (count === undefined || unit === undefined) return undefined
  const short = NAMES[unit.toLowerCase()] ?? unit.toLowerCase()
  return parseDuration(`${count}${short}`) === undefined ? undefined : `${count}${short}`
}
