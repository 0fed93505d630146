import type { ReactNode } from 'react'
import { Offline } from '../../app/offline.tsx'
import { Bell } from '../../ui/bell.tsx'
import { useTitle } from '../../ui/page.tsx'

/** A page for those who are not in yet. */
export function DoorPage({ title, intro, children }: { title: string; intro?: ReactNode; children: ReactNode }) {
  useTitle(title)
  return (
    <div className="flex min-h-dvh flex-col bg-canvas">
      <Offline />
      <main className="mx-auto flex w-full max-w-88 flex-col gap-6 px-4 pt-[16vh] pb-10">
        <div className="flex flex-col gap-3">
          <Bell className="size-9" />
          <h1 className="mt-2 text-xl font-semibold tracking-tight">{title}</h1>
          {intro === undefined ? null : <p className="text-base text-ink-2">{intro}</p>}
        </div>
        {children}
      </main>
    </div>
  )
}
