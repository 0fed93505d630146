import { useQuery } from '@tanstack/react-query'
import { MoreHorizontal, Plus, RefreshCw, Trash2, UserRoundCheck } from 'lucide-react'
import { useState } from 'react'
import { ConnectAccount, type ConnectableApp } from '../../access/connect-account.tsx'
import { accountsQuery, appsQuery, removeAccount, type Account } from '../../api/access.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Menu, MenuItem, MenuLabel, MenuLine } from '../../ui/menu.tsx'
import { ErrorNotice } from '../../ui/notice.tsx'
import { Page } from '../../ui/page.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { Lock } from '../../ui/lock.tsx'
import { Time } from '../../ui/time.tsx'

interface Connecting {
  app: ConnectableApp
  name?: string
}

export function Accounts() {
  const accounts = useQuery(accountsQuery)
  const { data: apps = [] } = useQuery(appsQuery)
  const [connecting, setConnecting] = useState<Connecting>()
  const connect = (
    <Menu
      trigger={
        <Button look="primary">
          <Plus className="size-4" aria-hidden="true" /> Connect new account
        </Button>
      }
    >
      <MenuLabel>App</MenuLabel>
      {apps
        .filter(({ fields }) => Object.keys(fields).length > 0)
        .map((app) => (
          <MenuItem key={app.app} onSelect={() => setConnecting({ app })}>
            {app.name}
          </MenuItem>
        ))}
    </Menu>
  )
  return (
    <Page title="Accounts" actions={connect}>
      {accounts.error === null ? null : (
        <div className="p-6">
          <ErrorNotice error={accounts.error} />
        </div>
      )}
      {accounts.isPending ? <SkeletonRows count={4} /> : null}
      {accounts.data?.length === 0 ? (
        <Empty icon={<UserRoundCheck />} title="No account is connected">
          A connected account is one that every run of a step acts as: your own bot, for example. To act for each of
          your users, choose <b>Use runtime authentication</b> in the step: then no account is needed, and none is kept.
        </Empty>
      ) : null}
      <ul aria-label="Connected accounts">
        {accounts.data?.map((account) => (
          <AccountRow
            key={`${account.app}/${account.name}`}
            account={account}
            app={apps.find(({ app }) => app === account.app)}
            onReplace={setConnecting}
          />
        ))}
      </ul>
      {connecting === undefined ? null : <ConnectAccount {...connecting} onClose={() => setConnecting(undefined)} />}
    </Page>
  )
}

interface AccountRowProps {
  account: Account
  app: ConnectableApp | undefined
  onReplace: (connecting: Connecting) => void
}

function AccountRow({ account, app, onReplace }: AccountRowProps) {
  const [removing, setRemoving] = useState(false)
  const replaced = app ?? unlisted(account)
  return (
    <li className="flex h-12 items-center gap-4 border-b px-6 hover:bg-canvas">
      <span className="w-32 shrink-0 text-ink-2">{replaced.name}</span>
      <span className="min-w-0 flex-1 truncate font-medium">{account.name}</span>
      <span className="hidden gap-1.5 md:flex">
        {account.fields.map((field) => (
          <Lock key={field} label={field} why="The value is sealed on the server and shown to nobody." />
        ))}
      </span>
      <span className="w-28 text-right text-xs text-ink-3">
        <Time at={account.updated_at} />
      </span>
      <Menu
        trigger={
          <IconButton label={`More for ${account.name}`}>
            <MoreHorizontal className="size-4" />
          </IconButton>
        }
      >
        <MenuItem icon={<RefreshCw />} onSelect={() => onReplace({ app: replaced, name: account.name })}>
          New values…
        </MenuItem>
        <MenuLine />
        <MenuItem icon={<Trash2 />} danger onSelect={() => setRemoving(true)}>
          Remove…
        </MenuItem>
      </Menu>
      <Confirm
        open={removing}
        onOpenChange={setRemoving}
        title={`Remove ${account.name}?`}
        action="Remove the account"
        onConfirm={() => removeAccount(account.app, account.name)}
      >
        <p>
          Its sealed values are deleted. Steps that use it fail from then on, those of runs that are under way, too.
        </p>
      </Confirm>
    </li>
  )
}

/** An app that is in no catalogue, known by what its account has. */
function unlisted(account: Account): ConnectableApp {
  return {
    app: account.app,
    name: account.app,
    fields: Object.fromEntries(account.fields.map((field) => [field, { label: field, secret: true, optional: false }])),
    optional: false,
    unlisted: true
  }
}
