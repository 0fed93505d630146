import { Eye, EyeOff } from 'lucide-react'
import { useState, type ComponentProps } from 'react'
import { IconButton } from './button.tsx'
import { CONTROL } from './field.tsx'

interface PasswordProps extends Omit<ComponentProps<'input'>, 'type' | 'value' | 'onChange' | 'autoComplete'> {
  /** The name under which the form has it. */
  name: string
  /** What a password manager is to do. */
  kind: 'current' | 'new'
}

/**
 * A person's password. The form reads it when it is sent: React would copy a value that it controls into the document's text,
 * where it could be read.
 */
export function Password({ kind, className = '', ...rest }: PasswordProps) {
  const [shown, setShown] = useState(false)
  return (
    <div className="relative">
      <input
        type={shown ? 'text' : 'password'}
        autoComplete={kind === 'new' ? 'new-password' : 'current-password'}
        autoCapitalize="none"
        spellCheck={false}
        className={`${CONTROL} h-8 pr-9 ${className}`}
        {...rest}
      />
      <span className="absolute inset-y-0 right-1 flex items-center">
        <IconButton
          label={shown ? 'Hide the password' : 'Show the password'}
          size="small"
          onClick={() => setShown(!shown)}
        >
          {shown ? <EyeOff className="size-3.5" /> : <Eye className="size-3.5" />}
        </IconButton>
      </span>
    </div>
  )
}

/** A field of a form as it is sent. */
export function textOf(form: HTMLFormElement, name: string): string {
  const value = new FormData(form).get(name)
  return typeof value === 'string' ? value : ''
}
