import { useEffect, type ReactNode } from 'react'

/** Names the browser's tab while it is there. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Bellhop`
  }, [title])
}

interface PageProps {
  title: string
  /** Beside the title, at the right. */
  actions?: ReactNode
  /** Under the title: one sentence, or filters. */
  below?: ReactNode
  children: ReactNode
}

/** A page in the shell: its title, what can be done, and what it shows. */
export function Page({ title, actions, below, children }: PageProps) {
  useTitle(title)
  return (
    <div className="flex h-full min-h-0 flex-col">
      <header className="border-b bg-canvas px-6 pt-4 pb-3">
        <div className="flex min-h-8 items-center gap-3">
          <h1 className="flex-1 text-lg font-semibold tracking-tight">{title}</h1>
          {actions}
        </div>
        {below}
      </header>
      <div className="relative min-h-0 flex-1 overflow-auto">{children}</div>
    </div>
  )
}
