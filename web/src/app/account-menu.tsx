import { useSuspenseQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { CircleUserRound, KeyRound, LogOut, Monitor, Moon, Sun, Users } from 'lucide-react'
import { Menu, MenuItem, MenuLabel, MenuLine } from '../ui/menu.tsx'
import { toastError } from '../ui/toast.tsx'
import { sessionQuery, signOut } from './session.ts'
import { chooseTheme, useTheme, type Theme } from './theme.ts'

const THEMES: readonly { theme: Theme; label: string; icon: React.ReactNode }[] = [
  { theme: 'system', label: 'As the system has it', icon: <Monitor /> },
  { theme: 'light', label: 'Light', icon: <Sun /> },
  { theme: 'dark', label: 'Dark', icon: <Moon /> }
]

/** Who is signed in, and what is theirs to choose. */
export function AccountMenu() {
  const { data: session } = useSuspenseQuery(sessionQuery)
  const theme = useTheme()
  const navigate = useNavigate()
  async function leave(everywhere: boolean) {
    try {
      await signOut(everywhere, () => navigate({ to: '/sign-in' }))
    } catch (error) {
      toastError(error)
    }
  }
  const name = session.user?.name ?? ''
  return (
    <Menu
      align="start"
      trigger={
        <button
          type="button"
          aria-label={`Account of ${name}`}
          className="flex h-9 items-center gap-2.5 rounded-md px-2.5 text-ink-2 hover:bg-hover hover:text-ink"
        >
          <CircleUserRound className="size-4 shrink-0" aria-hidden="true" />
          <span className="sr-only truncate lg:not-sr-only">{name}</span>
        </button>
      }
    >
      <MenuLabel>Signed in as {name}</MenuLabel>
      <MenuItem icon={<KeyRound />} onSelect={() => void navigate({ to: '/settings/security' })}>
        Password and sessions
      </MenuItem>
      <MenuItem icon={<Users />} onSelect={() => void navigate({ to: '/settings/users' })}>
        Users
      </MenuItem>
      <MenuLine />
      <MenuLabel>Appearance</MenuLabel>
      {THEMES.map((each) => (
        <MenuItem key={each.theme} icon={each.icon} onSelect={() => chooseTheme(each.theme)}>
          <span className={each.theme === theme ? 'font-medium' : ''}>{each.label}</span>
        </MenuItem>
      ))}
      <MenuLine />
      <MenuItem icon={<LogOut />} onSelect={() => void leave(false)}>
        Sign out
      </MenuItem>
      <MenuItem icon={<LogOut />} onSelect={() => void leave(true)}>
        Sign out everywhere
      </MenuItem>
    </Menu>
  )
}
