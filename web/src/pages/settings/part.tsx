import type { ReactNode } from 'react'

interface PartProps {
  title: string
  /** One sentence. */
  about?: ReactNode
  action?: ReactNode
  children: ReactNode
}

/** A part of a settings page. */
export function Part({ title, about, action, children }: PartProps) {
  return (
    <section className="flex flex-col gap-4 border-b px-6 py-6 last:border-b-0">
      <header className="flex items-start gap-4">
        <div className="min-w-0 flex-1">
          <h2 className="text-base font-semibold">{title}</h2>
          {about === undefined ? null : <p className="mt-0.5 text-sm text-ink-3">{about}</p>}
        </div>
        {action}
      </header>
      {children}
    </section>
  )
}
