import { expect, test } from 'vitest'
import { columns } from './columns.ts'

test('columns stand below each other, and no line ends in spaces', () => {
  expect(
    columns([
      ['notify', 'v1', 'on'],
      ['a', 'v12', ''],
      ['remind-overdue', 'v3', 'off']
    ])
  ).toEqual(['notify          v1   on', 'a               v12', 'remind-overdue  v3   off'])
})
