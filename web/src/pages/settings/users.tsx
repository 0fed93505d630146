import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { Link2, MoreHorizontal, Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { removeUser, usersQuery, type User } from '../../api/people.ts'
import { sessionQuery } from '../../app/session.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { Menu, MenuItem, MenuLine } from '../../ui/menu.tsx'
import { ErrorNotice } from '../../ui/notice.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { Badge } from '../../ui/status.tsx'
import { Time } from '../../ui/time.tsx'
import { AddUser, NewLink } from './user-dialogs.tsx'
import { Part } from './part.tsx'

/** Who may sign in. */
export function Users() {
  const users = useQuery(usersQuery)
  const [adding, setAdding] = useState(false)
  return (
    <div className="max-w-3xl">
      <Part
        title="Users"
        about="Everybody who signs in is an administrator. Programs use the admin token of the data directory instead."
        action={
          <Button look="primary" onClick={() => setAdding(true)}>
            <Plus className="size-4" aria-hidden="true" /> Add a user
          </Button>
        }
      >
        {users.error === null ? null : <ErrorNotice error={users.error} />}
        {users.isPending ? <SkeletonRows count={3} className="h-11" /> : null}
        <ul aria-label="Users" className="border-t">
          {users.data?.map((user) => (
            <UserRow key={user.name} user={user} />
          ))}
        </ul>
      </Part>
      {adding ? <AddUser onClose={() => setAdding(false)} /> : null}
    </div>
  )
}

function UserRow({ user: { name, active, link_expires_at, seen_at } }: { user: User }) {
  const { data: session } = useSuspenseQuery(sessionQuery)
  const [asking, setAsking] = useState<'link' | 'removal'>()
  const own = session.user?.name === name
  const close = (): void => setAsking(undefined)
  return (
    <li className="flex h-11 items-center gap-3 border-b">
      <span className="min-w-0 truncate font-medium">{name}</span>
      {own ? <Badge>you</Badge> : null}
      {active ? null : <Badge tone="warn">no password yet</Badge>}
      <span className="flex-1" />
      <span className="text-right text-xs text-ink-3">
        {link_expires_at === null ? null : (
          <>
            link expires <Time at={link_expires_at} />
            {seen_at === null ? '' : ', '}
          </>
        )}
        {seen_at === null ? null : (
          <>
            last seen <Time at={seen_at} />
          </>
        )}
        {active && seen_at === null && link_expires_at === null ? 'signed in nowhere' : null}
      </span>
      <Menu
        trigger={
          <IconButton label={`More for ${name}`}>
            <MoreHorizontal className="size-4" />
          </IconButton>
        }
      >
        <MenuItem icon={<Link2 />} onSelect={() => setAsking('link')}>
          New link…
        </MenuItem>
        <MenuLine />
        <MenuItem icon={<Trash2 />} danger onSelect={() => setAsking('removal')}>
          Remove…
        </MenuItem>
      </Menu>
      {asking === 'link' ? <NewLink name={name} active={active} onClose={close} /> : null}
      <Confirm
        open={asking === 'removal'}
        onOpenChange={close}
        title={`Remove ${name}?`}
        action="Remove the user"
        onConfirm={() => removeUser(name)}
      >
        <p>
          {own ? 'You are signed out at once, and cannot sign in again.' : 'Their browsers are signed out at once.'}{' '}
          Workflows, accounts and history stay as they are.
        </p>
      </Confirm>
    </li>
  )
}
