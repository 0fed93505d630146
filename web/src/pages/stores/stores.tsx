import { useQuery } from '@tanstack/react-query'
import { CircleCheck, CircleX, FlaskConical, MoreHorizontal, Plus, Settings2, Trash2, Vault } from 'lucide-react'
import { useState } from 'react'
import { storeKindsQuery, storesQuery, type Store } from '../../api/access.ts'
import { api, body } from '../../api/client.ts'
import { queries } from '../../app/queries.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Menu, MenuItem, MenuLine } from '../../ui/menu.tsx'
import { ErrorNotice } from '../../ui/notice.tsx'
import { Page } from '../../ui/page.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { Badge } from '../../ui/status.tsx'
import { Leases } from './leases.tsx'
import { StoreDialog } from './store-dialog.tsx'

export function Stores() {
  const stores = useQuery(storesQuery)
  const [editing, setEditing] = useState<Store | 'new'>()
  const [tested, setTested] = useState<string>()
  return (
    <Page
      title="Secrets stores"
      actions={
        <Button look="primary" onClick={() => setEditing('new')}>
          <Plus className="size-4" aria-hidden="true" /> Add a store
        </Button>
      }
    >
      {stores.error === null ? null : (
        <div className="p-6">
          <ErrorNotice error={stores.error} />
        </div>
      )}
      {stores.isPending ? <SkeletonRows count={3} /> : null}
      {stores.data?.length === 0 ? (
        <Empty icon={<Vault />} title="No store yet">
          A store is where your users’ credentials live: HashiCorp Vault, AWS Secrets Manager, a database or Nango. A
          step that is bound to one fetches what it needs, uses it, and leaves nothing behind.
        </Empty>
      ) : null}
      <ul aria-label="Stores">
        {stores.data?.map((store) => (
          <StoreRow key={store.name} store={store} testing={tested === store.name} onEdit={() => setEditing(store)} />
        ))}
      </ul>
      <Leases />
      {editing === undefined ? null : (
        <StoreDialog
          {...(editing === 'new' ? {} : { store: editing })}
          onClose={() => setEditing(undefined)}
          onSaved={setTested}
        />
      )}
    </Page>
  )
}

interface StoreRowProps {
  store: Store
  /** Whether it is tested as soon as it is shown: it has just been saved. */
  testing: boolean
  onEdit: () => void
}

function StoreRow({ store, testing, onEdit }: StoreRowProps) {
  const { data: kinds } = useQuery(storeKindsQuery)
  const [removing, setRemoving] = useState(false)
  const [asked, setAsked] = useState(0)
  const test = useQuery({
    queryKey: ['store-test', store.name, store.updated_at, asked],
    queryFn: () => body(api.POST('/stores/{name}/test', { params: { path: { name: store.name } }, body: {} })),
    enabled: testing || asked > 0,
    staleTime: Infinity,
    retry: false,
    gcTime: 0
  })
  const where = ['address', 'host', 'region', 'path']
    .map((key) => store.config[key])
    .find((at) => typeof at === 'string')
  return (
    <li className="border-b">
      <div className="flex h-12 items-center gap-4 px-6 hover:bg-canvas">
        <span className="w-48 shrink-0 truncate font-medium">{store.name}</span>
        <span className="w-44 shrink-0 truncate text-ink-2">
          {kinds?.find(({ kind }) => kind === store.kind)?.title ?? store.kind}
        </span>
        <span className="min-w-0 flex-1 truncate font-mono text-xs text-ink-3">{where}</span>
        {store.source === 'file' ? <Badge>From a file</Badge> : null}
        <Button size="small" busy={test.isFetching} onClick={() => setAsked(asked + 1)}>
          <FlaskConical className="size-3.5" aria-hidden="true" /> Test
        </Button>
        <Menu
          trigger={
            <IconButton label={`More for ${store.name}`}>
              <MoreHorizontal className="size-4" />
            </IconButton>
          }
        >
          <MenuItem icon={<Settings2 />} disabled={store.source === 'file'} onSelect={onEdit}>
            Configure…
          </MenuItem>
          <MenuLine />
          <MenuItem icon={<Trash2 />} danger disabled={store.source === 'file'} onSelect={() => setRemoving(true)}>
            Remove…
          </MenuItem>
        </Menu>
      </div>
      {store.problem === undefined ? null : <p className="px-6 pb-3 text-sm text-bad-ink">{store.problem}</p>}
      {test.error === null ? null : (
        <div className="px-6 pb-3">
          <ErrorNotice error={test.error} />
        </div>
      )}
      {test.data === undefined ? null : <Checks checks={test.data.checks} />}
      <Confirm
        open={removing}
        onOpenChange={setRemoving}
        title={`Remove ${store.name}?`}
        action="Remove the store"
        onConfirm={async () => {
          await api.DELETE('/stores/{name}', { params: { path: { name: store.name } } })
          await queries.invalidateQueries({ queryKey: storesQuery.queryKey })
        }}
      >
        <p>
          What it is opened with is deleted here; the store itself stays as it is. Steps that are bound to it fail from
          then on. It is refused while runs hold something of it that has to be given back.
        </p>
      </Confirm>
    </li>
  )
}

function Checks({ checks }: { checks: readonly { what: string; ok: boolean; says: string }[] }) {
  return (
    <ul className="flex flex-col gap-1 px-6 pb-3" aria-label="What was looked at">
      {checks.map(({ what, ok, says }) => (
        <li key={what} className="flex items-start gap-2 text-sm">
          {ok ? (
            <CircleCheck className="mt-0.5 size-3.5 shrink-0 text-good" aria-label="works" />
          ) : (
            <CircleX className="mt-0.5 size-3.5 shrink-0 text-bad" aria-label="does not work" />
          )}
          <span className="w-28 shrink-0 text-ink-3">{what}</span>
          <span className={ok ? 'text-ink-2' : 'text-bad-ink'}>{says}</span>
        </li>
      ))}
    </ul>
  )
}
