import { shapeOf } from '@bellhop/sdk'
import { isSecret } from '../credentials/fields.ts'
import type { InnerStep, PlannedBinding } from '../workflow/plan.ts'
import { expressionsOf, type Expression, type PlannedValue } from '../workflow/references.ts'
import type { StepExpressions } from './expressions.ts'

type UseStep = InnerStep & { kind: 'use' }

/** Plans are shared by all runs of a version, and most steps have no expression. */
const found = new WeakMap<UseStep, StepExpressions>()

/** All expressions of a step's props and bindings, by what they may see. */
export function expressionsIn(step: UseStep): StepExpressions {
  const known = found.get(step)
  if (known !== undefined) return known
  const values = [...propValues(step), ...Object.values(step.auth).flatMap(bindingValues)]
  const of = (secret: boolean): Expression[] =>
    values.filter((one) => one.secret === secret).flatMap(({ value }) => expressionsOf(value))
  const expressions = { plain: of(false), secret: of(true) }
  found.set(step, expressions)
  return expressions
}

/** Everything that a step resolves: its props and bindings. */
export function valuesIn(step: UseStep): PlannedValue[] {
  return [...propValues(step), ...Object.values(step.auth).flatMap(bindingValues)].map(({ value }) => value)
}

interface Value {
  value: PlannedValue
  secret: boolean
}

function propValues({ action, props }: UseStep): Value[] {
  const { inputs } = shapeOf(action)
  return Object.entries(props).map(([name, value]) => {
    const input = Object.hasOwn(inputs, name) ? inputs[name] : undefined
    // What is looked up may be seen, whatever it is.
    return { value, secret: input?.secret === true && input.lookup !== true }
  })
}

function bindingValues(binding: PlannedBinding): Value[] {
  switch (binding.kind) {
    case 'account':
      return []
    case 'store':
      return [{ value: binding.store.lookup.text, secret: false }]
    case 'runtime':
      return Object.entries(binding.fields).map(([field, value]) => ({ value, secret: isSecret(binding.app, field) }))
  }
}
