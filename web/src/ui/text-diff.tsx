import { diffLines } from 'diff'
import { useMemo } from 'react'
import { hunksOf, type DiffLine } from './diff-lines.ts'

const LOOKS = {
  same: { row: '', sign: ' ' },
  added: { row: 'bg-good-soft', sign: '+' },
  removed: { row: 'bg-bad-soft', sign: '−' }
} as const

/** What changed between two texts, line by line, with a little of what is around it. */
export function TextDiff({ before, after }: { before: string; after: string }) {
  const hunks = useMemo(() => hunksOf(diffLines(before, after)), [before, after])
  if (hunks.length === 0) return <p className="py-6 text-center text-sm text-ink-3">Nothing is different.</p>
  return (
    <div
      className="overflow-x-auto rounded-lg border font-mono text-xs leading-5"
      role="group"
      aria-label="Differences"
    >
      {hunks.map((hunk, index) => (
        <div key={index} className="min-w-max not-first:border-t">
          {hunk.map((line) => (
            <Line key={`${line.before ?? ''}:${line.after ?? ''}`} line={line} />
          ))}
        </div>
      ))}
    </div>
  )
}

function Line({ line }: { line: DiffLine }) {
  const { row, sign } = LOOKS[line.kind]
  return (
    <div className={`flex pr-4 whitespace-pre ${row}`}>
      <span className="w-10 shrink-0 pr-2 text-right text-ink-3 select-none" aria-hidden="true">
        {line.before}
      </span>
      <span className="w-10 shrink-0 pr-2 text-right text-ink-3 select-none" aria-hidden="true">
        {line.after}
      </span>
      <span className="w-4 shrink-0 select-none" aria-hidden="true">
        {sign}
      </span>
      {line.kind === 'same' ? null : <span className="sr-only">{line.kind}: </span>}
      <span>{line.text}</span>
    </div>
  )
}
