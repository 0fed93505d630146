import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '@bellhop/sdk'
import {
  compile,
  Composite,
  expressionsOf,
  parseTemplate,
  references,
  resolve,
  Template,
  type PlannedValue
} from './references.ts'

const steps: JsonObject = {
  trigger: {
    event: {
      body: { id: 7, name: 'Ada', list: [{ 'x y': 'deep' }, 'second'], none: null, ok: false, nested: { a: [1] } },
      headers: { 'user-agent': 'curl' }
    }
  },
  fetch: { $return_value: { items: [] }, ünïcode: 1 }
}

/** A value as a plan would hold it. */
function planned(value: Json): PlannedValue {
  return compile(value, (text) => parseTemplate(text).value)
}

function resolved(value: Json): Json | undefined {
  return resolve(planned(value), steps)
}

describe('a reference alone keeps the type of what it finds', () => {
  test.each<[string, Json | undefined]>([
    ['{{steps.trigger.event.body.id}}', 7],
    ['{{ steps.trigger.event.body.ok }}', false],
    ['{{\n\tsteps.trigger.event.body.none\n}}', null],
    ['{{steps.trigger.event.body.nested}}', { a: [1] }],
    ['{{steps.trigger.event.body.list[0]["x y"]}}', 'deep'],
    [`{{steps.trigger.event.body.list[ 1 ]}}`, 'second'],
    [`{{steps['trigger'].event['headers']['user-agent']}}`, 'curl'],
    ['{{steps.trigger.event["headers"]["user\\u002dagent"]}}', 'curl'],
    ['{{steps.fetch.ünïcode}}', 1],
    ['{{steps.fetch.$return_value.items}}', []],
    ['{{steps.trigger.event.body.list.length}}', 2],
    ['{{steps.trigger.event.body.list[2]}}', undefined],
    ['{{steps.trigger.event.body.name.length}}', undefined],
    ['{{steps.trigger.event.body.name[0]}}', undefined],
    ['{{steps.trigger.event.body.absent.further.down}}', undefined],
    ['{{steps.nobody}}', undefined],
    ['{{steps.trigger?.event.body?.list?.[0]?.["x y"]}}', 'deep'],
    ['{{(steps.trigger.event /* a comment */).body[`id`]}}', 7]
  ])('%s', (text, value) => {
    expect(resolved(text)).toEqual(value)
  })
})

describe('inside text a reference becomes text', () => {
  test.each<[string, string]>([
    ['Hi {{steps.trigger.event.body.name}}!', 'Hi Ada!'],
    ['{{steps.trigger.event.body.id}}{{steps.trigger.event.body.ok}}', '7false'],
    [' {{steps.trigger.event.body.id}}', ' 7'],
    ['={{steps.trigger.event.body.nested}}', '={"a":[1]}'],
    ['[{{steps.trigger.event.body.none}}{{steps.trigger.event.body.absent}}]', '[]'],
    ['{"a":{{steps.trigger.event.body.id}}}', '{"a":7}'],
    ['no braces } { }} here', 'no braces } { }} here'],
    ['{{\'{{\'}}name{{ "}}" }}', '{{name}}'],
    ["a {{'it\\'s \\\"quoted\\\"\\n'}} b", 'a it\'s "quoted"\n b']
  ])('%s', (text, value) => {
    expect(resolved(text)).toBe(value)
  })
})

test('objects and lists are resolved inside; nothing leaves a key out and a hole in a list', () => {
  const value = { a: ['{{steps.trigger.event.body.id}}', '{{steps.nobody}}'], b: { c: '{{steps.nobody}}', d: 'x' } }
  expect(resolved(value)).toEqual({ a: [7, null], b: { d: 'x' } })
})

test('a literal is given out as it is, frozen; quoted braces inside it are already text', () => {
  const value = planned({ a: [{ b: "{{'{{'}}" }] })
  expect(value).not.toBeInstanceOf(Composite)
  const first = resolve(value, steps)
  expect(first).toEqual({ a: [{ b: '{{' }] })
  expect(resolve(value, steps)).toBe(first)
  expect(Object.isFrozen(first)).toBe(true)
  expect(Object.isFrozen((first as { a: [object] }).a[0])).toBe(true)
})

