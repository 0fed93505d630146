import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ScrollText } from 'lucide-react'
import { api, body, type Schemas } from '../../api/client.ts'
import { Button } from '../../ui/button.tsx'
import { Empty } from '../../ui/empty.tsx'
import { ErrorNotice } from '../../ui/notice.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { Badge } from '../../ui/status.tsx'
import { Time } from '../../ui/time.tsx'
import { Part } from './part.tsx'

type Entry = Schemas['AuditEntry']

const PAGE = 100

/** Every time that code was handed a real credential. */
export function Audit() {
  const { data, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ['audit'],
    initialPageParam: Number.MAX_SAFE_INTEGER,
    queryFn: async ({ pageParam: before }) =>
      (await body(api.GET('/audit', { params: { query: { before, limit: PAGE } } }))).entries,
    getNextPageParam: (last) => (last.length < PAGE ? undefined : last.at(-1)?.id)
  })
  const entries = data?.pages.flat()
  return (
    <div className="max-w-4xl">
      <Part
        title="Audit log"
        about="Each deploy and each run in which a step with reveal: true got real credentials. Names of fields only, never a value."
      >
        {error === null ? null : <ErrorNotice error={error} />}
        {isPending ? <SkeletonRows count={6} className="h-11" /> : null}
        {entries?.length === 0 ? (
          <Empty icon={<ScrollText />} title="No code was ever handed a credential">
            Code gets handles. Only a step that says <code className="font-mono text-xs">reveal: true</code> gets real
            values, and then it is written here first.
          </Empty>
        ) : (
          <ul aria-label="Entries" className="border-t">
            {entries?.map((entry) => (
              <EntryRow key={entry.id} entry={entry} />
            ))}
          </ul>
        )}
        {hasNextPage ? (
          <div>
            <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              Earlier entries
            </Button>
          </div>
        ) : null}
      </Part>
    </div>
  )
}

function EntryRow({ entry: { at, action, workflow, version, run, step, credentials } }: { entry: Entry }) {
  return (
    <li className="flex min-h-11 items-center gap-3 border-b py-2">
      <span className="w-20 shrink-0 text-xs text-ink-3">
        <Time at={at} />
      </span>
      <span className="min-w-0 flex-1">
        {action === 'reveal' ? 'Handed to' : 'Deployed: is handed to'} <b className="font-medium">{step}</b> of{' '}
        <Link to="/workflows/$name" params={{ name: workflow }} className="text-accent-ink hover:underline">
          {workflow}
        </Link>{' '}
        <span className="text-ink-3">version {version}</span>
      </span>
      <span className="flex flex-wrap justify-end gap-1.5">
        {Object.entries(credentials).flatMap(([app, fields]) =>
          fields.map((field) => (
            <Badge key={`${app} ${field}`} tone="brass">
              {app}.{field}
            </Badge>
          ))
        )}
      </span>
      <span className="w-16 shrink-0 text-right text-xs">
        {run === null ? null : (
          <Link to="/runs/$id" params={{ id: run }} className="text-accent-ink hover:underline">
            the run
          </Link>
        )}
      </span>
    </li>
  )
}
