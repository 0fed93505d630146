import type { ReactNode } from 'react'

interface DetailHeadProps {
  icon: ReactNode
  name: ReactNode
  title: string
  aside?: ReactNode
}

/** What is selected: over its form, and there while it scrolls. */
export function DetailHead({ icon, name, title, aside }: DetailHeadProps) {
  return (
    <header className="sticky top-0 z-10 flex min-h-14 items-center gap-3 border-b bg-surface px-5 py-2.5">
      {icon}
      <div className="min-w-0 flex-1">
        {typeof name === 'string' ? <h2 className="font-semibold">{name}</h2> : name}
        <p className="truncate text-xs text-ink-3">{title}</p>
      </div>
      {aside}
    </header>
  )
}
