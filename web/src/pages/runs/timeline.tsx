import { Clock, CornerDownRight, Zap } from 'lucide-react'
import { useRef, type KeyboardEvent, type ReactNode } from 'react'
import type { Run, Step } from '../../api/runs.ts'
import { CodeWords } from '../../ui/code-words.tsx'
import { StatusMark } from '../../ui/status.tsx'
import { duration, Time } from '../../ui/time.tsx'
import { spanOf, type Entry } from './entries.ts'

interface TimelineProps {
  run: Run
  entries: readonly Entry[]
  selected: string | undefined
  onSelect: (key: string) => void
}

/** The steps of a run as bars in time. Arrow keys go through them. */
export function Timeline({ run, entries, selected, onSelect }: TimelineProps) {
  const list = useRef<HTMLDivElement>(null)
  const now = lastMomentOf(run)
  function press(event: KeyboardEvent) {
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key]
    if (step === undefined || event.metaKey || event.ctrlKey) return
    event.preventDefault()
    const next = entries[entries.findIndex(({ key }) => key === selected) + step]
    if (next === undefined) return
    onSelect(next.key)
    list.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(next.key)}"]`)?.focus()
  }
  return (
    <div ref={list} role="listbox" aria-label="Steps" tabIndex={-1} onKeyDown={press} className="py-1">
      {entries.map((entry) => (
        <button
          key={entry.key}
          type="button"
          role="option"
          aria-selected={entry.key === selected}
          tabIndex={entry.key === selected ? 0 : -1}
          data-key={entry.key}
          onClick={() => onSelect(entry.key)}
          className="flex w-full flex-col gap-1 px-6 py-2 text-left hover:bg-canvas focus-visible:-outline-offset-2 aria-selected:bg-hover"
        >
          {entry.step === undefined ? (
            <Event run={run} />
          ) : (
            <Line step={entry.step} bar={<Bar span={spanOf(run, entry.step, now)} step={entry.step} />} />
          )}
        </button>
      ))}
      {run.more_steps === true ? (
        <p className="px-6 py-3 text-xs text-ink-3">This run has more steps than can be shown.</p>
      ) : null}
      {run.steps.length === 0 && !run.kept ? <NotKept run={run} /> : null}
    </div>
  )
}

/** The latest moment that anything of the run is known of. */
function lastMomentOf(run: Run): number {
  const known = run.steps.flatMap(({ started_at, ended_at }) => [started_at, ended_at])
  return Math.max(...[run.accepted_at, run.ended_at, ...known].map((at) => (at === undefined ? 0 : Date.parse(at))))
}

function Event({ run }: { run: Run }) {
  return (
    <span className="flex w-full items-center gap-2">
      <Zap className="size-3.5 shrink-0 text-ink-3" aria-hidden="true" />
      <span className="flex-1 font-medium">trigger</span>
      <Time at={run.accepted_at} className="text-xs text-ink-3" />
    </span>
  )
}

function Line({ step, bar }: { step: Step; bar: ReactNode }) {
  const inner = step.lane !== ''
  return (
    <>
      <span className="flex w-full items-center gap-2">
        {inner ? <CornerDownRight className="size-3.5 shrink-0 text-ink-3" aria-hidden="true" /> : null}
        <StatusMark status={step.status} word={false} />
        <span className="min-w-0 flex-1 truncate font-medium">{step.name}</span>
        {step.attempt_count > 1 ? <span className="text-xs text-warn-ink">{step.attempt_count} attempts</span> : null}
        {step.items === undefined ? null : (
          <span className="text-xs text-ink-3 tabular-nums">
            {step.items.succeeded + step.items.ended_early + step.items.failed} of {step.items.total}
          </span>
        )}
        <span className="w-16 text-right text-xs text-ink-3 tabular-nums">
          {step.duration_ms === undefined ? '' : duration(step.duration_ms)}
        </span>
      </span>
      {bar}
      <Saying step={step} />
    </>
  )
}

function Saying({ step }: { step: Step }) {
  if (step.waiting_until !== undefined)
    return (
      <span className="flex items-center gap-1.5 text-xs text-wait-ink">
        <Clock className="size-3" aria-hidden="true" /> goes on <Time at={step.waiting_until} />
      </span>
    )
  const text = step.error?.message ?? step.exit_reason ?? step.summary
  return text === undefined ? null : (
    <span className={`truncate text-xs ${step.error === undefined ? 'text-ink-3' : 'text-bad-ink'}`}>
      <CodeWords text={text} />
    </span>
  )
}

const BARS: Record<Step['status'], string> = {
  running: 'bg-accent breathe',
  waiting: 'bg-wait',
  succeeded: 'bg-good',
  failed: 'bg-bad',
  stopped: 'bg-ink-3'
}

function Bar({ span, step }: { span: ReturnType<typeof spanOf>; step: Step }) {
  return (
    <span className="block h-1 w-full rounded-full bg-sunken" aria-hidden="true">
      {span === undefined ? null : (
        <span
          className={`block h-1 min-w-1 rounded-full ${BARS[step.status]}`}
          style={{ marginLeft: `min(${span.from * 100}%, calc(100% - 4px))`, width: `${span.width * 100}%` }}
        />
      )}
    </span>
  )
}

function NotKept({ run }: { run: Run }) {
  return (
    <p className="px-6 py-3 text-sm text-ink-3">
      Nothing of what this run’s steps did was kept: its workflow’s retention is off, or has taken it away. Its end is
      known{run.error === undefined ? '' : ', and so is its error'}.
    </p>
  )
}
