import { useQuery } from '@tanstack/react-query'
import { MoreHorizontal, Plus, RefreshCw, Trash2, Variable } from 'lucide-react'
import { useState } from 'react'
import { environmentQuery, removeVariable, type EnvSecret } from '../../api/environment.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Lock } from '../../ui/lock.tsx'
import { Menu, MenuItem, MenuLine } from '../../ui/menu.tsx'
import { ErrorNotice } from '../../ui/notice.tsx'
import { Page } from '../../ui/page.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { Badge } from '../../ui/status.tsx'
import { Time } from '../../ui/time.tsx'
import { SecretDialog } from './secret-dialog.tsx'

/** Secrets that belong to the server and not to one caller: keys of your own. */
export function Environment() {
  const secrets = useQuery(environmentQuery)
  const [editing, setEditing] = useState<EnvSecret | 'new'>()
  return (
    <Page
      title="Environment"
      actions={
        <Button look="primary" onClick={() => setEditing('new')}>
          <Plus className="size-4" aria-hidden="true" /> Add a secret
        </Button>
      }
    >
      {secrets.error === null ? null : (
        <div className="p-6">
          <ErrorNotice error={secrets.error} />
        </div>
      )}
      {secrets.isPending ? <SkeletonRows count={3} /> : null}
      {secrets.data?.length === 0 ? (
        <Empty icon={<Variable />} title="No secret yet">
          Secrets of your own, such as the key of an internal service. A workflow that declares one under{' '}
          <code className="font-mono text-xs">settings.env</code> gets a handle for it, and it leaves for the hosts that
          you name here, and for no others.
        </Empty>
      ) : null}
      <ul aria-label="Secrets">
        {secrets.data?.map((secret) => (
          <SecretRow key={secret.name} secret={secret} onReplace={() => setEditing(secret)} />
        ))}
      </ul>
      {editing === undefined ? null : (
        <SecretDialog {...(editing === 'new' ? {} : { secret: editing })} onClose={() => setEditing(undefined)} />
      )}
    </Page>
  )
}

function SecretRow({ secret, onReplace }: { secret: EnvSecret; onReplace: () => void }) {
  const [removing, setRemoving] = useState(false)
  return (
    <li className="flex h-12 items-center gap-4 border-b px-6 hover:bg-canvas">
      <span className="w-56 shrink-0 truncate font-mono text-sm">{secret.name}</span>
      <span className="flex w-24 shrink-0">
        <Lock label="sealed" why="The value is sealed on the server and shown to nobody." />
      </span>
      <span className="flex min-w-0 flex-1 items-center gap-1.5 overflow-hidden">
        {secret.hosts.length === 0 ? <Badge tone="warn">May go nowhere</Badge> : null}
        {secret.hosts.map((host) => (
          <Badge key={host}>{host}</Badge>
        ))}
      </span>
      <Time at={secret.updated_at} className="text-xs text-ink-3" />
      <Menu
        trigger={
          <IconButton label={`More for ${secret.name}`}>
            <MoreHorizontal className="size-4" />
          </IconButton>
        }
      >
        <MenuItem icon={<RefreshCw />} onSelect={onReplace}>
          New value…
        </MenuItem>
        <MenuLine />
        <MenuItem icon={<Trash2 />} danger onSelect={() => setRemoving(true)}>
          Remove…
        </MenuItem>
      </Menu>
      <Confirm
        open={removing}
        onOpenChange={setRemoving}
        title={`Remove ${secret.name}?`}
        action="Remove the secret"
        onConfirm={() => removeVariable(secret.name)}
      >
        <p>Its sealed value is deleted. Runs of workflows that declare it fail from then on.</p>
      </Confirm>
    </li>
  )
}
