import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { GitCompare } from 'lucide-react'
import { versionsQuery, type Version } from '../../editor/draft/draft.ts'
import { Button } from '../../ui/button.tsx'
import { Empty } from '../../ui/empty.tsx'
import { ErrorNotice } from '../../ui/notice.tsx'
import { Page } from '../../ui/page.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { Badge } from '../../ui/status.tsx'
import { Time } from '../../ui/time.tsx'
import { Comparison } from './comparison.tsx'

/** Every version of a workflow: compared, and brought back. */
export function Versions() {
  const name = useParams({ from: '/shell/workflows/$name/versions', select: (params) => params.name })
  const { data, error, isPending } = useQuery(versionsQuery(name))
  return (
    <Page
      title={`Versions of ${name}`}
      actions={
        <Button asChild>
          <Link to="/workflows/$name" params={{ name }}>
            Open the editor
          </Link>
        </Button>
      }
      below={
        <p className="text-sm text-ink-3">
          A deploy makes a version, which never changes. A run keeps the one that it began with.
        </p>
      }
    >
      {isPending ? <SkeletonRows count={6} /> : null}
      {error === null ? null : (
        <div className="p-6">
          <ErrorNotice error={error} />
        </div>
      )}
      {data === undefined ? null : <Compared name={name} versions={data} />}
    </Page>
  )
}

function Compared({ name, versions }: { name: string; versions: readonly Version[] }) {
  const search = useSearch({ from: '/shell/workflows/$name/versions' })
  const current = versions.find((one) => one.current) ?? versions[0]
  if (current === undefined) {
    return (
      <Empty icon={<GitCompare />} title="No version yet">
        The first deploy makes one.
      </Empty>
    )
  }
  const shown = versions.find(({ version }) => version === search.version) ?? current
  const before = search.before ?? versions.find(({ version }) => version < shown.version)?.version
  return (
    <div className="flex h-full min-h-0 max-md:flex-col">
      <List name={name} versions={versions} shown={shown.version} />
      <Comparison key={shown.version} name={name} versions={versions} shown={shown} before={before} />
    </div>
  )
}

function List({ name, versions, shown }: { name: string; versions: readonly Version[]; shown: number }) {
  const navigate = useNavigate({ from: '/workflows/$name/versions' })
  return (
    <nav
      aria-label={`Versions of ${name}`}
      className="w-64 shrink-0 overflow-auto border-r max-md:h-40 max-md:w-full max-md:border-r-0 max-md:border-b"
    >
      <ul>
        {versions.map(({ version, created_at, current }) => (
          <li key={version}>
            <button
              type="button"
              aria-current={version === shown ? 'true' : undefined}
              onClick={() => void navigate({ search: { version }, replace: true })}
              className="flex h-11 w-full items-center gap-2 border-b px-4 text-left text-sm hover:bg-hover aria-[current]:bg-hover"
            >
              <span className="font-medium tabular-nums">{version}</span>
              {current ? <Badge tone="accent">current</Badge> : null}
              <span className="flex-1" />
              <Time at={created_at} className="text-xs text-ink-3" />
            </button>
          </li>
        ))}
      </ul>
    </nav>
  )
}
