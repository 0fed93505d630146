import { describe, expect, test } from 'vitest'
import { defineApp, Fault, resolveProps, shapeOf, type Json, type PropDefinition, type Props } from './index.ts'

const library = defineApp({
  type: 'app',
  app: 'library',
  name: 'Library',
  description: 'Lends books',
  auth: { fields: {} },
  hosts: [],
  propDefinitions: { shelf: { type: 'string', label: 'Shelf', description: 'Where it stands' } }
})

const borrow = (props: Props): { key: string; props: Props } => ({ key: 'library-borrow', props })

function resolveOne(input: PropDefinition, value: Json): Json | undefined {
  return resolveProps(borrow({ it: input }), { it: value })['it']
}

function faultOf(act: () => unknown): Fault {
  try {
    act()
  } catch (error) {
    if (error instanceof Fault) return error
  }
  throw new Error('no fault was thrown')
}

test('apps and inputs are told apart, and a reference takes over what its app defines', () => {
  const action = borrow({
    lib: library,
    title: { type: 'string' },
    shelf: { propDefinition: [library, 'shelf'], optional: true }
  })
  expect(shapeOf(action).apps).toEqual({ lib: library })
  expect(shapeOf(action).inputs).toEqual({
    title: { type: 'string' },
    shelf: { type: 'string', label: 'Shelf', description: 'Where it stands', optional: true }
  })
})

test('a reference to a prop that the app does not define is refused', () => {
  const action = borrow({ shelf: { propDefinition: [library, 'shelv'] } })
  expect(faultOf(() => shapeOf(action).inputs)).toMatchObject({ code: 'component_invalid' })
})

describe('a value becomes what its type says', () => {
  test.each<[PropDefinition['type'], Json, Json]>([
    ['string', 'x', 'x'],
    ['string', 12, '12'],
    ['string', false, 'false'],
    ['integer', 7, 7],
    ['integer', '-42', -42],
    ['boolean', 'true', true],
    ['boolean', false, false],
    ['object', '{"a": 1}', { a: 1 }],
    ['object', { a: 1 }, { a: 1 }],
    ['string[]', 'one', ['one']],
    ['string[]', '["a", 1]', ['a', '1']],
    ['integer[]', ['1', 2], [1, 2]],
    ['object[]', '[{"type": "divider"}]', [{ type: 'divider' }]],
    ['object[]', { type: 'divider' }, [{ type: 'divider' }]],
    ['any', [null, 1], [null, 1]]
  ])('%s from %j', (type, value, expected) => {
    expect(resolveOne({ type }, value)).toEqual(expected)
  })
})

describe('a value that does not fit is refused, and not quoted', () => {
  test.each<[PropDefinition, Json]>([
    [{ type: 'string' }, { private: 'private' }],
    [{ type: 'integer' }, 'private'],
    [{ type: 'integer' }, 1.5],
    [{ type: 'integer', min: 1 }, 0],
    [{ type: 'integer', max: 100 }, 101],
    [{ type: 'boolean' }, 'private'],
    [{ type: 'object' }, '{"private":'],
    [{ type: 'object' }, ['private']],
    [{ type: 'object[]' }, 'private'],
    [{ type: 'string', options: ['a', { label: 'B', value: 'b' }] }, 'private'],
    [{ type: 'string[]', options: ['a', 'b'] }, ['a', 'private']]
  ])('%j', (input, value) => {
    const fault = faultOf(() => resolveOne(input, value))
    expect(fault).toMatchObject({ code: 'prop_invalid', retryable: false })
    expect(fault.message).toContain('`it` of library-borrow')
    expect(fault.message).not.toContain('private')
  })
})

test('a list is checked item by item against the options', () => {
  expect(resolveOne({ type: 'string[]', options: ['a', { label: 'B', value: 'b' }] }, ['a', 'b'])).toEqual(['a', 'b'])
})

test('a prop with a label takes value and label, or the value, whose label is its option’s or itself', () => {
  const options = [{ label: 'Monday', value: 1 }, 2]
  const day: PropDefinition = { type: 'integer', withLabel: true, options }
  expect(resolveOne(day, '1')).toEqual({ label: 'Monday', value: 1 })
  expect(resolveOne(day, { label: 'Mo', value: 1 })).toEqual({ label: 'Mo', value: 1 })
  expect(resolveOne({ ...day, type: 'integer[]' }, [1, 2])).toEqual([
    { label: 'Monday', value: 1 },
    { label: '2', value: 2 }
  ])
  expect(faultOf(() => resolveOne(day, { label: 'Monday', value: 3 }))).toMatchObject({ code: 'prop_invalid' })
})

test('functions are no part of the data: what they would say stays open', () => {
  const action = borrow({
    book: { type: 'string', options: () => ['a'] },
    until: { type: 'string', default: () => 'tomorrow' },
    both: { type: 'boolean', options: [{ label: 'Yes', value: true }] }
  })
  expect(shapeOf(action).inputs).toEqual({
    book: { type: 'string' },
    until: { type: 'string', optional: true },
    both: { type: 'boolean' }
  })
})

test('services, queries and requests are told apart, and what a definition says for them is an input', () => {
  const action = borrow({
    memory: { type: 'data_store', label: 'Memory', optional: true },
    db: '$.service.db',
    other: { type: '$.service.db' },
    request: { type: 'http_request', default: { method: 'GET' } },
    query: { type: 'sql', auth: { app: 'postgresql' } },
    note: { type: 'alert', content: 'Mind the gap' },
    files: { type: 'dir' }
  })
  expect(shapeOf(action)).toEqual({
    apps: {},
    stores: {},
    services: { memory: 'data_store', db: 'db', other: 'db', request: 'http_request', query: 'sql' },
    inputs: {
      memory: { type: 'string', label: 'Memory', optional: true },
      request: { type: 'object', default: { method: 'GET' } },
      query: { type: 'any' }
    }
  })
})

test('an app that says no more than its slug has any field, and no host', () => {
  expect(shapeOf(borrow({ any: { type: 'app', app: 'any_app' } })).apps).toEqual({
    any: { type: 'app', app: 'any_app', name: 'any_app', description: '', auth: { fields: {} }, hosts: [] }
  })
})

test('a reference may lead to a reference', () => {
  const annex = defineApp({
    type: 'app',
    app: 'annex',
    propDefinitions: { place: { propDefinition: [library, 'shelf'], label: 'Place' } }
  })
  expect(shapeOf(borrow({ it: { propDefinition: [annex, 'place'], optional: true } })).inputs).toEqual({
    it: { type: 'string', label: 'Place', description: 'Where it stands', optional: true }
  })
})

test('a type that nobody knows is refused, saying which there are', () => {
  const odd = { it: { type: 'text' } } as unknown as Props
  const { code, message, hint } = faultOf(() => shapeOf(borrow(odd)))
  expect([code, message]).toEqual(['component_invalid', expect.stringContaining('the prop it of library-borrow')])
  expect(hint).toContain('string, integer')
})

test('absent and null take the default, stay away where optional, and are refused where required', () => {
  const action = borrow({ days: { type: 'integer', default: 14 }, note: { type: 'string', optional: true } })
  expect(resolveProps(action, { days: null })).toEqual({ days: 14 })
  expect(resolveProps(action, { note: null })).toEqual({ days: 14 })
  expect(faultOf(() => resolveProps(borrow({ title: { type: 'string' } }), {}))).toMatchObject({ code: 'prop_missing' })
})

test('values for props that the action does not have are left out', () => {
  expect(resolveProps(borrow({}), { other: 1 })).toEqual({})
})
