import { Collapsible } from 'radix-ui'
import { ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'

interface SectionProps {
  title: string
  /** What is to be known of it while it is closed. */
  aside?: ReactNode
  /** Whether it can be closed, and is at first. */
  closed?: boolean
  children: ReactNode
}

const HEAD = 'flex min-h-7 w-full items-center gap-2 text-sm font-semibold'

/** A part of a form, with its title. */
export function Section({ title, aside, closed, children }: SectionProps) {
  if (closed === undefined) {
    return (
      <section className="flex flex-col gap-3 border-t px-5 py-4 [header+&]:border-t-0">
        <h3 className={HEAD}>
          <span className="flex-1">{title}</span>
          {aside === undefined ? null : <span className="text-xs font-normal text-ink-3">{aside}</span>}
        </h3>
        {children}
      </section>
    )
  }
  return (
    <Collapsible.Root defaultOpen={!closed} className="border-t px-5 py-3 [header+&]:border-t-0">
      <h3>
        <Collapsible.Trigger className={`group ${HEAD} rounded text-left`}>
          <ChevronRight className="size-3.5 text-ink-3 transition-transform group-data-[state=open]:rotate-90" />
          <span className="flex-1">{title}</span>
          {aside === undefined ? null : <span className="text-xs font-normal text-ink-3">{aside}</span>}
        </Collapsible.Trigger>
      </h3>
      <Collapsible.Content className="flex flex-col gap-4 pt-3 pb-2">{children}</Collapsible.Content>
    </Collapsible.Root>
  )
}
