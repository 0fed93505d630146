import { Tabs as Radix } from 'radix-ui'
import type { ReactNode } from 'react'

export interface Tab {
  value: string
  label: ReactNode
  content: ReactNode
}

interface TabsProps {
  value?: string
  defaultValue?: string
  onChange?: (value: string) => void
  tabs: readonly Tab[]
  /** At the right of the tabs. */
  aside?: ReactNode
  label: string
  className?: string
}

export function Tabs({ value, defaultValue, onChange, tabs, aside, label, className = '' }: TabsProps) {
  return (
    <Radix.Root
      {...(value === undefined ? { defaultValue: defaultValue ?? tabs[0]?.value ?? '' } : { value })}
      {...(onChange === undefined ? {} : { onValueChange: onChange })}
      className={`flex min-h-0 flex-col ${className}`}
    >
      <div className="flex items-center gap-2 border-b">
        <Radix.List aria-label={label} className="-mb-px flex flex-1 gap-4 overflow-x-auto overflow-y-hidden">
          {tabs.map((tab) => (
            <Radix.Trigger
              key={tab.value}
              value={tab.value}
              className="border-b-2 border-transparent px-0.5 py-2 text-sm whitespace-nowrap text-ink-3 transition-colors hover:text-ink data-[state=active]:border-ink data-[state=active]:text-ink"
            >
              {tab.label}
            </Radix.Trigger>
          ))}
        </Radix.List>
        {aside}
      </div>
      {tabs.map((tab) => (
        <Radix.Content key={tab.value} value={tab.value} className="min-h-0 flex-1 outline-none">
          {tab.content}
        </Radix.Content>
      ))}
    </Radix.Root>
  )
}
