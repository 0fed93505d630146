import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { ChevronRight } from 'lucide-react'
import { isUnfinished, runQuery, type Run as RunData } from '../../api/runs.ts'
import { CopyButton } from '../../ui/copy.tsx'
import { ErrorNotice } from '../../ui/notice.tsx'
import { useTitle } from '../../ui/page.tsx'
import { Skeleton, SkeletonRows } from '../../ui/skeleton.tsx'
import { StatusMark } from '../../ui/status.tsx'
import { duration, Time } from '../../ui/time.tsx'
import { Detail } from './detail.tsx'
import { entriesOf } from './entries.ts'
import { RunActions } from './run-actions.tsx'
import { Timeline } from './timeline.tsx'
import { useLiveRun } from './live-run.ts'

/** One run: its steps in time at the left, the selected one at the right. */
export function Run() {
  const { id } = useParams({ from: '/shell/runs/$id' })
  const { data: run, error } = useQuery(runQuery(id))
  useTitle(run?.workflow ?? 'Run')
  useLiveRun(id, run !== undefined && isUnfinished(run.status))
  if (error !== null)
    return (
      <div className="mx-auto max-w-2xl p-8">
        <ErrorNotice error={error} />
      </div>
    )
  return run === undefined ? <Loading /> : <Shown run={run} />
}

function Shown({ run }: { run: RunData }) {
  const { step } = useSearch({ from: '/shell/runs/$id' })
  const navigate = useNavigate()
  const entries = entriesOf(run)
  const selected = entries.find(({ key }) => key === step) ?? entries.find(({ failed }) => failed) ?? entries[0]
  return (
    <div className="flex h-full min-h-0 flex-col">
      <Head run={run} />
      <div className="flex min-h-0 flex-1 flex-col md:flex-row">
        <div className="relative max-h-72 min-h-0 shrink-0 overflow-auto border-b md:max-h-none md:w-[24rem] md:border-r md:border-b-0 lg:w-[30rem]">
          <Timeline
            run={run}
            entries={entries}
            selected={selected?.key}
            onSelect={(key) =>
              void navigate({ to: '/runs/$id', params: { id: run.id }, search: { step: key }, replace: true })
            }
          />
        </div>
        <div className="relative min-h-0 min-w-0 flex-1 overflow-auto">
          {selected === undefined ? null : <Detail key={selected.key} run={run} entry={selected} />}
        </div>
      </div>
    </div>
  )
}

function Head({ run }: { run: RunData }) {
  return (
    <header className="flex flex-wrap items-center gap-x-5 gap-y-2 border-b bg-canvas px-6 pt-4 pb-3">
      <div className="flex min-h-8 min-w-0 items-center gap-1.5">
        <Link to="/runs" className="text-ink-3 hover:text-ink">
          Event history
        </Link>
        <ChevronRight className="size-3.5 text-ink-3" aria-hidden="true" />
        <h1 className="truncate text-lg font-semibold tracking-tight">
          {run.workflow === null ? (
            'Run of a deleted workflow'
          ) : (
            <Link to="/workflows/$name" params={{ name: run.workflow }} className="hover:underline">
              {run.workflow}
            </Link>
          )}
        </h1>
        {run.version === null ? null : <span className="text-ink-3">v{run.version}</span>}
      </div>
      <StatusMark status={run.status} />
      <span className="flex gap-4 text-ink-3">
        <Time at={run.accepted_at} />
        {run.duration_ms === undefined ? null : <span className="tabular-nums">{duration(run.duration_ms)}</span>}
        {run.replay_of === undefined ? null : (
          <span>
            replay of{' '}
            <Link to="/runs/$id" params={{ id: run.replay_of }} className="text-accent-ink hover:underline">
              {run.replay_of.slice(-12)}
            </Link>
          </span>
        )}
      </span>
      <span className="flex items-center gap-1 font-mono text-xs text-ink-3">
        {run.id}
        <CopyButton text={run.id} label="Copy the run’s id" />
        <CopyButton link text={() => location.href} label="Copy a link to what you see" />
      </span>
      <span className="flex-1" />
      <RunActions run={run} />
    </header>
  )
}

function Loading() {
  return (
    <div className="flex h-full flex-col">
      <div className="border-b bg-canvas px-6 pt-5 pb-4">
        <Skeleton className="h-6 w-72" />
      </div>
      <div className="flex min-h-0 flex-1">
        <div className="w-[30rem] border-r">
          <SkeletonRows count={5} />
        </div>
      </div>
    </div>
  )
}
