/**
 * Checks what was configured. A configuration holds credentials, so a mistake names keys that are known here and what
 * was expected, and never quotes anything that was written.
 */
import { z } from 'zod'
import { formatPath, isObject, MISSING, type Mistake } from '../../workflow/mistakes.ts'
import { parseDuration } from '../../workflow/duration.ts'

/** A duration such as `30s`, in milliseconds once parsed. */
export function durationOf(min: string, max: string): z.ZodType<number, string> {
  const [least, most] = [parseDuration(min) ?? 0, parseDuration(max) ?? Infinity]
  const expected = `a duration from ${min} to ${max}, such as 30s`
  return z.string({ error: expected }).transform((text, context) => {
    const ms = parseDuration(text)
    if (ms !== undefined && ms >= least && ms <= most) return ms
    context.addIssue({ code: 'custom', message: expected })
    return z.NEVER
  })
}

/** What every kind of store can be told. */
export const common = {
  /** 0s: it is read each time. */
  ttl: durationOf('0s', '1d')
    .prefault('60s')
    .meta({ description: 'how long a secret that was read may be used again; 60s' }),
  timeout: durationOf('10ms', '5m').prefault('10s').meta({ description: 'for one request; 10s' })
}

/** A text that must not be empty. */
export const text = z.string().min(1, 'a text that is not empty')

const ADDRESS = 'an address such as https://host:8200, without a user, a query or a fragment'

/** The address of a server, with a path in front of its API if there is one; without a slash at its end once parsed. */
export const address: z.ZodType<string, string> = z.string({ error: ADDRESS }).transform((written, context) => {
  const url = URL.parse(written)
  const plain = url !== null && [url.username, url.password, url.search, url.hash].every((part) => part === '')
  if (plain && /^https?:$/.test(url.protocol)) return url.href.replace(/\/+$/, '')
  context.addIssue({ code: 'custom', message: ADDRESS })
  return z.NEVER
})

/** The configuration as its kind reads it, or everything that is wrong with it. */
export function checkConfig<C>(schema: z.ZodType<C>, written: unknown): { config: C } | { mistakes: Mistake[] } {
  const checked = schema.safeParse(written, { reportInput: false })
  return checked.success
    ? { config: checked.data }
    : { mistakes: checked.error.issues.flatMap((issue) => tell(issue, written)) }
}

function tell(issue: z.core.$ZodIssue, written: unknown): Mistake[] {
  const path = formatPath(issue.path.map((key) => (typeof key === 'number' ? key : String(key))))
  if (issue.code === 'unrecognized_keys') return [{ path, message: 'there is a key that is not known here' }]
  if (issue.code === 'invalid_union') return [{ path, message: unionOf(issue) }]
  if (issue.code === 'invalid_type') return [{ path, message: typeProblem(issue, written) }]
  return [{ path, message: issue.message }]
}

/** Our own words for what was expected, where there are any, rather than a type's name. */
function typeProblem({ path, message, expected }: z.core.$ZodIssueInvalidType, written: unknown): string {
  const own = message.startsWith('Invalid input') ? undefined : message
  if (!isAbsent(path, written)) return `expected ${own ?? TYPES[expected] ?? expected}`
  return own === undefined ? MISSING : `${MISSING}: ${own}`
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object'
}

function isAbsent(path: readonly PropertyKey[], written: unknown): boolean {
  return path.reduce<unknown>((value, key) => (isObject(value) ? value[String(key)] : undefined), written) === undefined
}

/** Mistakes in one line, for where there is no room for a list. */
export function mistakesLine(mistakes: readonly Mistake[]): string {
  return mistakes.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ')
}

/** The shapes that would do, by their keys. */
function unionOf(issue: z.core.$ZodIssueInvalidUnion): string {
  const keys = issue.errors.map((issues) =>
    issues.map(({ path }) => path.map(String).join('.')).filter((p) => p !== '')
  )
  const wanted = keys.filter((names) => names.length > 0).map((names) => [...new Set(names)].join(' and '))
  return wanted.length === 0 ? 'this is none of what may stand here' : `give ${[...new Set(wanted)].join(', or ')}`
}
