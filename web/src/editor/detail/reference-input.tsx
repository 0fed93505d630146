import type { ReactNode } from 'react'
import { Field, Input } from '../../ui/field.tsx'
import type { Path } from '../path.ts'
import { textOf, useAt } from './bound.tsx'

interface ReferenceAtProps {
  path: Path
  label: string
  hint?: ReactNode
  placeholder?: string
}

/** A place that takes a reference: `{{steps.users.$return_value}}`. */
export function ReferenceAt({ path, label, hint, placeholder }: ReferenceAtProps) {
  const { value, set, error } = useAt(path)
  return (
    <Field label={label} hint={hint} error={error} required>
      {(ids) => (
        <Input
          {...ids}
          value={textOf(value)}
          placeholder={placeholder}
          className="font-mono text-xs"
          onChange={({ target }) => set(target.value)}
        />
      )}
    </Field>
  )
}
