import { expect, test } from 'vitest'
import { keyText, parsePath, pathText } from './paths.ts'
import { parseTemplate, wholeReference } from './reference.ts'
import { resolve } from './resolve.ts'
import type { Scope } from './scope.ts'

const HANDLE = 'bhdl.slack.token.0123456789abcdefghjkmnpqrs'
const SCOPE: Scope = [
  {
    path: 'steps.trigger.event',
    label: 'trigger',
    sample: {
      headers: { 'x-token': HANDLE },
      body: { user: { id: 7, name: 'Ada' }, items: [{ sku: 'a' }], none: null }
    }
  },
  { path: 'steps.fetch_user', label: 'fetch_user', sample: { $return_value: { ok: true } } },
  { path: 'steps.later', label: 'later' },
  { path: 'user', label: 'user', sample: { channel: 'general' } }
]
const resolved = (path: string) => resolve(SCOPE, parsePath(path) ?? [])

test.each([
  [['a', 'b'], 'x.a.b'],
  [['$return_value', 0, 'é'], 'x.$return_value[0].é'],
  [['x y', '0', 'a"b', '__proto__'], 'x["x y"]["0"]["a\\"b"].__proto__']
])('%j is written %s, and read again', (keys, text) => {
  expect(pathText('x', keys)).toBe(text)
  expect(parsePath(text)).toEqual(['x', ...keys])
})

test('paths are read as the server reads them', () => {
  expect(parsePath(`steps.a['b\\'c'][ 12 ]?.d?.["e\\u0041"]`)).toEqual(['steps', 'a', "b'c", 12, 'd', 'eA'])
  for (const text of ['', 'steps.', 'steps[', 'steps.a-b', 'steps["\\u00"]', 'steps a', 'steps[-1]', 'steps[x]']) {
    expect(parsePath(text)).toBeUndefined()
  }
  expect(keyText('')).toBe('[""]')
})

test('a template is text, paths, expressions and quoted text', () => {
  const text = 'Hi {{ steps.a.b }}, {{steps.n + 1}}{{"{{"}} {{user.x}}'
  expect(parseTemplate(text, ['user']).map((part) => [part.kind, text.slice(part.from, part.to)])).toEqual([
    ['text', 'Hi '],
    ['path', '{{ steps.a.b }}'],
    ['text', ', '],
    ['expression', '{{steps.n + 1}}'],
    ['quoted', '{{"{{"}}'],
    ['text', ' '],
    ['path', '{{user.x}}']
  ])
  expect(parseTemplate('{{user.x}}')).toMatchObject([{ kind: 'expression' }])
  expect(parseTemplate('{{steps.a["}}"]}}')).toMatchObject([{ kind: 'path', keys: ['steps', 'a', '}}'], to: 17 }])
})

test('an expression ends where JavaScript says so, and tells what it reads', () => {
  const text = '{{ `}}${steps.a.list.map((one) => one.id).length}` + env.X /* }} */ }} after'
  const [part, after] = parseTemplate(text)
  expect(part).toMatchObject({
    kind: 'expression',
    reads: [
      ['steps', 'a', 'list'],
      ['env', 'X']
    ]
  })
  expect(after).toMatchObject({ kind: 'text' })
  expect(parseTemplate('{{steps[env.K].x}}')).toMatchObject([{ reads: [['steps'], ['env', 'K']] }])
  expect(parseTemplate('{{steps.a?.b?.["c d"]}}')).toMatchObject([{ kind: 'path', keys: ['steps', 'a', 'b', 'c d'] }])
})

test('what is wrong says why', () => {
  expect(parseTemplate('a {{steps.x')).toMatchObject([{}, { kind: 'wrong', message: 'This is never closed with }}.' }])
  expect(parseTemplate('{{}}')).toMatchObject([{ kind: 'wrong', message: 'There is nothing between the braces.' }])
  expect(parseTemplate('{{steps.a b}} c')).toMatchObject([{ kind: 'wrong', to: 13 }, { kind: 'text' }])
})

test('a reference alone keeps its type', () => {
  expect(wholeReference('{{steps.a.b}}')).toMatchObject({ kind: 'path' })
  for (const text of ['x', 'x {{steps.a.b}}', '{{"a"}}', '']) expect(wholeReference(text)).toBeUndefined()
})

test('a path is found in the sample of its source', () => {
  expect(resolved('steps.trigger.event.body.user.id')).toMatchObject({ kind: 'found', value: 7 })
  expect(resolved('steps.trigger.event.body.items.length')).toMatchObject({ kind: 'found', value: 1 })
  expect(resolved('user.channel')).toMatchObject({ kind: 'found', value: 'general', source: { label: 'user' } })
  expect(resolved('steps.later.x')).toEqual({
    kind: 'unknown',
    why: 'There is no sample of later yet.',
    source: SCOPE[2]
  })
  expect(resolved('steps.trigger.context.id')).toMatchObject({ kind: 'unknown' })
  expect(resolved('steps.trigger')).toMatchObject({ kind: 'unknown' })
})

test.each([
  [
    'steps.fetch_usr.x',
    'No step called `fetch_usr` runs before this one. There are `trigger`, `fetch_user` and `later`.',
    'steps.fetch_user.x'
  ],
  [
    'steps.trigger.event.body.usr.id',
    'There is no `usr` in the sample: `body` has `user`, `items` and `none`.',
    'steps.trigger.event.body.user.id'
  ],
  [
    'steps.trigger.event.headers["X-Token"]',
    'There is no `X-Token` in the sample: `headers` has `x-token`.',
    'steps.trigger.event.headers["x-token"]'
  ],
  [
    'steps.trigger.event.body.items.sku',
    '`items` is a list of 1 item: choose one by its place, from 0 on.',
    'steps.trigger.event.body.items[0].sku'
  ],
  ['steps.trigger.event.body.items[3].sku', '`items` is a list of 1 item.', 'steps.trigger.event.body.items[0].sku'],
  ['steps.trigger.event.body.user.name.first', '`name` is a text: there is nothing inside of it.', undefined],
  ['steps.trigger.event.body.none.x', '`none` is null: there is nothing inside of it.', undefined],
  [
    'steps.trigger.event.headers["x-token"].x',
    '`x-token` is the secret slack.token: there is nothing inside of it.',
    undefined
  ],
  [
    'steps.trigger.event.body.constructor',
    'There is no `constructor` in the sample: `body` has `user`, `items` and `none`.',
    undefined
  ],
  ['thing.x', 'There is no `thing` here.', undefined]
])('%s leads nowhere', (path, message, suggestion) => {
  const { source: _, ...found } = resolved(path)
  expect(found).toEqual({ kind: 'missing', message, ...(suggestion === undefined ? {} : { suggestion }) })
})
