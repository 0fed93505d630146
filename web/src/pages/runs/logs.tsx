import type { Step } from '../../api/runs.ts'
import { Pieces } from '../../values/pieces.tsx'

type Line = Step['logs'][number]

const LEVELS: Record<Line['level'], string> = {
  debug: 'text-ink-3',
  info: 'text-ink-3',
  warn: 'text-warn-ink',
  error: 'text-bad-ink'
}

const CLOCK = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' })

/** What a step wrote, line by line, in its order. */
export function Logs({ lines, kept }: { lines: readonly Line[]; kept: boolean }) {
  if (lines.length === 0)
    return (
      <p className="py-6 text-sm text-ink-3">
        {kept
          ? 'It logged nothing.'
          : 'What it logged is not kept: the workflow’s retention is off, or has taken it away.'}
      </p>
    )
  return (
    <ol className="flex flex-col py-3 font-mono text-xs">
      {lines.map((line, index) => (
        <li key={index} className="flex gap-3 py-0.5">
          <time dateTime={line.at} className="shrink-0 text-ink-3">
            {CLOCK.format(new Date(line.at))}
          </time>
          <span className={`w-10 shrink-0 ${LEVELS[line.level]}`}>{line.level}</span>
          <span
            className={`min-w-0 whitespace-pre-wrap [overflow-wrap:anywhere] ${line.level === 'error' ? 'text-bad-ink' : ''}`}
          >
            <Pieces text={line.text} />
          </span>
        </li>
      ))}
    </ol>
  )
}
