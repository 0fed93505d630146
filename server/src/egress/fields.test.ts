import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeFor, fieldsOf, isJsonType, kindOf, rewrite, without } from './fields.ts'

const names = (text: string, kind: 'json' | 'form') => fieldsOf(text, kind)?.map(({ name }) => name)
const same = { value: (raw: string) => raw, gap: (raw: string) => raw }

describe('fieldsOf', () => {
  it('finds the top-level fields of any JSON object, in order, and no deeper ones', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom(undefined, 2, '\t'), (object, indent) => {
        const text = JSON.stringify(object, null, indent)
        const fields = fieldsOf(text, 'json') ?? []
        expect(
          new Map(fields.map(({ name, start, end, text: isText }) => [name, [isText, text.slice(start, end)]]))
        ).toEqual(
          new Map(
            Object.entries(object).map(([name, value]) => {
              const written =
                /^.*?:\s?(.*)$/s.exec(JSON.stringify({ v: value }, null, indent).slice(1, -1).trim())?.[1] ?? ''
              return [name, typeof value === 'string' ? [true, written.slice(1, -1)] : [false, written]]
            })
          )
        )
      })
    )
  })

  it('reads escaped names', () => expect(names('{"to\\u006ben":1}', 'json')).toEqual(['token']))
  it('finds a name that is there twice, twice', () => expect(names('{"a":1,"a":2}', 'json')).toEqual(['a', 'a']))
  it.each(['[1]', '"x"', '{"a":', '{"a":1}}', ''])('has none for %s', (text) =>
    expect(fieldsOf(text, 'json')).toBeUndefined()
  )

  it('finds the pairs of a form as URLSearchParams does', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string({ unit: 'grapheme' }), fc.string())), (pairs) => {
        const text = new URLSearchParams(pairs).toString()
        expect(names(text, 'form')).toEqual([...new URLSearchParams(text).keys()])
      })
    )
  })
})

describe('rewrite', () => {
  it('gives back what it is told to keep, byte for byte', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
        const text = JSON.stringify(object, null, 1)
        expect(rewrite(text, fieldsOf(text, 'json') ?? [], same)).toBe(text)
      })
    )
    const form = '&a=1&&b&c==&'
    expect(rewrite(form, fieldsOf(form, 'form') ?? [], same)).toBe(form)
  })

  it('puts any text into a JSON string and a form', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (secret) => {
        const json = '{"n":12345678901234567890,"t":"x"}'
        const put = (text: string, kind: 'json' | 'form') =>
          rewrite(text, fieldsOf(text, kind) ?? [], {
            gap: (raw) => raw,
            value: (raw, { name }) => (name === 't' ? encodeFor(kind, secret) : raw)
          })
        const written = put(json, 'json')
        expect(JSON.parse(written)).toHaveProperty('t', secret)
        expect(written).toContain('12345678901234567890')
        expect(new URLSearchParams(put('a=b&t=x', 'form')).get('t')).toBe(secret.toWellFormed())
      })
    )
  })
})

it('cuts fields out', () => {
  const json = '{ "a": "x", "b": [1, "x"], "c": 3 }'
  expect(JSON.parse(without(json, 'json', fieldsOf(json, 'json') ?? [], (raw) => raw.includes('x')))).toEqual({ c: 3 })
  const form = 'a=x&b=2&c=x'
  expect(without(form, 'form', fieldsOf(form, 'form') ?? [], (raw) => raw.includes('x'))).toBe('b=2')
})

it('knows bodies by their content type', () => {
  expect(kindOf([['content-type', 'application/vnd.api+json; charset=utf-8']])).toBe('json')
  expect(kindOf([['content-type', 'application/x-www-form-urlencoded']])).toBe('form')
  expect(kindOf([['content-type', 'multipart/form-data']])).toBeUndefined()
  expect(kindOf([])).toBeUndefined()
  expect(isJsonType('application/jsonp')).toBe(false)
  expect(isJsonType('application/x-ndjson')).toBe(false)
})
