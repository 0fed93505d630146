import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '@bellhop/sdk'
import { evaluateAll } from './evaluate.ts'
import type { Evaluated } from './evaluation.ts'
import { pick } from './pick.ts'

const data = {
  steps: { a: { list: [3, 1, 2], name: 'Ada', deep: { x: 1 } }, b: { other: true } },
  env: { REGION: 'eu' },
  items: { user: { token: 't' } }
}
const ALL = [['steps'], ['env'], ['items', 'user']]

function evaluate(...sources: string[]): Evaluated {
  return evaluateAll({ data, expressions: sources.map((source) => ({ source, reads: ALL })), timeoutMs: 5_000 })
}

describe('an expression gives the JSON that it stands for', () => {
  test.each<[string, Json | undefined]>([
    ['steps.a.list.length + 1', 4],
    ['user.token + env.REGION', 'teu'],
    ['steps.a.name[0]', 'A'],
    ['steps.a.name.toUpperCase() // to the end', 'ADA'],
    ['`${steps.a.list}`', '3,1,2'],
    ['steps.a.nothing', undefined],
    ['null', null],
    ['({ a: undefined, b: [undefined], c: { d: true } })', { b: [null], c: { d: true } }],
    ['new Date(0)', '1970-01-01T00:00:00.000Z'],
    ['new URL("/x?y=1", "https://example.com")', 'https://example.com/x?y=1'],
    ['btoa("Ada") + atob("QWRh") + Buffer.from("QWRh", "base64")', 'QWRhAdaAda'],
    ['[...new Set([1, 1, 2])]', [1, 2]],
    ['Object.fromEntries(new Map([["a", 1]]))', { a: 1 }],
    ['crypto.randomUUID().length', 36],
    ['steps.a.list instanceof Array && Object.getPrototypeOf(steps) === Object.prototype', true],
    ['JSON.parse(\'{"__proto__":{"x":1}}\').x ?? "none"', 'none'],
    ['(() => { const [first] = steps.a.list; if (first > 2) { return "big" } return "small" })()', 'big']
  ])('%s', (source, value) => {
    expect(evaluate(source)).toEqual([value === undefined ? { absent: true } : { value }])
  })
})

describe('or says what JSON cannot hold', () => {
  test.each([
    ['() => 1', 'function'],
    ['[Symbol("x")]', 'symbol'],
    ['({ a: 1n })', 'bigint'],
    ['0 / 0', 'number'],
    ['[1 / 0]', 'number'],
    ['new Date("x")', 'date'],
    ['new Map()', 'map'],
    ['new Set()', 'set'],
    ['Buffer.from("x")', 'bytes'],
    ['new Uint8Array(1)', 'bytes'],
    ['/x/', 'object'],
    ['new URLSearchParams("a=1")', 'object'],
    ['[1].values()', 'object'],
    ['((o) => Object.assign(o, { o }))({})', 'cycle'],
    ['Array.from({ length: 300 }).reduce((inner) => [inner], [])', 'deep'],
    ['Array.from({ length: 1_000_001 }, () => 1)', 'large'],
    ['"x".repeat(20_000_001)', 'large']
  ])('%s: %s', (source, what) => {
    expect(evaluate(source)).toEqual([{ failed: { how: 'no_json', what } }])
  })
})

