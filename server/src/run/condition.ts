import type { Json, JsonObject } from '@bellhop/sdk'
import type { Condition } from '../workflow/plan.ts'
import { resolve, type Beside, type PlannedValue } from '../workflow/references.ts'

/**
 * Whether an `end_if` ends the run. Pure. A reference that leads nowhere is absent, and so empty and not true.
 * @param beside holds the results of its expressions
 */
export function holds({ value, test }: Condition, steps: JsonObject, beside?: Beside): boolean {
  const subject = resolve(value, steps, beside)
  switch (test.kind) {
    case 'truthy':
      return Boolean(subject)
    case 'is':
      return isState(subject, test.is)
    case 'contains':
      return contains(subject, resolve(test.other, steps, beside))
    case 'equals':
      return same(subject, resolve(test.other, steps, beside))
    case 'not_equals':
      return !same(subject, resolve(test.other, steps, beside))
    case 'greater_than':
      return compare(subject, resolve(test.other, steps, beside), (a, b) => a > b)
    case 'less_than':
      return compare(subject, resolve(test.other, steps, beside), (a, b) => a < b)
  }
}

/** What a condition looks at. */
export function valuesOf({ value, test }: Condition): PlannedValue[] {
  return 'other' in test ? [value, test.other] : [value]
}

type State = Extract<Condition['test'], { kind: 'is' }>['is']

function isState(subject: Json | undefined, state: State): boolean {
  switch (state) {
    case 'empty':
      return isEmpty(subject)
    case 'not_empty':
      return !isEmpty(subject)
    case 'true':
      return subject === true || subject === 'true'
    case 'false':
      return subject === false || subject === 'false'
    case 'present':
      return subject !== undefined && subject !== null
    case 'absent':
      return subject === undefined || subject === null
  }
}

function isEmpty(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === '') return true
  if (typeof value !== 'object') return false
  return Array.isArray(value) ? value.length === 0 : Object.keys(value).length === 0
}

/** Equal as JSON, whatever the order of keys; a number equals the text that writes it, as forms and queries send it. */
function same(a: Json | undefined, b: Json | undefined): boolean {
  if (typeof a === 'number' && typeof b === 'string') return String(a) === b
  if (typeof a === 'string' && typeof b === 'number') return a === String(b)
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b
  const keys = Object.keys(a)
  return (
    Array.isArray(a) === Array.isArray(b) &&
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && same(Reflect.get(a, key) as Json, Reflect.get(b, key) as Json))
  )
}

function contains(whole: Json | undefined, part: Json | undefined): boolean {
  if (typeof whole === 'string')
    return (typeof part === 'string' || typeof part === 'number') && whole.includes(String(part))
  if (Array.isArray(whole)) return whole.some((item) => same(item, part))
  return typeof whole === 'object' && whole !== null && typeof part === 'string' && Object.hasOwn(whole, part)
}

/** False where a side is not a number: nothing is greater than a text. */
function compare(a: Json | undefined, b: Json | undefined, test: (a: number, b: number) => boolean): boolean {
  const left = numberOf(a)
  const right = numberOf(b)
  return left !== undefined && right !== undefined && test(left, right)
}

function numberOf(value: Json | undefined): number | undefined {
  if (typeof value === 'number') return value
  if (typeof value !== 'string' || value.trim() === '') return undefined
  const number = Number(value)
  return Number.isNaN(number) ? undefined : number
}
