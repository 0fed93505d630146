import * as fc from 'fast-check'
import type { Json } from '@bellhop/sdk'
import { expect, test } from 'vitest'
import { canonicalJson, definitionHash } from './canonical.ts'

test('keys are in order, at every depth', () => {
  expect(canonicalJson({ b: [{ d: 1, c: '\u2028"' }], a: null })).toBe('{"a":null,"b":[{"c":"\u2028\\"","d":1}]}')
  expect(definitionHash({ a: 1, b: 2 })).toBe(definitionHash({ b: 2, a: 1 }))
  expect(definitionHash({ a: 1 })).not.toBe(definitionHash({ a: '1' }))
})

test('it is JSON of the same value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(canonicalJson(value as Json))).toEqual(JSON.parse(JSON.stringify(value)))
    })
  )
})
