import { Fault } from '@bellhop/sdk'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodePath, pathProblem, pathSegments, singleSegment, type LookupText } from './lookups.ts'
import { expressionsOf, parseTemplate } from './references.ts'

const text = (written: string): LookupText => parseTemplate(written).value
const of = (id: unknown) => ({ trigger: { event: { body: { id } } } }) as never
const ID = '{{steps.trigger.event.body.id}}'

function faultOf(work: () => unknown): Fault {
  try {
    work()
  } catch (error) {
    if (error instanceof Fault) return error
  }
  throw new Error('it did not fail')
}

describe('the path of a lookup', () => {
  test.each([
    ['secret/acme', ['secret', 'acme']],
    ['/secret/acme/', ['secret', 'acme']],
    [`customers/${ID}/slack`, ['customers', 'a/../b', 'slack']],
    [`customers/c-${ID}`, ['customers', 'c-a/../b']],
    [ID, ['a/../b']]
  ])('%s is cut at its own slashes only', (written, expected) => {
    expect(pathProblem(text(written))).toBeUndefined()
    expect(pathSegments(text(written), of('a/../b'))).toEqual(expected)
  })

  test('whatever a reference brings, it stays in its segment, or is refused', () => {
    const anything = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('.', '..', '../..', '%2e%2e', 'a/b', '', ' ')
    )
    fc.assert(
      fc.property(anything, (id) => {
        const path = text(`customers/${ID}/slack`)
        if (['', '.', '..'].includes(id)) return faultOf(() => pathSegments(path, of(id))).code === 'lookup_unusable'
        const segments = pathSegments(path, of(id))
        expect(segments).toEqual(['customers', id, 'slack'])
        // What stands in a URL leads where it should, by the URL parser's own rules.
        if (!id.isWellFormed()) return true
        const url = new URL(`https://vault.example/v1/${encodePath(segments)}`)
        expect(url.pathname.split('/').map(decodeURIComponent)).toEqual(['', 'v1', 'customers', id, 'slack'])
        return true
      })
    )
  })

  test.each([[undefined], [null], [''], ['.'], ['..'], [{ a: 1 }], [['x']]])('%j is refused, and not quoted', (id) => {
    for (const written of [`a/${ID}/b`, ID]) {
      const fault = faultOf(() => pathSegments(text(written), of(id)))
      expect(fault.code).toBe('lookup_unusable')
      expect(fault.message).toContain('`steps.trigger.event.body.id`')
    }
  })

  test('text around a reference counts: two dots that come together are refused, too', () => {
    expect(faultOf(() => pathSegments(text(`a/.${ID}/b`), of('.'))).code).toBe('lookup_unusable')
  })

  test.each([[''], ['/'], ['a//b'], ['a/../b'], ['./a'], ['..']])('%j is a mistake', (written) => {
    expect(pathProblem(text(written))).toBeDefined()
  })
})

test('the whole result of an expression is one segment, whatever the expression makes of it', () => {
  const path = text(`customers/{{ ['a', 'b'].join('/') }}/{{ 1 + 1 }}`)
  const results = (...found: (string | number | undefined)[]) => {
    const expressions = typeof path === 'string' ? [] : expressionsOf(path)
    return { results: new Map(expressions.map((expression, index) => [expression, found[index]])) }
  }
  expect(pathProblem(path)).toBeUndefined()
  expect(pathSegments(path, {}, results('a/../b', 2))).toEqual(['customers', 'a/../b', '2'])
  for (const wrong of ['..', '.', '', undefined]) {
    expect(faultOf(() => pathSegments(path, {}, results(wrong, 2))).code).toBe('lookup_unusable')
  }
  expect(singleSegment(path, {}, results('x/y', 2))).toBe('customers/x/y/2')
})

test('a key is one segment, with everything in it', () => {
  expect(singleSegment(text(`org/${ID}`), of('a/b'))).toBe('org/a/b')
  expect(faultOf(() => singleSegment(text(ID), of('..'))).code).toBe('lookup_unusable')
  expect(faultOf(() => singleSegment(text(ID), of(undefined))).code).toBe('lookup_unusable')
})
