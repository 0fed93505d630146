import { expect, it } from 'vitest'
import { openDocument } from './document.ts'
import { begin, record, redo, undo } from './history.ts'

const at = (text: string) => openDocument(`name: ${text}\n`)

it('goes back and forth over what a person did, and forgets the way forth when they do something else', () => {
  let history = begin('name: a\n')
  history = record(history, at('b'), 0)
  history = record(history, at('c'), 0)
  history = undo(undo(history))
  expect(history.document.text).toBe('name: a\n')
  expect(undo(history)).toBe(history)
  history = redo(history)
  expect(history.document.text).toBe('name: b\n')
  history = record(history, at('d'), 0)
  expect(redo(history)).toBe(history)
  expect(undo(history).document.text).toBe('name: b\n')
})

it('takes typing in one field as one change, until the person rests or goes elsewhere', () => {
  let history = begin('name: a\n')
  history = record(history, at('ab'), 0, 'name')
  history = record(history, at('abc'), 900, 'name')
  history = record(history, at('abcd'), 3_000, 'name')
  history = record(history, at('abcde'), 3_100, 'other')
  expect(history.past).toEqual(['name: a\n', 'name: abc\n', 'name: abcd\n'])
})
