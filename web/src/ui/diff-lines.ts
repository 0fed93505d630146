/** Differences as they are shown: changed lines with some around them. */
import type { ChangeObject } from 'diff'

export interface DiffLine {
  kind: 'same' | 'added' | 'removed'
  text: string
  /** The line's number in the old and the new text, from 1. */
  before?: number
  after?: number
}

/** Lines that are shown around a change. */
const AROUND = 3

export function linesOf(changes: readonly ChangeObject<string>[]): DiffLine[] {
  let before = 0
  let after = 0
  return changes.flatMap(({ value, added, removed }) =>
    value
      .replace(/\n$/, '')
      .split('\n')
      .map((text): DiffLine => {
        if (added) return { kind: 'added', text, after: ++after }
        if (removed) return { kind: 'removed', text, before: ++before }
        return { kind: 'same', text, before: ++before, after: ++after }
      })
  )
}

/** The changed lines in groups, each with what is around it; none where nothing is different. */
export function hunksOf(changes: readonly ChangeObject<string>[]): DiffLine[][] {
  const lines = linesOf(changes)
  const shown = lines.map((_, index) =>
    lines.slice(Math.max(0, index - AROUND), index + AROUND + 1).some(({ kind }) => kind !== 'same')
  )
  const hunks: DiffLine[][] = []
  lines.forEach((line, index) => {
    if (shown[index] !== true) return
    if (shown[index - 1] === true) hunks.at(-1)?.push(line)
    else hunks.push([line])
  })
  return hunks
}

/** How many lines came and went. */
export function countOf(changes: readonly ChangeObject<string>[]): { added: number; removed: number } {
  const count = { added: 0, removed: 0 }
  for (const { added, removed, count: lines } of changes) {
    if (added) count.added += lines
    if (removed) count.removed += lines
  }
  return count
}
