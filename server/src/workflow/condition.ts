import type { Json } from '@bellhop/sdk'
import { asObject, choices, quote, type Path, type Report } from './mistakes.ts'
import { dynamicParts, Template, type PlannedValue } from './references.ts'
import type { Scope } from './scope.ts'

/** What an `end_if` asks of the value that it looks at. */
type Test =
  | { kind: 'truthy' }
  | { kind: 'is'; is: 'empty' | 'not_empty' | 'true' | 'false' | 'present' | 'absent' }
  | { kind: Comparison; other: PlannedValue }

export interface Condition {
  /** Holds at least one reference or expression. */
  value: PlannedValue
  test: Test
  /** Why the run ended, for history: what the author wrote, or the condition in words. Holds no value. */
  reason: string
}

const COMPARISONS = ['equals', 'not_equals', 'greater_than', 'less_than', 'contains'] as const
type Comparison = (typeof COMPARISONS)[number]
const STATES = ['empty', 'not_empty', 'true', 'false', 'present', 'absent'] as const
const OPERATORS: readonly string[] = ['is', ...COMPARISONS]

/** Plans an `end_if` from what was written; reports what the schema cannot see. */
export function planCondition(written: unknown, path: Path, scope: Scope, report: Report): Condition | undefined {
  if (typeof written === 'string') {
    const value = subject(written, path, scope, report)
    return value === undefined ? undefined : { value, test: { kind: 'truthy' }, reason: inWords(value, 'is true') }
  }
  const object = asObject(written)
  if (object === undefined) return undefined
  const value = subject(object['value'], [...path, 'value'], scope, report)
  const given = OPERATORS.filter((operator) => Object.hasOwn(object, operator))
  const [operator] = given
  if (given.length !== 1 || operator === undefined) {
    const message =
      operator === undefined
        ? 'this condition does not say what it asks'
        : `this condition asks ${choices(given, 'and')} at once`
    report.add(path, { message, expected: `exactly one of ${choices(OPERATORS)}` })
    return undefined
  }
  const test = planTest(operator, object[operator], [...path, operator], scope, report)
  if (value === undefined || test === undefined) return undefined
  const words = test.kind === 'is' ? `is ${test.is.replace('_', ' ')}` : operator.replace('_', ' ')
  return { value, test, reason: typeof object['reason'] === 'string' ? object['reason'] : inWords(value, words) }
}

function subject(written: unknown, path: Path, scope: Scope, report: Report): PlannedValue | undefined {
  if (written === undefined) return undefined
  const before = report.count
  const value = scope.compile(written as Json, path, report)
  if (value instanceof Template && value.parts.length > 1) {
    const message = 'a condition looks at one reference or expression alone, and text around it is never false'
    report.add(path, { message, expected: 'to compare, `{{a === b}}`, or `end_if: { value: "{{…}}", equals: … }`' })
    return undefined
  }
  if (dynamicParts(value).length > 0) return value
  if (report.count === before) {
    const message = 'a condition looks at a reference; this is always the same'
    report.add(path, { message, expected: 'a reference, such as {{steps.trigger.event.body.stop}}' })
  }
  return undefined
}

function planTest(operator: string, written: unknown, path: Path, scope: Scope, report: Report): Test | undefined {
  if (operator === 'is') {
    const is = STATES.find((state) => state === written)
    return is && { kind: 'is', is }
  }
  const kind = COMPARISONS.find((comparison) => comparison === operator)
  const other = scope.compile(written as Json, path, report)
  const ordered = kind === 'greater_than' || kind === 'less_than'
  if (ordered && typeof other !== 'number' && dynamicParts(other).length === 0) {
    report.add(path, { message: `${quote(operator)} compares numbers`, expected: 'a number or a reference' })
    return undefined
  }
  return kind && { kind, other }
}

function inWords(value: PlannedValue, words: string): string {
  return `${dynamicParts(value)
    .map(({ source }) => source)
    .join(', ')} ${words}`
}
