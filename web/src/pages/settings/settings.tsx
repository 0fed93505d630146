import { Link, Outlet } from '@tanstack/react-router'
import { Page } from '../../ui/page.tsx'

const PARTS = [
  { to: '/settings', label: 'Server' },
  { to: '/settings/users', label: 'Users' },
  { to: '/settings/security', label: 'Password and sessions' },
  { to: '/settings/audit', label: 'Audit log' }
] as const

/** What belongs to the server, and to whoever is signed in. */
export function Settings() {
  return (
    <Page
      title="Settings"
      below={
        <nav aria-label="Settings" className="-mb-3 flex gap-4 overflow-x-auto">
          {PARTS.map(({ to, label }) => (
            <Link
              key={to}
              to={to}
              activeOptions={{ exact: true }}
              className="border-b-2 border-transparent px-0.5 py-2 text-sm whitespace-nowrap text-ink-3 hover:text-ink data-[status=active]:border-ink data-[status=active]:text-ink"
            >
              {label}
            </Link>
          ))}
        </nav>
      }
    >
      <Outlet />
    </Page>
  )
}
