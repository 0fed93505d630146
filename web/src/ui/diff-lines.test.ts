import { diffLines } from 'diff'
import { expect, it } from 'vitest'
import { countOf, hunksOf } from './diff-lines.ts'

const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('')
const LETTERS = 'abcdefghijklmnopqrst'.split('')

it('shows changed lines with three around them, with their numbers', () => {
  const hunks = hunksOf(diffLines(text(LETTERS), text(LETTERS.with(4, 'E').toSpliced(18, 1))))
  expect(hunks.map((hunk) => hunk.map(({ kind, text: line }) => `${kind[0] ?? ''}${line}`).join(' '))).toEqual([
    'sb sc sd re aE sf sg sh',
    'sp sq sr rs st'
  ])
  expect(hunks[0]?.[3]).toEqual({ kind: 'removed', text: 'e', before: 5 })
  expect(hunks[0]?.[4]).toEqual({ kind: 'added', text: 'E', after: 5 })
})

it('shows nothing where nothing is different', () => {
  expect(hunksOf(diffLines('a\nb\n', 'a\nb\n'))).toEqual([])
})

it('counts lines', () => {
  expect(countOf(diffLines('a\nb\nc\n', 'a\nx\ny\nc\n'))).toEqual({ added: 2, removed: 1 })
})
