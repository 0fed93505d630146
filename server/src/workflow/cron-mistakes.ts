/** What is wrong with a cron expression, in the words of a definition. */
import { parseDuration } from './duration.ts'
import { choices, kindOf, quote, unknownWord, type Problem } from './mistakes.ts'
import { cronOf } from './schedule.ts'

const NICKNAMES: readonly string[] = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly']

/** Each field, what may stand in it, and its greatest number. */
const FIELDS = [
  { name: 'second', values: '0 to 59', most: 59 },
  { name: 'minute', values: '0 to 59', most: 59 },
  { name: 'hour', values: '0 to 23', most: 23 },
  { name: 'day of the month', values: '1 to 31, or `L` for the last', most: 31 },
  { name: 'month', values: '1 to 12, or JAN to DEC', most: 12 },
  { name: 'day of the week', values: '0 (Sunday) to 6, or SUN to SAT', most: 6 }
] as const

const FIVE = 'five fields: minute, hour, day of the month, month, day of the week; or six, with the second in front'
/** Longer than any that says something. */
const LONGEST = 200
/**
 * Whether an expression ever fires is asked from a fixed day on, so that the answer never changes: without a year in it,
 * the calendar repeats.
 */
const ANY_DAY = new Date('2000-01-01T00:00:00Z')

/** Undefined for an expression that fires. It is judged without its time zone, which is judged by itself. */
export function cronProblem(input: unknown): Problem | undefined {
  if (typeof input !== 'string') return { message: `expected text, got ${kindOf(input)}`, expected: FIVE }
  if (input.includes('{{')) return { message: 'a schedule is written out; a reference is not supported here' }
  const text = input.trim()
  if (text.startsWith('@')) return nicknameProblem(text)
  if (parseDuration(text) !== undefined) {
    return { message: `${quote(text)} is a duration, not a cron expression`, suggestion: `every: ${text}` }
  }
  const fields = text.split(/\s+/)
  if (text.length > LONGEST) return { message: 'longer than a cron expression can be', expected: FIVE }
  if (fields.length === 7) return { message: 'a cron expression has no year here', expected: FIVE }
  if (fields.length !== 5 && fields.length !== 6) {
    return { message: `a cron expression of ${count(text === '' ? 0 : fields.length)}`, expected: FIVE }
  }
  return fieldProblem(fields) ?? dateProblem(text)
}

function count(fields: number): string {
  return fields === 1 ? '1 field' : `${fields} fields`
}

function nicknameProblem(text: string): Problem | undefined {
  if (NICKNAMES.includes(text.toLowerCase())) return undefined
  return { expected: choices(NICKNAMES), ...unknownWord('nickname', text, NICKNAMES) }
}

/** The first field that cannot be read: each is tried with nothing but stars beside it. */
function fieldProblem(fields: readonly string[]): Problem | undefined {
  const offset = FIELDS.length - fields.length
  for (const [index, text] of fields.entries()) {
    const field = FIELDS[index + offset]
    if (field === undefined || isReadable(fields.map((_, other) => (other === index ? text : '*')).join(' '))) continue
    const message = `${quote(text)} cannot be the ${field.name} of a cron expression`
    const expected = `${field.values}; \`*\`, a list \`a,b\`, a range \`a-b\`, a step \`*/n\` or \`a-b/n\``
    const instead = steps(text, field.most)
    if (instead === undefined) return { message, expected }
    return { message, expected, suggestion: fields.with(index, instead).join(' ') }
  }
  return undefined
}

/** `5/15`, as Quartz and Spring write it, in the way of Vixie cron. */
function steps(text: string, most: number): string | undefined {
  const [, from, step] = /^(\d{1,2})\/(\d{1,2})$/.exec(text) ?? []
  if (from === undefined || step === undefined || Number(step) === 0 || Number(step) > most) return undefined
  if (Number(from) > most) return undefined
  return Number(from) === 0 ? `*/${step}` : `${from}-${most}/${step}`
}

function isReadable(expression: string): boolean {
  try {
    cronOf(expression, 'UTC')
    return true
  } catch {
    return false
  }
}

function dateProblem(text: string): Problem | undefined {
  const never = { message: 'this never fires: there is no such day', expected: 'a day that comes' }
  try {
    return cronOf(text, 'UTC').nextRun(ANY_DAY) === null ? never : undefined
  } catch {
    // Each field by itself can be read.
    return { message: 'this cannot be read as a cron expression', expected: FIVE }
  }
}
