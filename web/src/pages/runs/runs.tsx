import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { History } from 'lucide-react'
import { useMemo } from 'react'
import { runsQuery, type RunFilter } from '../../api/runs.ts'
import { Button } from '../../ui/button.tsx'
import { Empty } from '../../ui/empty.tsx'
import { ErrorNotice } from '../../ui/notice.tsx'
import { Page } from '../../ui/page.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { Filters } from './filters.tsx'
import { RunList } from './run-list.tsx'
import { useFresh } from './fresh.ts'

export function Runs() {
  const filter = useSearch({ from: '/shell/runs' })
  const navigate = useNavigate()
  // Kept up to date by `useFresh`, which does not ask for a thousand pages again.
  const runs = useInfiniteQuery({ ...runsQuery(filter), staleTime: Infinity })
  const connection = useFresh(filter)
  const rows = useMemo(() => runs.data?.pages.flatMap((page) => page.runs), [runs.data])
  return (
    <Page
      title="Event history"
      actions={<Live open={connection === 'open'} />}
      below={
        <Filters filter={filter} onChange={(next) => void navigate({ to: '/runs', search: next, replace: true })} />
      }
    >
      {runs.error === null ? null : (
        <div className="p-6">
          <ErrorNotice error={runs.error} />
        </div>
      )}
      {rows === undefined ? <SkeletonRows count={12} className="h-10" /> : null}
      {rows?.length === 0 && !runs.hasNextPage ? (
        <Nothing filter={filter} onClear={() => void navigate({ to: '/runs', search: {} })} />
      ) : null}
      {rows !== undefined && (rows.length > 0 || runs.hasNextPage) ? (
        <RunList
          rows={rows}
          more={runs.hasNextPage}
          loading={runs.isFetchingNextPage}
          onMore={() => void runs.fetchNextPage()}
        />
      ) : null}
    </Page>
  )
}

function Live({ open }: { open: boolean }) {
  return (
    <span className="flex items-center gap-1.5 text-xs text-ink-3" role="status">
      <span className={`size-1.5 rounded-full ${open ? 'breathe bg-good' : 'bg-line-strong'}`} aria-hidden="true" />
      {open ? 'Live' : 'Connecting'}
    </span>
  )
}

function Nothing({ filter, onClear }: { filter: RunFilter; onClear: () => void }) {
  if (Object.keys(filter).length === 0)
    return (
      <Empty icon={<History />} title="No run yet">
        Every event that starts a workflow shows up here, with what each of its steps did. Where retention is off, or a
        request says <code className="font-mono text-xs">x-pd-nostore</code>, nothing is kept and nothing is listed.
      </Empty>
    )
  return (
    <Empty icon={<History />} title="No run matches" action={<Button onClick={onClear}>Clear the filters</Button>}>
      Runs older than their workflow’s retention are gone, and so are those that were not kept.
    </Empty>
  )
}
