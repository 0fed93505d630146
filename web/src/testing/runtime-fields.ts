/** Credential fields of runtime bindings in a definition: what a test may be given values for. Pure. */
import { allSteps, type StepNode } from '../editor/steps.ts'
import { isObject } from '../values/json.ts'

export interface RuntimeField {
  step: string
  /** The name under the step's `auth`. */
  app: string
  field: string
  /** As it is written: the reference that a run would follow. */
  reference: string
}

export function runtimeFields(steps: readonly StepNode[]): RuntimeField[] {
  return allSteps(steps).flatMap((step) => {
    const auth = isObject(step.value['auth']) ? step.value['auth'] : {}
    return Object.entries(auth).flatMap(([app, binding]) => {
      const runtime = isObject(binding) && isObject(binding['runtime']) ? binding['runtime'] : {}
      return Object.entries(runtime).map(([field, reference]) => ({
        step: step.name,
        app,
        field,
        reference: typeof reference === 'string' ? reference : ''
      }))
    })
  })
}

/** Values by step, app and field, without those that are empty. */
export function nested(
  fields: readonly RuntimeField[],
  values: Readonly<Record<string, string>>
): Record<string, Record<string, Record<string, string>>> {
  const all: Record<string, Record<string, Record<string, string>>> = {}
  for (const field of fields) {
    const value = values[keyOf(field)]
    if (value === undefined || value === '') continue
    const apps = (all[field.step] ??= {})
    const given = (apps[field.app] ??= {})
    given[field.field] = value
  }
  return all
}

export function keyOf({ step, app, field }: RuntimeField): string {
  return `${step}.${app}.${field}`
}
