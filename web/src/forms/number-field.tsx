import { useState } from 'react'
import { Input, type ControlIds } from '../ui/field.tsx'
import type { Json } from '../values/json.ts'
import { defaultWords, readInteger, textOf } from './prop-value.ts'
import type { PropForm } from './step-offers.ts'

interface NumberFieldProps {
  prop: PropForm
  value: Json | undefined
  onChange: (value: Json | undefined) => void
  ids?: ControlIds
  label?: string
}

/** A whole number. What is none stays in the field, which says why, until it is one. */
export function NumberField({ prop, value, onChange, ids, label }: NumberFieldProps) {
  const [typed, setTyped] = useState<string>()
  const read = typed === undefined || typed.trim() === '' ? undefined : readInteger(typed, prop)
  const type = (text: string): void => {
    setTyped(text)
    if (text.trim() === '') return onChange(undefined)
    const next = readInteger(text, prop)
    if ('value' in next) onChange(next.value)
  }
  return (
    <>
      <Input
        {...ids}
        {...(ids === undefined ? { 'aria-label': label ?? prop.name } : {})}
        inputMode="numeric"
        value={typed ?? textOf(value)}
        placeholder={defaultWords(prop)}
        disabled={prop.disabled}
        onChange={(event) => type(event.target.value)}
        onBlur={() => {
          if (read === undefined || 'value' in read) setTyped(undefined)
        }}
        {...(read !== undefined && 'problem' in read ? { 'aria-invalid': true } : {})}
      />
      {read !== undefined && 'problem' in read ? (
        <p role="alert" className="text-xs text-bad-ink">
          {read.problem}
        </p>
      ) : null}
    </>
  )
}
