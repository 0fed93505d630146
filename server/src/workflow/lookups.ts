/**
 * Lookups: what a definition asks a store for. Literal text is a path of segments; what a reference brings is part of one
 * segment, whatever characters it holds (an expression's whole result likewise), so that no value can climb out of its place (`..`) or reach into another's.
 */
import { Fault, type Json, type JsonObject } from '@bellhop/sdk'
import { quote, type Problem } from './mistakes.ts'
import { dynamicParts, valueOf, type Beside, type Part, type Template } from './references.ts'

/** The text of a lookup, ready to be resolved. */
export type LookupText = string | Template

/** What is wrong with the literal parts of a path, if anything. */
export function pathProblem(text: LookupText): Problem | undefined {
  const parts = typeof text === 'string' ? [text] : text.parts
  // Any segment that a reference is part of is looked at when it is resolved.
  const segments = split(parts, () => 'x')
  if (segments.length === 0) return { message: 'this path is empty' }
  const wrong = segments.find((segment) => segment === '' || segment === '.' || segment === '..')
  if (wrong === undefined) return undefined
  return { message: wrong === '' ? 'a part of this path is empty' : `a path cannot hold ${quote(wrong)}` }
}

/**
 * The segments of a path, as they are.
 * @throws Fault `lookup_unusable`, naming the reference and never its value
 */
export function pathSegments(text: LookupText, steps: JsonObject, beside?: Beside): string[] {
  if (typeof text === 'string') return split([text], () => '')
  const segments = split(text.parts, (part) => textOf(part, valueOf(part, steps, beside)))
  const wrong = segments.find((segment) => segment === '.' || segment === '..')
  if (wrong === undefined) return segments
  throw unusable(sourcesOf(text), 'makes a part of the path that is `.` or `..`')
}

/** A key or an id: one segment. @throws Fault `lookup_unusable` */
export function singleSegment(text: LookupText, steps: JsonObject, beside?: Beside): string {
  if (typeof text === 'string') return text
  const whole = text.parts
    .map((part) => (typeof part === 'string' ? part : textOf(part, valueOf(part, steps, beside))))
    .join('')
  if (whole !== '.' && whole !== '..') return whole
  throw unusable(sourcesOf(text), 'is `.` or `..`')
}

/** Segments as one text, each percent-encoded (RFC 3986, section 2.1). */
export function encodePath(segments: readonly string[]): string {
  return segments.map((segment) => encodeURIComponent(segment)).join('/')
}

/** Literal text is cut at its slashes; what a reference brings is not. Slashes at either end are the author's style. */
function split(parts: readonly Part[], bring: (part: Exclude<Part, string>) => string): string[] {
  const segments = ['']
  const add = (text: string): void => void (segments[segments.length - 1] += text)
  for (const part of parts) {
    if (typeof part !== 'string') add(bring(part))
    else {
      const [first = '', ...more] = part.split('/')
      add(first)
      segments.push(...more)
    }
  }
  if (segments[0] === '') segments.shift()
  if (segments.at(-1) === '') segments.pop()
  return segments
}

function textOf({ source }: Exclude<Part, string>, value: Json | undefined): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (value === undefined || value === null || value === '') throw unusable(quote(source), 'is empty')
  if (typeof value === 'string') return value
  throw unusable(quote(source), 'is not text')
}

function sourcesOf(text: Template): string {
  return dynamicParts(text)
    .map(({ source }) => quote(source))
    .join(' and ')
}

function unusable(what: string, problem: string): Fault {
  return new Fault('lookup_unusable', `${what} ${problem}, so it is not known which secret is meant`, {
    hint: 'Send the value in the request at that path, or correct the reference.'
  })
}
