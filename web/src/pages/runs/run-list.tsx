import { Link, useNavigate } from '@tanstack/react-router'
import { CornerDownRight } from 'lucide-react'
import {
  memo,
  useEffect,
  useEffectEvent,
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type RefObject
} from 'react'
import type { RunItem } from '../../api/runs.ts'
import { CodeWords } from '../../ui/code-words.tsx'
import { Spinner } from '../../ui/spinner.tsx'
import { StatusMark } from '../../ui/status.tsx'
import { duration, Time } from '../../ui/time.tsx'
import { Tooltip } from '../../ui/tooltip.tsx'
import { useWindow } from './window.ts'

interface RunListProps {
  rows: readonly RunItem[]
  /** Whether there are older ones. */
  more: boolean
  loading: boolean
  onMore: () => void
}

const ROW = 40
/** Rows from the end at which older ones are asked for. */
const AHEAD = 200

/** Runs, newest first. Only those in view are in the page, so that a hundred thousand scroll like ten. */
export function RunList({ rows, more, loading, onMore }: RunListProps) {
  const box = useRef<HTMLDivElement>(null)
  const [current, setCurrent] = useState(0)
  const { from, to, show } = useWindow(box, rows.length, ROW)
  useStill(box, rows, (came) => setCurrent((index) => (index === 0 ? 0 : index + came)))
  const wanted = more && !loading && to >= rows.length - AHEAD
  useEffect(() => {
    if (wanted) onMore()
  }, [wanted, onMore])
  const press = useKeys(rows, current, (index) => {
    setCurrent(index)
    show(index)
  })
  return (
    <div ref={box} className="h-full overflow-auto" data-testid="runs">
      <div
        role="listbox"
        aria-label="Runs"
        tabIndex={0}
        aria-activedescendant={rows[current] === undefined ? undefined : `run-${rows[current].id}`}
        onKeyDown={press}
        className="group/list relative outline-none"
        style={{ height: rows.length * ROW }}
      >
        {rows.slice(from, to).map((run, place) => (
          <div
            key={run.id}
            className="absolute inset-x-0 top-0 contain-strict"
            style={{ height: ROW, transform: `translateY(${(from + place) * ROW}px)` }}
          >
            <Row run={run} selected={from + place === current} />
          </div>
        ))}
      </div>
      <div className="flex h-10 items-center justify-center gap-2 text-xs text-ink-3">
        {loading ? (
          <>
            <Spinner /> Older runs
          </>
        ) : null}
      </div>
    </div>
  )
}

/** What is looked at stays where it is when newer runs come above it. */
function useStill(
  box: RefObject<HTMLDivElement | null>,
  rows: readonly RunItem[],
  onCame: (count: number) => void
): void {
  const first = useRef(rows[0]?.id)
  const came = useEffectEvent(onCame)
  useLayoutEffect(() => {
    const count = first.current === rows[0]?.id ? 0 : rows.findIndex(({ id }) => id === first.current)
    first.current = rows[0]?.id
    if (count <= 0) return
    came(count)
    if (box.current !== null && box.current.scrollTop > 0) box.current.scrollBy({ top: count * ROW })
  }, [box, rows])
}

const Row = memo(function Row({ run, selected }: { run: RunItem; selected: boolean }) {
  return (
    <Link
      to="/runs/$id"
      params={{ id: run.id }}
      id={`run-${run.id}`}
      role="option"
      aria-selected={selected}
      tabIndex={-1}
      preload={false}
      className={`flex h-full items-center gap-4 border-b px-6 hover:bg-canvas ${selected ? 'group-focus-visible/list:bg-accent-soft' : ''}`}
    >
      <span className="w-28 shrink-0">
        <StatusMark status={run.status} />
      </span>
      <span className="w-48 shrink-0 truncate font-medium">
        {run.workflow ?? <span className="text-ink-3">deleted workflow</span>}
        {run.version === null ? null : <span className="ml-1.5 text-xs font-normal text-ink-3">v{run.version}</span>}
      </span>
      <span className="min-w-0 flex-1 truncate text-ink-2">
        {run.replay_of === undefined ? null : (
          <Tooltip text="A replay of another run">
            <CornerDownRight className="mr-1 inline size-3.5 text-ink-3" aria-label="Replay" />
          </Tooltip>
        )}
        <What run={run} />
      </span>
      <span className="hidden w-20 shrink-0 truncate font-mono text-xs text-ink-3 lg:inline">{run.id.slice(-12)}</span>
      <span className="hidden w-16 shrink-0 text-right text-xs text-ink-3 tabular-nums md:inline">
        {run.duration_ms === undefined ? '' : duration(run.duration_ms)}
      </span>
      <Time at={run.accepted_at} className="w-24 shrink-0 text-right text-xs text-ink-3" />
    </Link>
  )
})

/** How it went, in a few words. */
function What({ run: { error, failed_step, note } }: { run: RunItem }) {
  if (error !== undefined)
    return (
      <>
        {failed_step === undefined ? null : <span className="mr-1.5 font-mono text-xs">{failed_step}</span>}
        <span className="text-bad-ink">
          <CodeWords text={error.message} />
        </span>
      </>
    )
  return <>{note ?? ''}</>
}

function useKeys(rows: readonly RunItem[], current: number, select: (index: number) => void) {
  const navigate = useNavigate()
  return (event: KeyboardEvent) => {
    const steps: Record<string, number> = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, PageDown: 15, PageUp: -15 }
    const step = event.metaKey || event.ctrlKey ? undefined : steps[event.key]
    const run = rows[current]
    if (step !== undefined) {
      event.preventDefault()
      select(Math.min(Math.max(0, current + step), rows.length - 1))
    } else if (event.key === 'Home') select(0)
    else if (event.key === 'Enter' && run !== undefined) void navigate({ to: '/runs/$id', params: { id: run.id } })
  }
}
