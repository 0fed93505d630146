import { describe, expect, test } from 'vitest'
import { repeated, rowsOf, secretsOf } from './columns.ts'

const answer = {
  columns: ['id', 'token', 'refresh'],
  rows: [
    [1, 't1', 'r1'],
    [2, 't2', null]
  ],
  truncated: false,
  changed: 0
}

describe('the columns that are secret:', () => {
  test.each<[string, readonly string[], readonly (readonly (string | number)[])[], string[]]>([
    ['those that are named', ['token'], [], ['token']],
    ['that of one row that a binding reads, in all rows', [], [[1, 'token']], ['token']],
    ['what a binding reads inside of it', [], [[0, 'token', 'access', 0]], ['token']],
    ['all, for a whole row', [], [[0]], ['id', 'token', 'refresh']],
    ['all, for all rows', [], [[]], ['id', 'token', 'refresh']],
    ['none, for how many there are', [], [['length']], []],
    ['both', ['refresh'], [[0, 'token']], ['token', 'refresh']]
  ])('%s', (_, named, bound, names) => {
    const secrets = secretsOf(answer, named, bound)
    expect(secrets.map(({ name }) => name)).toEqual(names)
    for (const { name, value } of secrets) {
      expect(value).toEqual(answer.rows.map((row) => row[answer.columns.indexOf(name)]))
    }
  })

  test('a name that is no column is refused, because what it was to protect has another', () => {
    expect(() => secretsOf(answer, ['tokn'], [])).toThrow(/`id`, `token`, `refresh`/)
  })

  test('a statement that has no rows needs no protection', () => {
    expect(secretsOf({ columns: [], rows: [], truncated: false, changed: 1 }, ['token'], [])).toEqual([])
  })
})

test('a row is an object by the names of its columns, whatever they are', () => {
  const rows = rowsOf({ columns: ['__proto__', 'a'], rows: [[1, 2]], truncated: false, changed: 0 })
  expect(JSON.stringify(rows)).toBe('[{"__proto__":1,"a":2}]')
})

test('a name that two columns share is found', () => {
  expect(repeated(['a', 'b', 'a'])).toBe('a')
  expect(repeated(['a', 'b'])).toBeUndefined()
})
