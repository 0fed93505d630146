import { expect, test } from 'vitest'
import { isTooMuch, MAX_VALUES } from './hostile.ts'

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value))

test.for<[string, Buffer]>([
  ['a list', json(Array.from({ length: MAX_VALUES + 1 }, () => 0))],
  ['objects', json(Array.from({ length: MAX_VALUES / 2 + 1 }, () => ({})))],
  ['lists in lists', Buffer.from('['.repeat(MAX_VALUES + 1))],
  ['values behind a text that ends in a backslash', json(['\\', ...Array.from({ length: MAX_VALUES }, () => 0)])]
])('%s of more values than a result may have is too much', ([, payload]) => {
  expect(isTooMuch(payload)).toBe(true)
})

test.for<[string, Buffer]>([
  ['as many values as there may be', json(Array.from({ length: MAX_VALUES }, () => 0))],
  ['a long text with commas and brackets', json({ text: 'a,"[{\\",'.repeat(MAX_VALUES) })],
  ['a text without an end', Buffer.from(`"${','.repeat(MAX_VALUES + 1)}`)]
])('%s is not', ([, payload]) => {
  expect(isTooMuch(payload)).toBe(false)
})
