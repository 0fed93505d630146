import { expect, it } from 'vitest'
import { retryAfterMs } from './retry-after.ts'

const now = Date.UTC(1994, 10, 6, 8, 49, 0)

it.each([
  ['120', 120_000],
  [' 0 ', 0],
  ['Sun, 06 Nov 1994 08:49:37 GMT', 37_000],
  ['Sunday, 06-Nov-94 08:49:37 GMT', 37_000],
  ['Sun Nov  6 08:49:37 1994', 37_000],
  ['Sun, 06 Nov 1994 08:48:00 GMT', 0],
  ['-5', undefined],
  ['1.5', undefined],
  ['soon', undefined],
  ['1994-11-06T08:49:37Z', undefined],
  ['99999999999', undefined],
  ['', undefined],
  [undefined, undefined]
])('reads %s as %s', (value, expected) => expect(retryAfterMs(value, now)).toBe(expected))

it('takes a two-digit year for a past one where it would be more than 50 years ahead', () => {
  const at2026 = Date.UTC(2026, 0, 1)
  expect(retryAfterMs('Friday, 02-Jan-26 00:00:00 GMT', at2026)).toBe(86_400_000)
  expect(retryAfterMs('Sunday, 06-Nov-94 08:49:37 GMT', at2026)).toBe(0)
})
