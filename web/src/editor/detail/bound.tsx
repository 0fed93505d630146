/** Controls that read and write one place of the document. What is left empty is not there: the default holds. */
import { useId, useState, type ReactNode } from 'react'
import type { Json } from '../../values/json.ts'
import { Field, Input, Textarea } from '../../ui/field.tsx'
import { Select, type Choice } from '../../ui/select.tsx'
import { Switch } from '../../ui/switch.tsx'
import { mistakesAt, useChecked } from '../check.ts'
import { useEditor } from '../context.tsx'
import { readAt, setAt } from '../document.ts'
import type { Path } from '../path.ts'
import { durationWords } from '../words.ts'

interface Bound {
  value: Json | undefined
  /** `undefined` removes it. */
  set: (value: Json | undefined) => void
  /** The first mistake at this place or below it. */
  error: string | undefined
}

/** One place of the document. */
export function useAt(path: Path): Bound {
  const { document, edit } = useEditor()
  const [mistake] = mistakesAt(useChecked().mistakes, path)
  return {
    value: readAt(document, path),
    set: (value) => edit((now) => setAt(now, path, value), path.join('.')),
    error: mistake === undefined ? undefined : [mistake.message, mistake.expected].filter(Boolean).join('; expected ')
  }
}

/** A value as the text of a field. */
export function textOf(value: Json | undefined): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}

interface FieldProps {
  path: Path
  label: string
  hint?: ReactNode
  placeholder?: string
  required?: boolean
}

export function TextAt({ path, label, hint, placeholder, required, mono = false }: FieldProps & { mono?: boolean }) {
  const { value, set, error } = useAt(path)
  return (
    <Field label={label} hint={hint} error={error} required={required ?? false}>
      {(ids) => (
        <Input
          {...ids}
          value={textOf(value)}
          placeholder={placeholder}
          className={mono ? 'font-mono text-xs' : ''}
          onChange={({ target }) => set(target.value === '' ? undefined : target.value)}
        />
      )}
    </Field>
  )
}

export function LinesAt({ path, label, hint, placeholder, rows = 3 }: FieldProps & { rows?: number }) {
  const { value, set, error } = useAt(path)
  return (
    <Field label={label} hint={hint} error={error}>
      {(ids) => (
        <Textarea
          {...ids}
          value={textOf(value)}
          rows={rows}
          placeholder={placeholder}
          onChange={({ target }) => set(target.value === '' ? undefined : target.value)}
        />
      )}
    </Field>
  )
}

/** A list of texts, a line each. */
export function ListAt({ path, label, hint, placeholder }: FieldProps) {
  const { value, set, error } = useAt(path)
  const written = Array.isArray(value) ? value.map(textOf).join('\n') : ''
  const [typed, setTyped] = useState(written)
  // An empty line at the end is somebody about to type; the document has no such item.
  const shown = linesOf(typed).join('\n') === written ? typed : written
  return (
    <Field label={label} hint={hint} error={error}>
      {(ids) => (
        <Textarea
          {...ids}
          value={shown}
          rows={3}
          placeholder={placeholder}
          className="font-mono text-xs"
          onChange={({ target }) => {
            setTyped(target.value)
            const lines = linesOf(target.value)
            set(lines.length === 0 ? undefined : lines)
          }}
        />
      )}
    </Field>
  )
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

/** `30s`, `10m`, `7d`; said in words beside its label. */
export function DurationAt({ path, label, hint, placeholder, required }: FieldProps) {
  const { value, set, error } = useAt(path)
  const text = textOf(value)
  const words = durationWords(text === '' ? (placeholder ?? '') : text)
  return (
    <Field
      label={label}
      hint={hint}
      error={error}
      required={required ?? false}
      aside={words === text ? null : <span className="text-xs text-ink-3">{words}</span>}
    >
      {(ids) => (
        <Input
          {...ids}
          value={text}
          placeholder={placeholder}
          onChange={({ target }) => set(target.value === '' ? undefined : target.value.trim())}
        />
      )}
    </Field>
  )
}

export function NumberAt({ path, label, hint, placeholder }: FieldProps) {
  const { value, set, error } = useAt(path)
  return (
    <Field label={label} hint={hint} error={error}>
      {(ids) => (
        <Input
          {...ids}
          inputMode="numeric"
          value={textOf(value)}
          placeholder={placeholder}
          onChange={({ target: { value: text } }) => {
            if (text === '') set(undefined)
            else set(/^\d{1,12}$/.test(text) ? Number(text) : text)
          }}
        />
      )}
    </Field>
  )
}

/** On or off; what is as it is by default is not written. */
export function SwitchAt({ path, label, hint, byDefault = false }: FieldProps & { byDefault?: boolean }) {
  const { value, set, error } = useAt(path)
  const checked = typeof value === 'boolean' ? value : byDefault
  return (
    <SwitchLine
      label={label}
      hint={hint}
      error={error}
      checked={checked}
      onChange={(next) => set(next === byDefault ? undefined : next)}
    />
  )
}

interface SwitchLineProps {
  label: string
  hint?: ReactNode
  error?: string | undefined
  checked: boolean
  onChange: (checked: boolean) => void
}

/** A switch at the right of what it says. */
export function SwitchLine({ label, hint, error, checked, onChange }: SwitchLineProps) {
  const id = useId()
  return (
    <div className="flex items-start justify-between gap-4">
      <div className="min-w-0">
        <label htmlFor={id} className="text-sm font-medium">
          {label}
        </label>
        {error === undefined ? null : <p className="text-xs text-bad-ink">{error}</p>}
        {hint === undefined ? null : (
          <div id={`${id}-hint`} className="text-xs text-ink-3">
            {hint}
          </div>
        )}
      </div>
      <Switch
        id={id}
        checked={checked}
        onChange={onChange}
        {...(hint === undefined ? {} : { 'aria-describedby': `${id}-hint` })}
      />
    </div>
  )
}

export function ChoiceAt({
  path,
  label,
  hint,
  choices,
  byDefault
}: FieldProps & { choices: readonly Choice[]; byDefault: string }) {
  const { value, set, error } = useAt(path)
  return (
    <Field label={label} hint={hint} error={error}>
      {(ids) => (
        <Select
          {...ids}
          value={typeof value === 'string' ? value : byDefault}
          choices={choices}
          onChange={(next) => set(next === byDefault ? undefined : next)}
        />
      )}
    </Field>
  )
}
