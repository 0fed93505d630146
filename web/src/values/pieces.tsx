/** Texts as they may be shown: locks where handles stand, and what a search found. */
import { Fragment, type ReactNode } from 'react'
import { Lock } from '../ui/lock.tsx'
import { piecesOf } from './handles.ts'

interface PiecesProps {
  text: string
  /** Marked where it occurs. */
  query?: string
  /** The most characters; a lock is never cut. */
  most?: number
  /** Whether locks stand in the order of the tab key. */
  tabbable?: boolean
}

export function Pieces({ text, query = '', most, tabbable = true }: PiecesProps) {
  return (
    <>
      {piecesOf(most === undefined ? text : cut(text, most)).map((piece, index) =>
        'lock' in piece ? (
          <Lock key={index} label={piece.lock} tabbable={tabbable} />
        ) : (
          <Fragment key={index}>
            <Marked text={piece.text} query={query} />
          </Fragment>
        )
      )}
    </>
  )
}

/** The longest handle is 112 characters: one that the cut goes through begins no further away. */
function cut(text: string, most: number): string {
  if (text.length <= most) return text
  const begun = text.lastIndexOf('bhdl.', most)
  const end =
    begun === -1 || begun < most - 112
      ? most
      : begun + (/^bhdl\.[\w.-]*/.exec(text.slice(begun, begun + 120))?.[0].length ?? 0)
  return text.slice(0, Math.max(most, end))
}

/** A text with the places marked where the query occurs. */
export function Marked({ text, query }: { text: string; query: string }): ReactNode {
  if (query === '') return text
  const parts: ReactNode[] = []
  const lower = text.toLowerCase()
  const wanted = query.toLowerCase()
  let end = 0
  for (let at = lower.indexOf(wanted); at !== -1 && parts.length < 200; at = lower.indexOf(wanted, end)) {
    parts.push(text.slice(end, at))
    end = at + wanted.length
    parts.push(
      <mark key={at} className="rounded-sm bg-accent-soft text-accent-ink">
        {text.slice(at, end)}
      </mark>
    )
  }
  return [...parts, text.slice(end)]
}
