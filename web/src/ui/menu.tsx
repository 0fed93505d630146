import { DropdownMenu as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { Keys } from './keys.tsx'

/** A menu under its trigger, a button. */
export function Menu({
  trigger,
  align = 'end',
  children
}: {
  trigger: ReactNode
  align?: 'start' | 'end'
  children: ReactNode
}) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className="float-in z-50 min-w-44 rounded-lg bg-surface p-1 shadow-float"
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

interface ItemProps {
  icon?: ReactNode
  keys?: string
  danger?: boolean
  disabled?: boolean
  onSelect: () => void
  children: ReactNode
}

export function MenuItem({ icon, keys, danger = false, disabled, onSelect, children }: ItemProps) {
  return (
    <Radix.Item
      disabled={disabled === true}
      onSelect={onSelect}
      className={`flex cursor-default items-center gap-2 rounded px-2 py-1.5 text-sm outline-none select-none data-[disabled]:opacity-45 data-[highlighted]:bg-hover ${danger ? 'text-bad-ink' : ''}`}
    >
      {icon === undefined ? null : <span className="text-ink-3 [&>svg]:size-3.5">{icon}</span>}
      <span className="flex-1">{children}</span>
      {keys === undefined ? null : <Keys of={keys} />}
    </Radix.Item>
  )
}

export function MenuLine() {
  return <Radix.Separator className="my-1 h-px bg-line" />
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return <Radix.Label className="px-2 py-1 text-xs text-ink-3">{children}</Radix.Label>
}
