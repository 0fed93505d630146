import { Check, ChevronDown } from 'lucide-react'
import { Select as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { NONCE } from '../app/nonce.ts'
import { CONTROL, type ControlIds } from './field.tsx'

export interface Choice {
  value: string
  label: ReactNode
  hint?: ReactNode
  disabled?: boolean
}

interface SelectProps extends Partial<ControlIds> {
  value: string | undefined
  onChange: (value: string) => void
  choices: readonly Choice[]
  placeholder?: string
  disabled?: boolean
  className?: string
  'aria-label'?: string
}

/** One of a few. For long or loaded lists there is `Combobox`. */
export function Select({ value, onChange, choices, placeholder, disabled, className = '', ...ids }: SelectProps) {
  return (
    <Radix.Root value={value ?? ''} onValueChange={onChange} disabled={disabled === true}>
      <Radix.Trigger
        className={`${CONTROL} flex h-8 items-center justify-between gap-2 text-left data-[placeholder]:text-ink-3 ${className}`}
        {...ids}
      >
        <span className="truncate">
          <Radix.Value placeholder={placeholder ?? 'Choose…'} />
        </span>
        <Radix.Icon asChild>
          <ChevronDown className="size-3.5 shrink-0 text-ink-3" />
        </Radix.Icon>
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          position="popper"
          sideOffset={4}
          className="float-in z-50 max-h-(--radix-select-content-available-height) min-w-(--radix-select-trigger-width) overflow-hidden rounded-lg bg-surface p-1 shadow-float"
        >
          <Radix.Viewport nonce={NONCE}>
            {choices.map((choice) => (
              <Radix.Item
                key={choice.value}
                value={choice.value}
                disabled={choice.disabled === true}
                className="flex cursor-default items-center gap-2 rounded px-2 py-1.5 text-sm outline-none select-none data-[disabled]:opacity-45 data-[highlighted]:bg-hover"
              >
                <div className="flex-1">
                  <Radix.ItemText>{choice.label}</Radix.ItemText>
                  {choice.hint === undefined ? null : <div className="text-xs text-ink-3">{choice.hint}</div>}
                </div>
                <Radix.ItemIndicator>
                  <Check className="size-3.5 text-accent" />
                </Radix.ItemIndicator>
              </Radix.Item>
            ))}
          </Radix.Viewport>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
