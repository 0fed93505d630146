import { useState, type KeyboardEvent, type ReactNode } from 'react'
import { Field, Input } from '../../ui/field.tsx'

interface NameFieldProps {
  label: string
  name: string
  /** Why something cannot be called so. */
  problem: (name: string) => string | undefined
  onRename: (name: string) => void
  hint?: ReactNode
}

/** A name, which is changed when it is complete: by Enter, or by going elsewhere. Escape leaves it as it was. */
export function useNameTyping(
  name: string,
  problem: (name: string) => string | undefined,
  rename: (name: string) => void
) {
  const [typed, setTyped] = useState<string>()
  const text = typed ?? name
  const error = typed === undefined || typed === name ? undefined : problem(typed)
  function finish() {
    if (typed !== undefined && typed !== name && error === undefined) rename(typed)
    setTyped(undefined)
  }
  return {
    error,
    control: {
      value: text,
      onChange: ({ target }: { target: { value: string } }) => setTyped(target.value),
      onBlur: finish,
      onKeyDown: (event: KeyboardEvent<HTMLInputElement>) => {
        if (event.key === 'Enter') event.currentTarget.blur()
        if (event.key !== 'Escape') return
        event.stopPropagation()
        setTyped(undefined)
      }
    }
  }
}

export function NameField({ label, name, problem, onRename, hint }: NameFieldProps) {
  const { error, control } = useNameTyping(name, problem, onRename)
  return (
    <Field label={label} hint={hint} error={error}>
      {(ids) => <Input {...ids} {...control} className="font-mono text-xs" />}
    </Field>
  )
}
