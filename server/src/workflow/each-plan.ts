/** Plans the parts of an `each` that are its own: the list that it goes over, and the name of its item. */
import { asObject, quote, type Path, type Report } from './mistakes.ts'
import { references, Template, type PlannedValue, type Reference } from './references.ts'
import type { Scope } from './scope.ts'
import type { ItemSource } from './sources.ts'

export const DEFAULT_ITEM = 'item'

/** Steps as they are written, with the name of the `each` that they are steps of. */
export interface WrittenStep {
  step: unknown
  path: Path
  each?: string
}

/** All steps of a definition in order, those of an `each` behind it. */
export function* everyWritten(
  steps: readonly unknown[],
  base: Path = ['steps'],
  each?: string
): Generator<WrittenStep> {
  for (const [index, step] of steps.entries()) {
    const path = [...base, index]
    yield { step, path, ...(each === undefined ? {} : { each }) }
    if (each === undefined && isEach(step)) {
      yield* everyWritten(innerOf(step), [...path, 'steps'], String(asObject(step)?.['name']))
    }
  }
}

export function isEach(step: unknown): boolean {
  return Object.hasOwn(asObject(step) ?? {}, 'each')
}

export function innerOf(step: unknown): readonly unknown[] {
  const steps = asObject(step)?.['steps']
  return Array.isArray(steps) ? steps : []
}

/** The name of the items, also where it is a mistake. */
export function itemName(step: unknown): string {
  const name = asObject(step)?.['as']
  return typeof name === 'string' ? name : DEFAULT_ITEM
}

/** The list: one reference or expression, alone. */
export function planList(written: unknown, path: Path, scope: Scope, report: Report): Template | undefined {
  if (typeof written !== 'string') return undefined
  const before = report.count
  const value: PlannedValue = scope.compile(written, path, report)
  if (report.count > before) return undefined
  if (value instanceof Template && value.parts.length === 1) return value
  const message =
    value instanceof Template ? 'a reference inside text makes text, which is no list' : '`each` refers to a list'
  report.add(path, { message, expected: 'a reference alone, such as {{steps.users.$return_value}}' })
  return undefined
}

/** The step that makes the list of an `each` where an expression does: its place in the journal. No step has that name. */
export function listStep(each: string): string {
  return `${each}.list`
}

/** Where the items of a list come from. */
export function itemSource(each: string, list: Template): ItemSource {
  const [only] = list.parts
  const paths = (found: readonly Reference[]): Reference['path'][] =>
    found.filter(({ env }) => env !== true).map(({ path }) => path)
  const reads = paths(references(list))
  if (typeof only !== 'object' || only.kind === 'reference') return { lists: reads, reads }
  const { elements, made } = only
  return {
    ...(elements === undefined ? {} : { lists: paths(elements) }),
    ...(made === undefined ? {} : { fields: { of: paths(made.lists), made: made.fields } }),
    reads,
    made: [listStep(each), '$return_value']
  }
}

/** A step and an item of one name could not be told apart by the code of a step, which sees both. */
export function checkItemName(step: unknown, path: Path, names: ReadonlySet<string>, report: Report): void {
  const name = itemName(step)
  if (!names.has(name)) return
  const message = `${quote(name)} is the name of a step, too`
  report.add([...path, 'as'], { message, expected: 'a name that no step has', suggestion: `${name}_item` })
}
