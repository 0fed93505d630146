import { CircleAlert, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { CodeWords } from '../../ui/code-words.tsx'
import type { Mistake } from '../../api/client.ts'

interface RowProps {
  id: string
  icon: ReactNode
  /** How it is called: a step's name. */
  name: string
  /** What it is. */
  title: string
  summary: string
  badges?: ReactNode
  mistakes: readonly Mistake[]
  warnings: readonly Mistake[]
  selected: boolean
  onSelect: () => void
  /** At the left: what it is dragged by. */
  handle?: ReactNode
  /** At the right, on hover: what can be done to it. */
  actions?: ReactNode
  lifted?: boolean
}

/** The trigger or a step in the column. */
export function Row({ lifted = false, selected, ...row }: RowProps) {
  const edge = selected ? 'border-accent ring-1 ring-accent' : 'border-line hover:border-line-strong'
  return (
    <div
      data-row={row.id}
      className={`group relative rounded-lg border bg-surface transition-[border-color,box-shadow] ${edge} ${lifted ? 'shadow-float' : ''}`}
    >
      {row.handle}
      <button
        type="button"
        aria-current={selected ? 'true' : undefined}
        onClick={row.onSelect}
        className="flex w-full items-start gap-3 rounded-lg px-3 py-2.5 text-left outline-offset-2"
      >
        {row.icon}
        <span className="min-w-0 flex-1">
          <span className="flex min-h-5 items-center gap-2">
            <span className="truncate font-medium">{row.name}</span>
            <span className="min-w-0 flex-1 truncate text-xs text-ink-3">{row.title}</span>
            <span className="flex shrink-0 items-center gap-1">{row.badges}</span>
          </span>
          <span className="block truncate text-xs text-ink-3">{row.summary}</span>
          <Said of={row.mistakes} tone="bad" />
          <Said of={row.warnings} tone="warn" />
        </span>
      </button>
      {row.actions}
    </div>
  )
}

/** The first of what is wrong, and how many more there are. */
function Said({ of, tone }: { of: readonly Mistake[]; tone: 'bad' | 'warn' }) {
  const [first] = of
  if (first === undefined) return null
  const Icon = tone === 'bad' ? CircleAlert : TriangleAlert
  return (
    <span className={`mt-1 flex items-start gap-1.5 text-xs ${tone === 'bad' ? 'text-bad-ink' : 'text-warn-ink'}`}>
      <Icon className="mt-0.5 size-3 shrink-0" aria-label={tone === 'bad' ? 'Mistake:' : 'Warning:'} />
      <span className="line-clamp-2 [overflow-wrap:anywhere]">
        <CodeWords text={first.message} />
        {of.length > 1 ? <span className="opacity-75"> · {of.length - 1} more</span> : null}
      </span>
    </span>
  )
}
