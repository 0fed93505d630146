import { Switch as Radix } from 'radix-ui'
import type { ControlIds } from './field.tsx'

interface SwitchProps extends Partial<ControlIds> {
  checked: boolean
  onChange: (checked: boolean) => void
  disabled?: boolean
  'aria-label'?: string
}

export function Switch({ checked, onChange, disabled, ...ids }: SwitchProps) {
  return (
    <Radix.Root
      checked={checked}
      onCheckedChange={onChange}
      disabled={disabled === true}
      className="relative h-4.5 w-8 shrink-0 rounded-full bg-line-strong transition-colors disabled:opacity-50 data-[state=checked]:bg-accent"
      {...ids}
    >
      <Radix.Thumb className="block size-3.5 translate-x-0.5 rounded-full bg-surface shadow-sm transition-transform data-[state=checked]:translate-x-4" />
    </Radix.Root>
  )
}