test('data that looks like a template is data', () => {
  const value = { kind: 'template', parts: [{ kind: 'reference', path: ['trigger'], source: 'x' }] }
  expect(resolved(value)).toEqual(value)
})

test('no path reaches a prototype', () => {
  const hostile = JSON.parse('{"trigger":{"event":{"__proto__":{"x":1},"list":[]}}}') as JsonObject
  for (const path of [
    'event.__proto__',
    'event.__proto__.x',
    'event.constructor',
    'event.toString',
    'event.list.map'
  ]) {
    expect(resolve(parseTemplate(`{{steps.trigger.${path}}}`).value, hostile)).toBeUndefined()
  }
  const own = { trigger: { event: { constructor: 'Ferrari' } } }
  expect(resolve(parseTemplate('{{steps.trigger.event.constructor}}').value, own)).toBe('Ferrari')
})

test('references of a value, with what was written and where', () => {
  const found = references(planned({ a: 'x {{ steps.fetch.$return_value }} {{steps.trigger.event.body["x"][0]}}' }))
  expect(found.map(({ path, source, at }) => ({ path, source, at }))).toEqual([
    { path: ['fetch', '$return_value'], source: 'steps.fetch.$return_value', at: 2 },
    { path: ['trigger', 'event', 'body', 'x', 0], source: 'steps.trigger.event.body["x"][0]', at: 34 }
  ])
})

const UNCLOSED = "{{ is never closed with }}; to write the braces themselves, put them in quotes: {{'{{'}}"
const NO_EXPRESSION = 'this is not a JavaScript expression'
const ASSIGNS = 'an expression changes nothing: it cannot assign'
const WAITS = 'an expression cannot wait: it has no `await` and no promises'
const STATEMENT = 'this is a statement, and gives no value'

describe('what is neither a path nor an expression is a mistake, with its place', () => {
  test.each<[text: string, at: number, message: string, suggestion?: string]>([
    ['a {{}}', 4, 'there is nothing between {{ and }}'],
    ['{{ /* nothing */ }}', 17, 'there is nothing between {{ and }}'],
    ['{{foo}}', 2, 'unknown name `foo`'],
    ['{{ $json.body.id }}', 3, 'unknown name `$json`'],
    ['{{step.a}}', 2, 'unknown name `step`; did you mean `steps`?', 'steps'],
    ['{{1 + foo}}', 6, 'unknown name `foo`'],
    ['{{steps.a[b]}}', 10, 'unknown name `b`'],
    ['{{steps.}}', 8, NO_EXPRESSION],
    ['{{steps.a[0}}', 11, NO_EXPRESSION],
    ['{{steps.a steps.b}}', 10, NO_EXPRESSION],
    ['{{{steps.a}}}', 8, NO_EXPRESSION],
    ['{{steps["\\u00"].a}}', 11, NO_EXPRESSION],
    ['{{steps}}', 2, '`steps` needs the name of a step, as in {{steps.trigger.event.body.items[0].id}}'],
    ['{{env}}', 2, '`env` needs the name of a variable, as in {{env.REGION}}'],
    ['{{event.body}}', 2, 'a path starts with `steps`', '{{steps.trigger.event}}'],
    ['{{steps.a.x-y-z.b}}', 11, 'a key with a hyphen goes into brackets and quotes', '{{steps.a["x-y-z"]}}'],
    ['{{steps.a = 1}}', 2, ASSIGNS],
    ['{{ [steps.a.b++] }}', 4, ASSIGNS],
    ['{{delete steps.a.b}}', 2, ASSIGNS],
    ['{{await steps.a}}', 2, WAITS],
    ['{{(async () => 1)()}}', 3, WAITS],
    ['{{setTimeout(1)}}', 2, 'an expression cannot wait: there is no `setTimeout`'],
    ['{{fetch(steps.a.url)}}', 2, 'an expression computes a value and does nothing else: there is no `fetch`'],
    ['{{new Function("x")}}', 6, 'an expression runs no code that it makes of text'],
    ['{{import("x")}}', 2, 'an expression cannot import'],
    ['{{[this]}}', 3, 'there is no `this` in an expression'],
    ['{{const x = 1}}', 2, STATEMENT],
    ['{{ return steps.a }}', 3, STATEMENT],
    ['{{class {}}}', 2, 'an expression declares no classes and no generators'],
    ['{{() => { const steps = 1; return 2 }}}', 16, '`steps` is taken: give this another name'],
    ['x {{steps.a', 2, UNCLOSED],
    ['{{steps.a["b}}', 0, UNCLOSED],
    ['{{steps.a["b', 0, UNCLOSED],
    ['{{steps.a /* }}', 0, UNCLOSED],
    ['{{`${steps.a}}}', 0, UNCLOSED]
  ])('%s', (text, at, message, suggestion) => {
    const { problems } = parseTemplate(text)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatchObject({ at, message, ...(suggestion === undefined ? {} : { suggestion }) })
  })

  test('a name that is none is told what a path starts with, items included', () => {
    const expected = (items: string[]): unknown => parseTemplate('{{contact.name}}', items).problems[0]?.expected
    expect(expected([])).toContain('a path that starts with `steps`, such as')
    expect(expected(['user'])).toContain('a path that starts with `steps` or the item’s name, `user`, such as')
  })

  test('and reading goes on after it', () => {
    const { value, problems } = parseTemplate('{{a}} {{steps.b.c}} {{d}}')
    expect(problems.map(({ at }) => at)).toEqual([2, 22])
    expect(references(value).map(({ source }) => source)).toEqual(['steps.b.c'])
  })
})

