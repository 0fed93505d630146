import { useState } from 'react'
import type { ControlIds } from '../ui/field.tsx'
import type { Json } from '../values/json.ts'
import type { Scope } from '../values/scope.ts'
import { readJson, textOf } from './prop-value.ts'
import { ReferenceField } from './reference-field.tsx'

interface JsonFieldProps {
  value: Json | undefined
  onChange: (value: Json | undefined) => void
  scope: Scope
  ids?: ControlIds
  label?: string
  placeholder?: string
  disabled?: boolean
}

/** A value as JSON, with references in its texts. What is no JSON yet stays in the field and is not handed on. */
export function JsonField({
  value,
  onChange,
  scope,
  ids,
  label,
  placeholder = '{ }',
  disabled = false
}: JsonFieldProps) {
  const [typed, setTyped] = useState<string>()
  // Its own layout stays, as long as it says the same as what is outside.
  const same = typed !== undefined && JSON.stringify(readJson(typed)?.value) === JSON.stringify(value)
  const wrong = typed !== undefined && typed.trim() !== '' && readJson(typed) === undefined
  const text =
    typed !== undefined && (same || wrong) ? typed : typeof value === 'string' ? quoted(value) : textOf(value)
  const change = (next: string): void => {
    setTyped(next)
    if (next.trim() === '') return onChange(undefined)
    const read = readJson(next)
    if (read !== undefined) onChange(read.value)
  }
  return (
    <>
      <ReferenceField
        value={text}
        onChange={change}
        scope={scope}
        multiline
        json
        disabled={disabled}
        placeholder={placeholder}
        {...(ids === undefined ? { label: label ?? 'JSON' } : { ids })}
        className="[&_.cm-scroller]:font-mono! [&_.cm-scroller]:text-xs!"
      />
      {wrong ? (
        <p role="alert" className="text-xs text-bad-ink">
          This is not JSON yet: names and texts stand in double quotes, and parts are separated by commas.
        </p>
      ) : null}
    </>
  )
}

/** A template alone stands as it is; any other text is a JSON text. */
function quoted(value: string): string {
  return readJson(value)?.value === value ? value : JSON.stringify(value)
}
