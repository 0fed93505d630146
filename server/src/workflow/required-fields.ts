import type { AppDefinition } from '@bellhop/sdk'
import { choices, type Problem } from './mistakes.ts'

/**
 * What is still to be bound: required fields, and one whole set of those that exclude each other.
 * @param example what a field's value may look like, for the suggestion
 */
export function lacking(
  app: AppDefinition,
  given: Readonly<Record<string, unknown>>,
  example: (field: string) => string
): Problem | undefined {
  const has = (field: string): boolean => Object.hasOwn(given, field)
  const sets = app.auth.oneOf ?? []
  const listed = new Set(sets.flat())
  const missing = Object.entries(app.auth.fields)
    .filter(([field, { optional }]) => optional !== true && !listed.has(field) && !has(field))
    .map(([field]) => field)
  if (missing.length > 0) {
    const suggestion = missing.map((field) => `${field}: ${example(field)}`).join('\n')
    return { message: `${app.name} also needs ${choices(missing, 'and')}`, suggestion }
  }
  if (sets.length === 0 || sets.some((set) => set.every(has))) return undefined
  const expected = sets.map((set) => choices(set, 'and')).join(', or ')
  return { message: `${app.name} needs one whole set of credentials`, expected }
}
