import type { ReactNode } from 'react'

/** Nothing is here yet: what would be, and how to begin. */
export function Empty({
  icon,
  title,
  children,
  action
}: {
  icon: ReactNode
  title: string
  children?: ReactNode
  action?: ReactNode
}) {
  return (
    <div className="flex flex-col items-center gap-2 px-6 py-16 text-center">
      <div className="mb-1 flex size-10 items-center justify-center rounded-xl bg-sunken text-ink-3 [&>svg]:size-5">
        {icon}
      </div>
      <h2 className="text-base font-medium">{title}</h2>
      {children === undefined ? null : <div className="max-w-md text-sm text-ink-3">{children}</div>}
      {action === undefined ? null : <div className="mt-3 flex gap-2">{action}</div>}
    </div>
  )
}
