import { useId, type ComponentProps, type ReactNode } from 'react'

export const CONTROL =
  'w-full rounded-md border border-line-strong bg-surface px-2.5 text-sm text-ink placeholder:text-ink-3 ' +
  'hover:border-ink-3 focus-visible:outline-2 focus-visible:-outline-offset-1 focus-visible:outline-accent ' +
  'disabled:bg-sunken disabled:text-ink-3 aria-invalid:border-bad'

/** What a control needs to know of the field that it stands in. */
export interface ControlIds {
  id: string
  /** For controls that a label's `for` does not name: those that are no form elements. */
  'aria-labelledby'?: string
  'aria-describedby'?: string
  'aria-invalid'?: true
  'aria-required'?: true
}

/** The same for several controls in one field: what describes them all. */
export function groupIds({ id, 'aria-describedby': described }: ControlIds) {
  return { id, 'aria-labelledby': `${id}-label`, ...(described === undefined ? {} : { 'aria-describedby': described }) }
}

interface FieldProps {
  label: ReactNode
  /** Beside the label, at the right. */
  aside?: ReactNode
  hint?: ReactNode
  error?: ReactNode
  required?: boolean
  className?: string
  children: (ids: ControlIds) => ReactNode
}

/** A label, its control, and what is to be known of it. */
export function Field({ label, aside, hint, error, required = false, className = '', children }: FieldProps) {
  const id = useId()
  const said = [hint === undefined ? '' : `${id}-hint`, error === undefined ? '' : `${id}-error`].filter(Boolean)
  return (
    <div className={`flex flex-col gap-1.5 ${className}`}>
      <div className="flex min-h-5 items-center justify-between gap-2">
        <label id={`${id}-label`} htmlFor={id} className="text-sm font-medium text-ink">
          {label}
          {required ? (
            <span className="ml-1 text-bad-ink" title="required">
              *
            </span>
          ) : null}
        </label>
        {aside}
      </div>
      {children({
        id,
        ...(said.length === 0 ? {} : { 'aria-describedby': said.join(' ') }),
        ...(error === undefined ? {} : { 'aria-invalid': true }),
        ...(required ? { 'aria-required': true } : {})
      })}
      {error === undefined ? null : (
        <div id={`${id}-error`} role="alert" className="text-xs text-bad-ink">
          {error}
        </div>
      )}
      {hint === undefined ? null : (
        <div id={`${id}-hint`} className="text-xs text-ink-3">
          {hint}
        </div>
      )}
    </div>
  )
}

export function Input({ className = '', ...rest }: ComponentProps<'input'>) {
  return <input className={`${CONTROL} h-8 ${className}`} autoComplete="off" spellCheck={false} {...rest} />
}

/**
 * A value that nobody should read over a shoulder. Not `type=password`: browsers would offer to keep it. React writes the value
 * of a controlled field into the document as an attribute, so this one only begins with its value, and is then its own.
 */
export function SecretInput({ value = '', className = '', ...rest }: ComponentProps<'input'>) {
  const begin = (element: HTMLInputElement | null): void => {
    if (element !== null && element.value === '') element.value = String(value)
  }
  return (
    <input
      ref={begin}
      type="text"
      className={`${CONTROL} h-8 font-mono [-webkit-text-security:disc] ${className}`}
      autoComplete="off"
      spellCheck={false}
      data-1p-ignore
      data-lpignore="true"
      {...rest}
    />
  )
}

export function Textarea({ className = '', ...rest }: ComponentProps<'textarea'>) {
  return <textarea className={`${CONTROL} min-h-16 py-1.5 ${className}`} spellCheck={false} {...rest} />
}
