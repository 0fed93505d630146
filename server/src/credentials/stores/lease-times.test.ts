import { expect, test } from 'vitest'
import { lapsed, nextRenewal, nextTry, wentBack } from './lease-times.ts'

const NOW = 1_000_000

test.each([
  [60_000, 30_000],
  [3_600_000, 1_800_000],
  [100, 1_000],
  [-5_000, 1_000]
])('what lapses in %i ms is renewed in %i ms', (left, expected) => {
  expect(nextRenewal(NOW + left, NOW)).toBe(NOW + expected)
})

test('tries come less and less often, and never stop', () => {
  const pauses = [0, 1, 2, 8, 9, 1_000].map((failures) => nextTry(failures, NOW) - NOW)
  expect(pauses).toEqual([1_000, 2_000, 4_000, 256_000, 300_000, 300_000])
})

test('what lapsed an hour ago is gone by itself, whoever’s clock is right', () => {
  expect([lapsed(NOW - 3_600_001, NOW), lapsed(NOW - 3_600_000, NOW), lapsed(NOW + 1, NOW)]).toEqual([
    true,
    false,
    false
  ])
})

test('a clock that was set back is told from one that went on, or was set forward', () => {
  const before = { wall: NOW, monotonic: 5_000 }
  const after = (wallMs: number): boolean =>
    wentBack(before, { wall: NOW + wallMs, monotonic: before.monotonic + 60_000 })
  expect([60_000, 59_500, 3_600_000, 58_000, -1].map(after)).toEqual([false, false, false, true, true])
})