describe('or how it failed, without a word of what it threw', () => {
  test.each<[string, object]>([
    ['steps.a.nothing.x', { error: 'TypeError', at: 16, why: 'nothing' }],
    ['1 + steps.a.name()', { error: 'TypeError', at: 12, why: 'no_function' }],
    ['[...steps.a.deep]', { error: 'TypeError', at: 12, why: 'not_iterable' }],
    ['JSON.parse(steps.a.name)', { error: 'SyntaxError', at: 5, why: 'no_json_text' }],
    ['new Date("x").toISOString()', { error: 'RangeError', at: 14, why: 'no_date' }],
    ['1 +\n  steps.a\n  .x.y', { error: 'TypeError', at: 19, why: 'nothing' }],
    ['decodeURI("%")', { error: 'URIError', at: 0 }],
    ['(() => { throw steps.a.name })()', { error: 'Error' }],
    ['(() => { throw Object.assign(new Error("Ada"), { name: "Ada" }) })()', { error: 'Error', at: 29 }],
    ['(() => { throw { get message() { throw 1 } } })()', { error: 'Error' }],
    ['[].constructor.constructor("return process")()', { error: 'EvalError', at: 15 }]
  ])('%s', (source, failure) => {
    expect(evaluate(source)).toEqual([{ failed: { how: 'threw', ...failure } }])
  })

  test('a failed one keeps no other from its result', () => {
    expect(evaluate('1', 'steps.x.y', '2')).toMatchObject([{ value: 1 }, { failed: {} }, { value: 2 }])
  })

  test('one that does not end takes those behind it with it', () => {
    const expressions = ['1', '(() => { for (;;); })()', '2'].map((source) => ({ source, reads: [] }))
    const failed = { failed: { how: 'timed_out' } }
    expect(evaluateAll({ data, expressions, timeoutMs: 100 })).toEqual([{ value: 1 }, failed, failed])
  })
})

describe('each has data of its own', () => {
  test('which those behind it find as it was', () => {
    expect(evaluate('steps.a.list.sort()', 'steps.a.list')).toEqual([{ value: [1, 2, 3] }, { value: [3, 1, 2] }])
  })

  test('and of that no more than it was found to read', () => {
    const source = 'JSON.stringify([steps, env, typeof user])'
    const seen = (...reads: (string | number)[][]): unknown =>
      evaluateAll({ data, expressions: [{ source, reads }], timeoutMs: 1_000 })
    expect(seen(['steps', 'a', 'list', 1])).toEqual([{ value: '[{"a":{"list":[null,1,null]}},{},"undefined"]' }])
    expect(seen(['steps', 'a', 'deep'], ['items', 'user'])).toEqual([{ value: '[{"a":{"deep":{"x":1}}},{},"object"]' }])
  })

  test('and of what an earlier call left there is nothing', () => {
    evaluate('Object.assign(Array.prototype, { left: 1 })', 'Object.assign(Object, { left: 1 })')
    expect(evaluate('[].left', 'Object.left')).toEqual([{ absent: true }, { absent: true }])
  })
})

test('the parts at paths are what the paths find, and nothing else', () => {
  const key = fc.constantFrom('a', 'b', '__proto__', '0', '1')
  const value = fc.letrec<{ json: Json }>((tie) => ({
    json: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom<Json>('text', 1, null, true),
      fc.array(tie('json'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('a', 'b', '1'), tie('json'))
    )
  })).json
  const path = fc.array(fc.oneof(key, fc.nat(2)), { maxLength: 4 })
  fc.assert(
    fc.property(value, fc.array(path, { minLength: 1, maxLength: 3 }), (json, paths) => {
      const picked = pick(json, paths)
      for (const one of paths) expect(seenAt(picked, one)).toEqual(seenAt(json, one))
      expect(leavesOf(picked).every((leaf) => paths.some((one) => within(leaf, one)))).toBe(true)
    })
  )
})

/** What code finds at a path that follows own keys, or the text or number that it meets. */
function seenAt(json: Json, path: readonly (string | number)[]): Json | undefined {
  let value: Json | undefined = json
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return value
    if (key === '__proto__' || !Object.hasOwn(value, key)) return undefined
    value = (value as JsonObject)[key]
  }
  return value
}

/** The paths of all that is not nothing. */
function leavesOf(json: Json, at: string[] = []): string[][] {
  if (json === null) return []
  if (typeof json !== 'object') return [at]
  return Object.entries(json).flatMap(([key, inner]) => leavesOf(inner, [...at, key]))
}

function within(leaf: readonly string[], path: readonly (string | number)[]): boolean {
  const shorter = Math.min(leaf.length, path.length)
  return leaf.slice(0, shorter).every((key, index) => key === String(path[index]))
}
