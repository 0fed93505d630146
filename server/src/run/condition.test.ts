import type { Json } from '@bellhop/sdk'
import { describe, expect, test } from 'vitest'
import { parseTemplate } from '../workflow/references.ts'
import type { Condition } from '../workflow/plan.ts'
import { holds } from './condition.ts'

const value = parseTemplate('{{steps.fetch.$return_value}}').value

function ask(subject: Json | undefined, test: Condition['test']): boolean {
  const exports = subject === undefined ? {} : { $return_value: subject }
  return holds({ value, test, reason: 'a reason' }, { fetch: exports })
}

describe('truthy', () => {
  test.each<[Json | undefined, boolean]>([
    [undefined, false],
    [null, false],
    [0, false],
    ['', false],
    ['no', true],
    [[], true]
  ])('%j is %s', (subject, expected) => expect(ask(subject, { kind: 'truthy' })).toBe(expected))
})

describe('is', () => {
  test.each<[Json | undefined, Extract<Condition['test'], { kind: 'is' }>['is'], boolean]>([
    [undefined, 'empty', true],
    [[], 'empty', true],
    [{}, 'empty', true],
    [0, 'empty', false],
    [['x'], 'not_empty', true],
    [undefined, 'not_empty', false],
    ['true', 'true', true],
    [1, 'true', false],
    [false, 'false', true],
    [undefined, 'false', false],
    [null, 'present', false],
    [0, 'present', true],
    [null, 'absent', true]
  ])('%j is %s: %s', (subject, is, expected) => expect(ask(subject, { kind: 'is', is })).toBe(expected))
})

describe('comparisons', () => {
  test.each<[Json | undefined, Exclude<Condition['test']['kind'], 'is' | 'truthy'>, Json, boolean]>([
    [3, 'equals', '3', true],
    ['3', 'equals', 3, true],
    [true, 'equals', 'true', false],
    [{ a: 1, b: [2] }, 'equals', { b: [2], a: 1 }, true],
    [{ a: 1 }, 'equals', [1], false],
    [{ a: 1 }, 'equals', { a: 1, b: 2 }, false],
    [undefined, 'not_equals', 'x', true],
    ['10', 'greater_than', 9, true],
    [undefined, 'greater_than', -1, false],
    ['', 'less_than', 1, false],
    [2, 'less_than', 3, true],
    ['a needle here', 'contains', 'needle', true],
    [[1, { x: 1 }], 'contains', { x: 1 }, true],
    [{ key: 1 }, 'contains', 'key', true],
    [{ key: 1 }, 'contains', 'toString', false],
    [undefined, 'contains', '', false]
  ])('%j %s %j: %s', (subject, kind, other, expected) => expect(ask(subject, { kind, other })).toBe(expected))
})
