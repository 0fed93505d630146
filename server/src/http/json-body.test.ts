import * as fc from 'fast-check'
import type { Json } from '@bellhop/sdk'
import { expect, test } from 'vitest'
import { parseJson } from './json-body.ts'

/** Strings made of what a bracket counter can be led astray by. */
const tricky = fc.string({ unit: fc.constantFrom('"', '\\', '[', ']', '{', '}', ':', ',', 'a', '\u2028', '\u0000') })
const value = fc.letrec<{ any: Json }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    tricky,
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom(null, true, false),
    fc.array(tie('any'), { maxLength: 5 }),
    fc.dictionary(tricky, tie('any'), { maxKeys: 5 })
  )
})).any

function depthOf(json: Json): number {
  if (typeof json !== 'object' || json === null) return 0
  return 1 + Math.max(0, ...Object.values(json).map(depthOf))
}

function nested(json: Json, times: number): Json {
  return times === 0 ? json : nested(times % 2 === 0 ? [json] : { '"]}': json }, times - 1)
}

/** What parsing a text comes to: the value as JSON again, or the words in which it is refused. */
function outcome(text: string, parse: (text: string) => unknown): string {
  try {
    return JSON.stringify(parse(text))
  } catch (error) {
    return error instanceof Error ? error.message : 'no error'
  }
}

const TOO_DEEP = 'the body nests deeper than 200 levels'
const NO_JSON = 'the body is not valid JSON, though its content-type says so'

test('whatever JSON.stringify writes is read back, down to 200 levels and no further', () => {
  fc.assert(
    fc.property(value, fc.integer({ min: 194, max: 201 }), fc.boolean(), (inner, times, pretty) => {
      const json = nested(inner, times)
      const expected = depthOf(json) > 200 ? TOO_DEEP : JSON.stringify(json)
      expect(outcome(JSON.stringify(json, null, pretty ? 1 : 0), parseJson)).toBe(expected)
    }),
    { numRuns: 500 }
  )
})

test('text that is no JSON is refused in words of our own', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ maxLength: 300 }), tricky), (text) => {
      const expected = outcome(text, (json) => {
        try {
          return JSON.parse(json) as unknown
        } catch {
          throw new Error(NO_JSON)
        }
      })
      expect(outcome(text, parseJson)).toBe(expected)
    })
  )
})
