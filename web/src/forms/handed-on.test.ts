import { expect, test } from 'vitest'
import { HandedOn } from './handed-on.ts'

test('what was handed on is known when it comes back, though more was typed meanwhile', () => {
  const texts = new HandedOn()
  for (const text of ['a', 'ab', 'abc']) texts.add(text)
  expect(texts.isOwn('ab')).toBe(true)
  expect(texts.isOwn('abc')).toBe(true)
  // From now on it is news: somebody went back to it.
  expect(texts.isOwn('abc')).toBe(false)
})

test('what comes from elsewhere is news, and nothing older comes back after it', () => {
  const texts = new HandedOn()
  texts.add('a')
  expect(texts.isOwn('from the YAML')).toBe(false)
  expect(texts.isOwn('a')).toBe(false)
})