const pieces = fc.constantFrom(
  '{{',
  '}}',
  '{',
  '}',
  'steps',
  '.',
  'a',
  '[',
  ']',
  '"',
  "'",
  '\\',
  '\\u',
  '0',
  '-',
  '?',
  ' ',
  '$',
  'é',
  '`',
  '${',
  '/',
  '/*',
  '(',
  ')',
  '=>',
  ','
)

test('the parser answers every text, and text without braces is itself', () => {
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
      const text = parts.join('')
      const { value, problems } = parseTemplate(text)
      for (const { at, message } of problems) {
        expect(at).toBeGreaterThanOrEqual(0)
        expect(at).toBeLessThanOrEqual(text.length)
        expect(message).not.toBe('')
      }
      expect(text.includes('{{') ? text : value).toBe(text)
      resolve(value, steps, { results: new Map(expressionsOf(value).map((expression) => [expression, null])) })
    })
  )
})

const key = fc.oneof(fc.string(), fc.constantFrom('a b', '"', "'", '}}', '\\', '__proto__', 'ünï'))

test('every path that is written in brackets is read back, and finds what stands there', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(key, fc.nat(9)), { minLength: 1, maxLength: 6 }), fc.string(), (path, before) => {
      const written = `{{steps${path.map((part) => `[${JSON.stringify(part)}]`).join('')}}}`
      const prefix = before.replaceAll('{', '')
      const [found] = references(parseTemplate(prefix + written).value)
      expect(found?.path).toEqual(path)
      expect(found?.at).toBe(prefix.length)
      const root = path.reduceRight<Json>((inner, part) => ({ [String(part)]: inner }), 'found') as JsonObject
      const expected = path.includes('__proto__') ? undefined : 'found'
      expect(resolve(parseTemplate(written).value, root)).toBe(expected)
    })
  )
})

/** A parser that looked back for each piece would need minutes for one of these. */
test.each([
  '{{',
  '{{x',
  '{{x}}',
  '{{steps.a',
  '{{steps.a}}',
  '{{steps.a-',
  '{{steps.a-b}}',
  '{{steps.a?.',
  '{{"',
  '{{"\\',
  '{{steps["a',
  '{{ ',
  '}}',
  '{{/*}}',
  '{{`}}',
  '{{`${}}',
  '{{/[}}',
  '{{((((}}',
  '{{steps.a+1}}',
  '{{x=>{'
])('%s, 100,000 times over, is read in one pass', (piece) => {
  const { value } = parseTemplate(piece.repeat(100_000))
  expect(typeof value === 'string' || value instanceof Template).toBe(true)
})

test('a path of 100,000 keys is read in one pass', () => {
  const path = `steps.a${'.b'.repeat(100_000)}`
  expect(references(parseTemplate(`{{${path}}}`).value)[0]?.path).toHaveLength(100_001)
  expect(parseTemplate(`{{${path}-c}}`).problems).toHaveLength(1)
})
