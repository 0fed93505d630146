import { Link, useNavigate } from '@tanstack/react-router'
import {
  ChevronRight,
  Code,
  Ellipsis,
  History,
  Keyboard,
  ListTree,
  Redo2,
  Rocket,
  Settings2,
  Trash2,
  Undo2,
  GitCompare
} from 'lucide-react'
import { Button, IconButton } from '../ui/button.tsx'
import { Menu, MenuItem, MenuLine } from '../ui/menu.tsx'
import { Badge } from '../ui/status.tsx'
import { useEditor } from './context.tsx'
import { useDraft } from './draft/context.tsx'
import { SaveStatusMark } from './draft/status.tsx'

interface HeaderProps {
  yaml: boolean
  onYaml: () => void
  onDeploy: () => void
  onKeys: () => void
  onDrop: () => void
}

/** The workflow that is open, whether it is safe, and what can be done with it. */
export function Header({ yaml, onYaml, onDeploy, onKeys, onDrop }: HeaderProps) {
  const { workflow, undo, redo, select } = useEditor()
  const { draft, deployed } = useDraft()
  const navigate = useNavigate()
  return (
    <header className="flex h-13 shrink-0 items-center gap-2 border-b bg-canvas pr-4 pl-6">
      <nav aria-label="Where this is" className="flex min-w-0 items-center gap-1.5">
        <Link to="/workflows" className="text-ink-3 hover:text-ink max-lg:sr-only">
          Workflows
        </Link>
        <ChevronRight className="size-3.5 shrink-0 text-ink-3 max-lg:hidden" aria-hidden="true" />
        <h1 className="truncate text-base font-semibold tracking-tight">{workflow}</h1>
      </nav>
      <Standing />
      <span className="flex-1" />
      <SaveStatusMark />
      <IconButton label="Undo" keys="mod+z" onClick={undo} disabled={undo === undefined}>
        <Undo2 className="size-4" />
      </IconButton>
      <IconButton label="Redo" keys="mod+shift+z" onClick={redo} disabled={redo === undefined}>
        <Redo2 className="size-4" />
      </IconButton>
      <Button size="small" aria-pressed={yaml} onClick={onYaml}>
        {yaml ? <ListTree className="size-3.5" /> : <Code className="size-3.5" />}
        {yaml ? 'Steps' : 'YAML'}
      </Button>
      <Menu
        trigger={
          <IconButton label="More">
            <Ellipsis className="size-4" />
          </IconButton>
        }
      >
        <MenuItem icon={<Settings2 />} onSelect={() => select('settings')}>
          Settings
        </MenuItem>
        <MenuItem
          icon={<GitCompare />}
          onSelect={() => void navigate({ to: '/workflows/$name/versions', params: { name: workflow } })}
        >
          Versions
        </MenuItem>
        <MenuItem icon={<History />} onSelect={() => void navigate({ to: '/runs', search: { workflow } })}>
          Its runs
        </MenuItem>
        <MenuItem icon={<Keyboard />} keys="?" onSelect={onKeys}>
          Keys
        </MenuItem>
        {deployed !== undefined && draft.revision > 0 ? (
          <>
            <MenuLine />
            <MenuItem icon={<Trash2 />} danger onSelect={onDrop}>
              Drop the draft…
            </MenuItem>
          </>
        ) : null}
      </Menu>
      <Button look="primary" onClick={onDeploy}>
        <Rocket className="size-3.5" />
        Deploy
      </Button>
    </header>
  )
}

/** How the draft stands to what is deployed. */
function Standing() {
  const { document } = useEditor()
  const { deployed } = useDraft()
  if (deployed === undefined) return <Badge>never deployed</Badge>
  if (deployed.text === document.text) return <Badge>version {deployed.version}</Badge>
  return <Badge tone="accent">differs from version {deployed.version}</Badge>
}
