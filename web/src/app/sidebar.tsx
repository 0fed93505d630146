import { Link } from '@tanstack/react-router'
import { Database, History, Search, Settings, UserRoundCheck, Variable, Vault, Workflow } from 'lucide-react'
import type { ReactNode } from 'react'
import { Bell } from '../ui/bell.tsx'
import { Keys } from '../ui/keys.tsx'
import { AccountMenu } from './account-menu.tsx'

const ICON = 'size-4 shrink-0'

/** Where one can go. */
export const PLACES = [
  { to: '/workflows', label: 'Workflows', icon: <Workflow className={ICON} /> },
  { to: '/runs', label: 'Event history', icon: <History className={ICON} /> },
  { to: '/accounts', label: 'Accounts', icon: <UserRoundCheck className={ICON} /> },
  { to: '/stores', label: 'Secrets stores', icon: <Vault className={ICON} /> },
  { to: '/environment', label: 'Environment', icon: <Variable className={ICON} /> },
  { to: '/data', label: 'Data stores', icon: <Database className={ICON} /> },
  { to: '/settings', label: 'Settings', icon: <Settings className={ICON} /> }
] as const

export function Sidebar({ onSearch }: { onSearch: () => void }) {
  return (
    <nav aria-label="Main" className="flex w-14 shrink-0 flex-col gap-0.5 bg-canvas p-2 lg:w-52">
      <Link to="/workflows" className="mb-2 flex h-9 items-center gap-2.5 rounded-md px-2 font-semibold tracking-tight">
        <Bell />
        <span className="hidden lg:inline">Bellhop</span>
      </Link>
      <button
        type="button"
        onClick={onSearch}
        className="mb-2 flex h-8 items-center gap-2.5 rounded-md border border-line-strong bg-surface px-2.5 text-ink-3 hover:text-ink"
      >
        <Search className="size-3.5 shrink-0" aria-hidden="true" />
        <span className="sr-only flex-1 text-left lg:not-sr-only">Search</span>
        <span className="hidden lg:inline">
          <Keys of="mod+k" />
        </span>
      </button>
      {PLACES.map((place) => (
        <Place key={place.to} {...place} />
      ))}
      <div className="flex-1" />
      <AccountMenu />
    </nav>
  )
}

function Place({ to, label, icon }: { to: (typeof PLACES)[number]['to']; label: string; icon: ReactNode }) {
  return (
    <Link
      to={to}
      title={label}
      className="flex h-8 items-center gap-2.5 rounded-md px-2.5 text-ink-2 hover:bg-hover hover:text-ink data-[status=active]:bg-hover data-[status=active]:font-medium data-[status=active]:text-ink"
    >
      {icon}
      <span className="sr-only lg:not-sr-only">{label}</span>
    </Link>
  )
}
