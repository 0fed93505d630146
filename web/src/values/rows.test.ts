import { expect, test } from 'vitest'
import { copyText } from './copying.ts'
import type { Json } from './json.ts'
import { firstOpen, pathOf, rowsOf, topNodes, type Row } from './rows.ts'
import { search } from './search.ts'

const HANDLE = 'bhdl.slack.oauth_access_token.0123456789abcdefghjkmnpqrs'
const EVENT: Json = {
  method: 'POST',
  body: { user: { id: 7, 'full name': 'Ada' }, items: [{ sku: 'a-1' }, { sku: 'b-2' }], token: HANDLE },
  query: {}
}
const SOURCES = [
  { path: 'steps.trigger.event', label: 'trigger', sample: EVENT },
  { path: 'steps.fetch', label: 'fetch' }
]

const drawn = (rows: readonly Row[]): string[] =>
  rows.map(({ node, open }) => {
    const mark = open === undefined ? ' ' : open ? '-' : '+'
    return `${'  '.repeat(node.depth)}${mark}${node.key ?? node.source.label}`
  })

test('rows are of what is open, and a source without a sample is one of them', () => {
  const top = topNodes(SOURCES, false)
  expect(drawn(rowsOf(top, new Set()))).toEqual(['+trigger', ' fetch'])
  expect(drawn(rowsOf(top, new Set(['0', '0/body'])))).toEqual([
    '-trigger',
    '   method',
    '  -body',
    '    +user',
    '    +items',
    '     token',
    '   query',
    ' fetch'
  ])
})

test('what is in the only source stands alone', () => {
  const [row] = rowsOf(topNodes(SOURCES.slice(0, 1), true), new Set())
  expect(row).toMatchObject({ place: 1, count: 3, node: { key: 'method', depth: 0 } })
  expect(row && pathOf(row.node)).toBe('steps.trigger.event.method')
})

test('paths take brackets where they need them', () => {
  const top = topNodes(SOURCES, false)
  const paths = rowsOf(top, new Set(['0', '0/body', '0/body/user', '0/body/items', '0/body/items/1'])).map(({ node }) =>
    pathOf(node)
  )
  expect(paths).toContain('steps.trigger.event.body.user["full name"]')
  expect(paths).toContain('steps.trigger.event.body.items[1].sku')
})

test('a search shows what matches and the way to it, and nothing else', () => {
  const top = topNodes(SOURCES, false)
  const found = search(top, 'ADA')
  expect(found.hits.size).toBe(1)
  expect(drawn(rowsOf(top, new Set(), found))).toEqual(['-trigger', '  -body', '    -user', '       full name'])
  const user = search(top, 'user')
  expect(drawn(rowsOf(top, new Set(), user))).toEqual(['-trigger', '  -body', '    +user'])
  expect(drawn(rowsOf(top, new Set(['0/body/user']), user))).toEqual([
    '-trigger',
    '  -body',
    '    -user',
    '       id',
    '       full name'
  ])
})

test('a search knows paths and labels of secrets, and not their handles', () => {
  const top = topNodes(SOURCES, false)
  expect(search(top, '{{steps.trigger.event.body.items[1]}}').hits).toEqual(new Set(['0/body/items/1']))
  expect(search(top, 'steps.trigger.event.body.us').hits).toEqual(new Set(['0/body/user']))
  expect(search(top, 'items[0].s').hits).toEqual(new Set(['0/body/items/0/sku']))
  expect(search(top, 'ser.id').hits.size).toBe(0)
  expect(search(top, 'oauth_access').hits).toEqual(new Set(['0/body/token']))
  expect(search(top, '0123456789abc').hits.size).toBe(0)
})

test('at first the outer levels are open, as far as they fill a page', () => {
  expect(firstOpen(topNodes(SOURCES, false))).toContain('0/body')
  const long = [
    { path: 'x', label: 'x', sample: { rows: Array.from({ length: 5_000 }, (_, index) => index), name: 'n' } }
  ]
  expect([...firstOpen(topNodes(long, false))]).toEqual(['0'])
})

test('a secret has nothing to copy, and words stand for it inside of other values', () => {
  expect(copyText(HANDLE)).toBeUndefined()
  expect(copyText(`Bearer ${HANDLE}`)).toBe('Bearer [secret slack.oauth_access_token]')
  expect(copyText({ a: [HANDLE] })).toBe('{\n  "a": [\n    "[secret slack.oauth_access_token]"\n  ]\n}')
  expect(copyText(7)).toBe('7')
})

test('nothing is read of what is closed', () => {
  const item = {
    get name(): string {
      throw new Error('read')
    }
  }
  const sample = { body: Array.from({ length: 25_000 }, () => item) }
  const top = topNodes([{ path: 'steps.trigger.event', label: 'event', sample }], true)
  expect(rowsOf(top, new Set(['0/body']))).toHaveLength(25_001)
  expect(() => rowsOf(top, new Set(['0/body', '0/body/1']))).toThrow('read')
})
