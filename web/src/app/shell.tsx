import { Link, Outlet, useRouter, type ErrorComponentProps } from '@tanstack/react-router'
import { Unplug } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Empty } from '../ui/empty.tsx'
import { ErrorNotice } from '../ui/notice.tsx'
import { Offline } from './offline.tsx'
import { Palette } from './palette.tsx'
import { Sidebar } from './sidebar.tsx'

/** The frame of every page: where one can go at the left, the page at the right. */
export function Shell() {
  const [searching, setSearching] = useState(false)
  return (
    <div className="flex h-dvh">
      <a
        href="#page"
        className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:m-2 focus:rounded-md focus:bg-surface focus:px-3 focus:py-2 focus:shadow-float"
      >
        Skip to the page
      </a>
      <Sidebar onSearch={() => setSearching(true)} />
      <div className="flex min-w-0 flex-1 flex-col">
        <Offline />
        <main id="page" tabIndex={-1} className="min-h-0 flex-1 bg-surface outline-none md:border-l">
          <Outlet />
        </main>
      </div>
      <Palette open={searching} onOpenChange={setSearching} />
    </div>
  )
}

export function Missing() {
  return (
    <Empty
      icon={<Unplug />}
      title="There is nothing at this address"
      action={
        <Button asChild>
          <Link to="/workflows">Workflows</Link>
        </Button>
      }
    >
      It may have been renamed or deleted.
    </Empty>
  )
}

/** A page that could not be shown. */
export function Broken({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  return (
    <div className="mx-auto max-w-xl p-8">
      <ErrorNotice
        error={error}
        action={
          <Button
            size="small"
            onClick={() => {
              reset()
              void router.invalidate()
            }}
          >
            Try again
          </Button>
        }
      />
    </div>
  )
}
