import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Command } from 'cmdk'
import { History, KeyRound, LogOut, Moon, Plus, ScrollText, Sun, Users, Workflow } from 'lucide-react'
import { useEffect, type ReactNode } from 'react'
import { draftsQuery, workflowsQuery } from '../api/workflows.ts'
import { toastError } from '../ui/toast.tsx'
import { PLACES } from './sidebar.tsx'
import { signOut } from './session.ts'
import { chooseTheme } from './theme.ts'

const SETTINGS = [
  { to: '/settings/users', label: 'Users', icon: <Users /> },
  { to: '/settings/security', label: 'Password and sessions', icon: <KeyRound /> },
  { to: '/settings/audit', label: 'Audit log', icon: <ScrollText /> }
] as const

interface PaletteProps {
  open: boolean
  onOpenChange: (open: boolean) => void
}

/** Everything by name: `mod+k`. */
export function Palette({ open, onOpenChange }: PaletteProps) {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.key !== 'k' || !(event.metaKey || event.ctrlKey)) return
      event.preventDefault()
      onOpenChange(!open)
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [open, onOpenChange])
  return (
    <Command.Dialog
      open={open}
      onOpenChange={onOpenChange}
      label="Search and commands"
      overlayClassName="fixed inset-0 z-40 bg-[oklch(0.1_0.01_286/0.35)]"
      contentClassName="float-in fixed top-[14vh] left-1/2 z-50 w-[36rem] max-w-[calc(100vw-2rem)] -translate-x-1/2 overflow-hidden rounded-xl bg-surface shadow-float outline-none"
    >
      <Command.Input
        placeholder="Go to a workflow, a page, a run’s id…"
        className="h-12 w-full border-b bg-transparent px-4 text-base outline-none placeholder:text-ink-3"
      />
      <Command.List className="max-h-[50vh] overflow-auto p-1.5">
        <Command.Empty className="px-3 py-8 text-center text-sm text-ink-3">Nothing of this name.</Command.Empty>
        {open ? <Entries close={() => onOpenChange(false)} /> : null}
      </Command.List>
    </Command.Dialog>
  )
}

function Entries({ close }: { close: () => void }) {
  const navigate = useNavigate()
  const { data: deployed = [] } = useQuery(workflowsQuery)
  const { data: drafts = [] } = useQuery(draftsQuery)
  const names = new Set([...deployed, ...drafts].map(({ name }) => name))
  const go = (how: () => unknown) => () => {
    close()
    void how()
  }
  return (
    <>
      <Group heading="Commands">
        <Entry icon={<Plus />} onSelect={go(() => navigate({ to: '/workflows', search: { new: true } }))}>
          New workflow
        </Entry>
        <Entry
          icon={<LogOut />}
          onSelect={go(() => signOut(false, () => navigate({ to: '/sign-in' })).catch(toastError))}
        >
          Sign out
        </Entry>
      </Group>
      <Group heading="Workflows">
        {[...names].map((name) => (
          <Entry
            key={name}
            icon={<Workflow />}
            onSelect={go(() => navigate({ to: '/workflows/$name', params: { name } }))}
          >
            {name}
          </Entry>
        ))}
      </Group>
      <Group heading="Pages">
        {PLACES.map(({ to, label, icon }) => (
          <Entry key={to} icon={icon} onSelect={go(() => navigate({ to }))}>
            {label}
          </Entry>
        ))}
        {SETTINGS.map(({ to, label, icon }) => (
          <Entry key={to} icon={icon} onSelect={go(() => navigate({ to }))}>
            {label}
          </Entry>
        ))}
      </Group>
      <Group heading="Runs">
        <Entry icon={<History />} onSelect={go(() => navigate({ to: '/runs', search: { status: 'failed' } }))}>
          Failed runs
        </Entry>
        <Entry icon={<History />} onSelect={go(() => navigate({ to: '/runs', search: { status: 'waiting' } }))}>
          Waiting runs
        </Entry>
      </Group>
      <Group heading="Appearance">
        <Entry icon={<Sun />} onSelect={go(() => chooseTheme('light'))}>
          Light
        </Entry>
        <Entry icon={<Moon />} onSelect={go(() => chooseTheme('dark'))}>
          Dark
        </Entry>
      </Group>
    </>
  )
}

function Group({ heading, children }: { heading: string; children: ReactNode }) {
  return (
    <Command.Group
      heading={heading}
      className="[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-ink-3"
    >
      {children}
    </Command.Group>
  )
}

function Entry({ icon, onSelect, children }: { icon: ReactNode; onSelect: () => void; children: ReactNode }) {
  return (
    <Command.Item
      onSelect={onSelect}
      className="flex cursor-default items-center gap-2.5 rounded-md px-2.5 py-2 text-sm select-none data-[selected=true]:bg-hover [&>svg]:size-4 [&>svg]:text-ink-3"
    >
      {icon}
      {children}
    </Command.Item>
  )
}
