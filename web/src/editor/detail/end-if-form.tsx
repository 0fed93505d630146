import { isObject, type Json, type JsonObject } from '../../values/json.ts'
import { Field, Input } from '../../ui/field.tsx'
import { Section } from '../../ui/section.tsx'
import { Select } from '../../ui/select.tsx'
import type { StepNode } from '../steps.ts'
import { TextAt, textOf, useAt } from './bound.tsx'
import { ReferenceAt } from './reference-input.tsx'

const IS = ['empty', 'not_empty', 'true', 'false', 'present', 'absent'] as const
const COMPARED = ['equals', 'not_equals', 'greater_than', 'less_than', 'contains'] as const

const TESTS = [
  { value: 'holds', label: 'holds', hint: 'Anything but nothing, 0, false and empty text' },
  { value: 'empty', label: 'is empty', hint: 'Nothing, an empty text, list or object' },
  { value: 'not_empty', label: 'is not empty' },
  { value: 'true', label: 'is true' },
  { value: 'false', label: 'is false' },
  { value: 'present', label: 'is there', hint: 'Whatever it is, also null' },
  { value: 'absent', label: 'is not there' },
  { value: 'equals', label: 'equals' },
  { value: 'not_equals', label: 'does not equal' },
  { value: 'greater_than', label: 'is more than' },
  { value: 'less_than', label: 'is less than' },
  { value: 'contains', label: 'contains' }
]

/** Where the run ends early. */
export function EndIfForm({ step }: { step: StepNode }) {
  const path = [...step.path, 'end_if']
  const { value: condition, set } = useAt(path)
  const test = testOf(condition)
  const compared = COMPARED.find((one) => one === test)
  const value = isObject(condition) ? condition['value'] : condition
  function become(next: string) {
    if (next === test) return
    const reason = isObject(condition) ? condition['reason'] : undefined
    set(next === 'holds' && reason === undefined ? (value ?? '') : written(value ?? '', next, condition))
  }
  return (
    <Section title="Ends the run if">
      <ReferenceAt
        step={step}
        path={isObject(condition) ? [...path, 'value'] : path}
        label="This"
        placeholder="{{steps.trigger.event.body.amount}}"
      />
      <Field label="Test">{(ids) => <Select {...ids} value={test} onChange={become} choices={TESTS} />}</Field>
      {compared === undefined ? null : (
        <Compared path={[...path, compared]} label={TESTS.find((one) => one.value === compared)?.label ?? ''} />
      )}
      {isObject(condition) ? (
        <TextAt
          path={[...path, 'reason']}
          label="Reason"
          placeholder="nothing to collect"
          hint="What history shows for a run that ends here."
        />
      ) : null}
    </Section>
  )
}

function testOf(condition: Json | undefined): string {
  if (!isObject(condition)) return 'holds'
  const is = IS.find((one) => condition['is'] === one)
  return is ?? COMPARED.find((one) => Object.hasOwn(condition, one)) ?? 'holds'
}

/** A condition with another test; what it is compared with stays, and so does the reason. */
function written(value: Json, test: string, before: Json | undefined): JsonObject {
  const old = isObject(before) ? before : {}
  const reason = old['reason'] === undefined ? {} : { reason: old['reason'] }
  if (IS.some((one) => one === test)) return { value, is: test, ...reason }
  const operand = COMPARED.map((one) => old[one]).find((one) => one !== undefined)
  return test === 'holds' ? { value, is: 'true', ...reason } : { value, [test]: operand ?? '', ...reason }
}

/** What the value is compared with: a number where it reads as one. */
function Compared({ path, label }: { path: readonly (string | number)[]; label: string }) {
  const { value, set, error } = useAt(path)
  return (
    <Field label={label} error={error} hint="A number, a text, or a reference.">
      {(ids) => (
        <Input
          {...ids}
          value={textOf(value)}
          onChange={({ target: { value: text } }) => set(String(Number(text)) === text ? Number(text) : text)}
        />
      )}
    </Field>
  )
}
