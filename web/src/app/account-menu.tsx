import { useSuspenseQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { CircleUserRound, LogOut, Monitor, Moon, Sun } from 'lucide-react'
import { api } from '../api/client.ts'
import { Menu, MenuItem, MenuLabel, MenuLine } from '../ui/menu.tsx'
import { renewSession, sessionQuery } from './session.ts'
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
  async function signOut() {
    await api.DELETE('/session')
    await renewSession()
    await navigate({ to: '/sign-in' })
  }
  return (
    <Menu
      align="start"
      trigger={
        <button
          type="button"
          className="flex h-9 items-center gap-2.5 rounded-md px-2.5 text-ink-2 hover:bg-hover hover:text-ink"
        >
          <CircleUserRound className="size-4 shrink-0" aria-hidden="true" />
          <span className="sr-only truncate lg:not-sr-only">{session.user?.name}</span>
        </button>
      }
    >
      <MenuLabel>Appearance</MenuLabel>
      {THEMES.map((each) => (
        <MenuItem key={each.theme} icon={each.icon} onSelect={() => chooseTheme(each.theme)}>
          <span className={each.theme === theme ? 'font-medium' : ''}>{each.label}</span>
        </MenuItem>
      ))}
      <MenuLine />
      <MenuItem icon={<LogOut />} onSelect={() => void signOut()}>
        Sign out
      </MenuItem>
    </Menu>
  )
}
