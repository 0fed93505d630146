/** What steps read of other steps. */
import type { LookupText } from '../../workflow/lookups.ts'
import type { InnerStep, PlannedBinding, PlannedStep } from '../../workflow/plan.ts'
import { references, type PlannedValue } from '../../workflow/references.ts'
import { valuesOf } from '../condition.ts'

/** Names of steps that a step reads; `everything` where that is not known: code sees all of them. */
export type Reads = ReadonlySet<string> | 'everything'

export function readsOf(step: PlannedStep): Reads {
  if (step.kind !== 'each') return readsOfInner(step)
  const names = new Set(namesIn([step.list]))
  for (const inner of step.steps) {
    const reads = readsOfInner(inner)
    if (reads === 'everything') return reads
    for (const name of reads) names.add(name)
  }
  return names
}

function readsOfInner(step: InnerStep): Reads {
  switch (step.kind) {
    case 'delay':
      return new Set()
    case 'end_if':
      return namesIn(valuesOf(step.condition))
    case 'use': {
      if (step.code !== undefined || step.native !== undefined) return 'everything'
      return namesIn([...Object.values(step.props), ...Object.values(step.auth).flatMap(ofBinding)])
    }
  }
}

function ofBinding(binding: PlannedBinding): PlannedValue[] {
  if (binding.kind === 'runtime') return Object.values(binding.fields)
  return binding.kind === 'store' ? [lookupValue(binding.store.lookup.text)] : []
}

function lookupValue(text: LookupText): PlannedValue {
  return text
}

function namesIn(values: readonly PlannedValue[]): ReadonlySet<string> {
  return new Set(
    values.flatMap((value) =>
      references(value).flatMap(({ env, item, path: [name] }) => (env === true || item === true ? [] : [String(name)]))
    )
  )
}
