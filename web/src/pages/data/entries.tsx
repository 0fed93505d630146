import { useInfiniteQuery } from '@tanstack/react-query'
import { Trash2 } from 'lucide-react'
import { api, body } from '../../api/client.ts'
import { queries } from '../../app/queries.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { ErrorNotice } from '../../ui/notice.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { Time } from '../../ui/time.tsx'
import { toastError } from '../../ui/toast.tsx'
import type { Json } from '../../values/json.ts'
import { Value } from '../../values/value.tsx'

/** The entries of a data store, in the order of their keys, a page at a time. */
export function Entries({ store }: { store: string }) {
  const key = ['data-entries', store]
  const entries = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) =>
      body(
        api.GET('/data-stores/{store}/entries', {
          params: { path: { store }, query: pageParam === '' ? {} : { after: pageParam } },
          signal
        })
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_key ?? undefined
  })
  async function remove(entry: string) {
    await api.DELETE('/data-stores/{store}/entries', { params: { path: { store }, query: { key: entry } } })
    await queries.invalidateQueries({ queryKey: key })
  }
  if (entries.error !== null) return <ErrorNotice error={entries.error} />
  if (entries.data === undefined) return <SkeletonRows count={3} className="h-9" />
  const shown = entries.data.pages.flatMap((page) => page.entries)
  return (
    <div className="bg-canvas px-6 py-2 pl-12">
      {shown.length === 0 ? <p className="py-3 text-sm text-ink-3">It holds nothing.</p> : null}
      <ul>
        {shown.map((entry) => (
          <li key={entry.key} className="flex items-start gap-4 border-b py-2 last:border-0">
            <span className="w-56 shrink-0 truncate pt-0.5 font-mono text-xs" title={entry.key}>
              {entry.key}
            </span>
            <div className="min-w-0 flex-1">
              <Value value={entry.value as Json} label={`the value of ${entry.key}`} className="max-h-64" />
            </div>
            <span className="shrink-0 text-right text-xs text-ink-3">
              <Time at={entry.written_at} />
              {entry.expires_at === undefined ? null : (
                <span className="block">
                  goes <Time at={entry.expires_at} />
                </span>
              )}
            </span>
            <IconButton
              label={`Delete ${entry.key}`}
              size="small"
              onClick={() => void remove(entry.key).catch(toastError)}
            >
              <Trash2 className="size-3.5" />
            </IconButton>
          </li>
        ))}
      </ul>
      {entries.hasNextPage ? (
        <Button
          look="quiet"
          size="small"
          busy={entries.isFetchingNextPage}
          onClick={() => void entries.fetchNextPage()}
        >
          More entries
        </Button>
      ) : null}
    </div>
  )
}
