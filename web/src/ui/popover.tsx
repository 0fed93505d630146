import { Popover as Radix } from 'radix-ui'
import type { ReactNode } from 'react'

interface PopoverProps {
  open?: boolean
  onOpenChange?: (open: boolean) => void
  trigger: ReactNode
  align?: 'start' | 'end' | 'center'
  className?: string
  /** What it is, for screen readers. */
  label: string
  children: ReactNode
}

export function Popover({
  open,
  onOpenChange,
  trigger,
  align = 'start',
  className = '',
  label,
  children
}: PopoverProps) {
  return (
    <Radix.Root {...(open === undefined ? {} : { open })} {...(onOpenChange === undefined ? {} : { onOpenChange })}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align={align}
          sideOffset={5}
          collisionPadding={10}
          aria-label={label}
          className={`float-in z-50 rounded-lg bg-surface shadow-float outline-none ${className}`}
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
