/** What a step can refer to, with what is known of each (`values/scope.ts`). */
import type { Json } from '../values/json.ts'
import { parsePath } from '../values/paths.ts'
import type { Scope, Source } from '../values/scope.ts'
import type { WorkflowDocument } from './document.ts'
import { startsWith } from './path.ts'
import { findStep, stepsBefore, type StepNode } from './steps.ts'

/** A value that something had, with handles where secrets were. */
export interface Sample {
  value: Json
  /** Where it is from, in a few words: `test event, 2 min ago`. */
  from: string
}

/** By path: `steps.trigger.event`, `steps.trigger.context`, `steps.fetch_user`. */
export type Samples = ReadonlyMap<string, Sample>

export function scopeOf(document: WorkflowDocument, samples: Samples, step: StepNode): Scope {
  const before = stepsBefore(document.steps, step).map(({ name }) => sourceOf(`steps.${name}`, name, samples))
  return [
    sourceOf('steps.trigger.event', 'event', samples),
    sourceOf('steps.trigger.context', 'context', samples),
    ...before,
    ...itemOf(document, samples, step),
    ...environmentOf(document)
  ]
}

function sourceOf(path: string, label: string, samples: Samples): Source {
  const sample = samples.get(path)
  return { path, label, ...(sample === undefined ? {} : { sample: sample.value, from: sample.from }) }
}

/** The item of the `each` around a step: the first of its list, where that is a plain reference to something known. */
function itemOf(document: WorkflowDocument, samples: Samples, step: StepNode): Source[] {
  const each = step.parent === undefined ? undefined : findStep(document.steps, step.parent)
  if (each === undefined) return []
  const name = typeof each.value['as'] === 'string' ? each.value['as'] : 'item'
  const list = typeof each.value['each'] === 'string' ? each.value['each'] : ''
  const reference = /^\s*\{\{\s*([^{}]+?)\s*\}\}\s*$/.exec(list)?.[1]
  const sample = reference === undefined ? undefined : sampleAt(samples, reference)
  const first = Array.isArray(sample?.value) ? sample.value[0] : undefined
  const known =
    first === undefined || sample === undefined ? {} : { sample: first, from: `first of ${each.name}, ${sample.from}` }
  return [{ path: name, label: name, ...known }]
}

/** What a plain reference leads to in what is known. */
export function sampleAt(samples: Samples, reference: string): Sample | undefined {
  const keys = parsePath(reference) ?? []
  for (const [path, sample] of samples) {
    const base = parsePath(path) ?? []
    if (!startsWith(keys, base)) continue
    let value: Json | undefined = sample.value
    for (const key of keys.slice(base.length)) value = childOf(value, key)
    return value === undefined ? undefined : { value, from: sample.from }
  }
  return undefined
}

function childOf(value: Json | undefined, key: string | number): Json | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
  return (value as Record<string | number, Json>)[key]
}

/** Variables of the settings: text is known, secrets are not. */
function environmentOf(document: WorkflowDocument): Source[] {
  const settings = document.definition?.['settings']
  const variables = settings instanceof Object && !Array.isArray(settings) ? settings['env'] : undefined
  if (!(variables instanceof Object) || Array.isArray(variables) || Object.keys(variables).length === 0) return []
  const known = Object.entries(variables).filter(([, value]) => typeof value === 'string')
  return [{ path: 'env', label: 'env', sample: Object.fromEntries(known), from: 'the settings' }]
}
