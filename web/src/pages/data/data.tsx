import { useQuery } from '@tanstack/react-query'
import { ChevronRight, Database, Trash2 } from 'lucide-react'
import { Collapsible } from 'radix-ui'
import { useState } from 'react'
import { api, body, type Schemas } from '../../api/client.ts'
import { queries } from '../../app/queries.ts'
import { IconButton } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { Empty } from '../../ui/empty.tsx'
import { ErrorNotice } from '../../ui/notice.tsx'
import { Page } from '../../ui/page.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { Time } from '../../ui/time.tsx'
import { Entries } from './entries.tsx'

type DataStore = Schemas['DataStore']
const KEY = ['data-stores']

/** What steps keep from run to run. */
export function Data() {
  const stores = useQuery({
    queryKey: KEY,
    queryFn: async () => (await body(api.GET('/data-stores'))).data_stores
  })
  return (
    <Page title="Data stores">
      {stores.error === null ? null : (
        <div className="p-6">
          <ErrorNotice error={stores.error} />
        </div>
      )}
      {stores.isPending ? <SkeletonRows count={3} /> : null}
      {stores.data?.length === 0 ? (
        <Empty icon={<Database />} title="No data store yet">
          Steps keep values here from run to run: through a prop of the type{' '}
          <code className="font-mono text-xs">data_store</code>, or{' '}
          <code className="font-mono text-xs">$.service.db</code>. Secrets are refused.
        </Empty>
      ) : null}
      <ul aria-label="Data stores">
        {stores.data?.map((store) => (
          <StoreRow key={store.name} store={store} />
        ))}
      </ul>
    </Page>
  )
}

function StoreRow({ store }: { store: DataStore }) {
  const [deleting, setDeleting] = useState(false)
  return (
    <Collapsible.Root asChild>
      <li className="border-b">
        <div className="flex h-12 items-center gap-4 px-6 hover:bg-canvas">
          <Collapsible.Trigger className="group flex min-w-0 flex-1 items-center gap-2 text-left font-medium">
            <ChevronRight
              className="size-3.5 shrink-0 text-ink-3 transition-transform group-data-[state=open]:rotate-90"
              aria-hidden="true"
            />
            <span className="truncate">{store.name}</span>
          </Collapsible.Trigger>
          <span className="w-28 text-right text-sm text-ink-2 tabular-nums">
            {store.entries.toLocaleString('en')} {store.entries === 1 ? 'entry' : 'entries'}
          </span>
          <span className="w-24 text-right text-sm text-ink-3 tabular-nums">{bytesText(store.bytes)}</span>
          <Time at={store.created_at} className="hidden w-24 text-right text-xs text-ink-3 md:inline" />
          <IconButton label={`Delete ${store.name}`} onClick={() => setDeleting(true)}>
            <Trash2 className="size-4" />
          </IconButton>
        </div>
        <Collapsible.Content>
          <Entries store={store.name} />
        </Collapsible.Content>
        <Confirm
          open={deleting}
          onOpenChange={setDeleting}
          title={`Delete ${store.name}?`}
          action="Delete the data store"
          onConfirm={async () => {
            await api.DELETE('/data-stores/{store}', { params: { path: { store: store.name } } })
            await queries.invalidateQueries({ queryKey: KEY })
          }}
        >
          <p>All {store.entries.toLocaleString('en')} entries go. A step that names it makes it anew, empty.</p>
        </Confirm>
      </li>
    </Collapsible.Root>
  )
}

function bytesText(bytes: number): string {
  if (bytes < 1_024) return `${bytes} B`
  return bytes < 1_048_576 ? `${(bytes / 1_024).toFixed(1)} KB` : `${(bytes / 1_048_576).toFixed(1)} MB`
}
