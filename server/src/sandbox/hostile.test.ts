import { expect, test } from 'vitest'
import type { Json } from '@bellhop/sdk'
import { isTooMuch, MAX_VALUES, requestOf } from './hostile.ts'
import { BadFrame } from './protocol/frames.ts'

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

const USUAL = { method: 'GET', path: '/', headers: [['a', 'b']] }

test('a stream is for the request that it was opened with, and for nothing else', () => {
  expect(requestOf({ request: { ...USUAL, length: -1, more: 1 } })).toEqual({ ...USUAL, length: -1 })
  expect(requestOf({ request: USUAL })).toEqual(USUAL)
  expect(requestOf({})).toBeUndefined()
})

test.for<[string, Json]>([
  ['null', null],
  ['a text', 'GET / HTTP/1.1'],
  ['a list', [USUAL]],
  ['a number for a method', { ...USUAL, method: 1 }],
  ['a list for a path', { ...USUAL, path: ['/'] }],
  ['an object of headers', { ...USUAL, headers: { a: 'b' } }],
  ['a header of three', { ...USUAL, headers: [['a', 'b', 'c']] }],
  ['a header of a list', { ...USUAL, headers: [['a', ['b']]] }],
  ['a header that is a text', { ...USUAL, headers: ['ab'] }],
  ['a length below none', { ...USUAL, length: -2 }],
  ['a part of a byte', { ...USUAL, length: 1.5 }],
  ['a length in words', { ...USUAL, length: '1' }]
])('a request that is %s is a bad frame', ([, request]) => {
  expect(() => requestOf({ request })).toThrow(BadFrame)
})
