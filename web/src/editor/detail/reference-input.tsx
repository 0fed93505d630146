import type { ReactNode } from 'react'
import { ReferenceField } from '../../forms/reference-field.tsx'
import { Field } from '../../ui/field.tsx'
import { useEditor } from '../context.tsx'
import type { Path } from '../path.ts'
import type { StepNode } from '../steps.ts'
import { textOf, useAt } from './bound.tsx'

interface ReferenceAtProps {
  step: StepNode
  path: Path
  label: string
  hint?: ReactNode
  placeholder?: string
}

/** A place of a step that takes a reference: `{{steps.users.$return_value}}`. */
export function ReferenceAt({ step, path, label, hint, placeholder }: ReferenceAtProps) {
  const { scopeOf } = useEditor()
  const { value, set, error } = useAt(path)
  return (
    <Field label={label} hint={hint} error={error} required>
      {(ids) => (
        <ReferenceField
          ids={ids}
          value={textOf(value)}
          onChange={set}
          scope={scopeOf(step)}
          {...(placeholder === undefined ? {} : { placeholder })}
        />
      )}
    </Field>
  )
}
