import type { Json } from '@bellhop/sdk'
import { describe, expect, test } from 'vitest'
import { momentOf, readingOf } from './reading.ts'

const answer = (columns: string[], ...rows: Json[][]) => ({ columns, rows, truncated: false, changed: 0 })

describe('a lookup', () => {
  test('that finds one row has its columns as fields', () => {
    expect(readingOf(answer(['token', 'team'], ['t', 'x']))).toEqual({ fields: { token: 't', team: 'x' } })
  })

  test('that finds one column knows which is the credential', () => {
    expect(readingOf(answer(['token'], ['t']))).toEqual({ fields: { token: 't' }, credential: 'token' })
  })

  test('with a column `expires_at` is good until then', () => {
    const reading = readingOf(answer(['token', 'expires_at'], ['t', '2026-01-01T00:00:00+01:00']))
    expect(reading.expiresAt).toBe(Date.UTC(2025, 11, 31, 23))
  })

  test.each([
    ['no row', answer(['token']), 'store_path_missing'],
    ['two rows', answer(['token'], ['a'], ['b']), 'store_ambiguous'],
    ['no columns', answer([]), 'store_bad_statement']
  ])('that finds %s is refused', (_, found, code) => {
    expect(() => readingOf(found)).toThrow(expect.objectContaining({ code, retryable: false }))
  })
})

test.each<[Json | undefined, number | undefined]>([
  ['2026-01-01T00:00:00Z', Date.UTC(2026, 0)],
  ['2026-01-01 00:00:00', Date.UTC(2026, 0)],
  ['2026-01-01T00:00:00.5+02:00', Date.UTC(2025, 11, 31, 22, 0, 0, 500)],
  [1767225600, Date.UTC(2026, 0)],
  ['1767225600', Date.UTC(2026, 0)],
  [1767225600000, Date.UTC(2026, 0)],
  ['soon', undefined],
  ['infinity', undefined],
  ['2026-13-99T00:00', undefined],
  [null, undefined],
  [true, undefined],
  [undefined, undefined]
])('%s as a moment', (value, moment) => {
  expect(momentOf(value)).toBe(moment)
})
