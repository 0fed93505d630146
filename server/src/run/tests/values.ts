/** What a test changes of a plan: its values stand in for what bindings read, and each step is tried once. */
import type { JsonObject } from '@bellhop/sdk'
import { isSecret } from '../../credentials/fields.ts'
import type { Keyring } from '../../secrets/keyring.ts'
import type { SecretPlan } from '../../workflow/part.ts'
import type { InnerStep, Plan, PlannedBinding, PlannedStep } from '../../workflow/plan.ts'
import { references, type PlannedValue } from '../../workflow/references.ts'
import { ONCE } from '../attempt.ts'
import { valuesOf } from '../condition.ts'
import { valuesIn } from '../step-expressions.ts'

/** Fields in clear, by step and by the name that it gives the app. */
export type TestValues = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>>

/** A plan of which nothing but what says what is secret counts, or a whole one. */
export function tried<P extends SecretPlan>(plan: P, values: TestValues, keyring: Keyring): P {
  return { ...plan, innerSteps: plan.innerSteps.map((step) => triedInner(step, values, keyring)) }
}

export function triedWhole(plan: Plan, values: TestValues, keyring: Keyring): Plan {
  const steps = plan.steps.map((step): PlannedStep =>
    step.kind === 'each'
      ? { ...step, steps: step.steps.map((inner) => triedInner(inner, values, keyring)) }
      : triedInner(step, values, keyring)
  )
  return { ...tried(plan, values, keyring), steps }
}

function triedInner(step: InnerStep, values: TestValues, keyring: Keyring): InnerStep {
  if (step.kind !== 'use') return step
  const own = Object.hasOwn(values, step.name) ? values[step.name] : undefined
  const auth = Object.entries(step.auth).map(([app, binding]) => {
    const given = own !== undefined && Object.hasOwn(own, app) ? own[app] : undefined
    return [app, given === undefined ? binding : withValues(binding, given, keyring)] as const
  })
  return { ...step, auth: Object.fromEntries(auth), retry: ONCE }
}

/** A handle without an audience stands for each value: the binding gives it its own when it is evaluated (I6). */
function withValues(
  binding: PlannedBinding,
  given: Readonly<Record<string, string>>,
  keyring: Keyring
): PlannedBinding {
  if (binding.kind !== 'runtime') return binding
  const { app } = binding
  const fields: Record<string, PlannedValue> = { ...binding.fields }
  for (const [field, value] of Object.entries(given)) {
    if (value === '' || !Object.hasOwn(app.auth.fields, field)) continue
    fields[field] = isSecret(app, field) ? keyring.mint(value, { app: app.app, field, audience: null }) : value
  }
  return { ...binding, fields }
}

/** The steps that this one reads and that have left nothing yet. */
export function needed(step: PlannedStep, steps: JsonObject): string[] {
  const inner = step.kind === 'each' ? step.steps : [step]
  const values = [...(step.kind === 'each' ? [step.list] : []), ...inner.flatMap(readBy)]
  const read = values.flatMap(references).filter(({ item, env }) => item !== true && env !== true)
  const own = new Set(inner.map(({ name }) => name))
  const names = new Set(read.map(({ path }) => String(path[0])))
  return [...names].filter((name) => !own.has(name) && !Object.hasOwn(steps, name))
}

function readBy(step: InnerStep): PlannedValue[] {
  switch (step.kind) {
    case 'use':
      return valuesIn(step)
    case 'end_if':
      return valuesOf(step.condition)
    case 'delay':
      return []
  }
}
