import { expect, test } from 'vitest'
import { ago, clock, date, duration } from './durations.ts'

test.each([
  [0, '0 ms'],
  [999, '999 ms'],
  [1_000, '1 s'],
  [1_540, '1.5 s'],
  [59_949, '59.9 s'],
  [59_999, '1 min'],
  [125_000, '2 min 5 s'],
  [3_599_999, '1 h'],
  [5_400_000, '1 h 30 min'],
  [86_399_999, '1 d'],
  [273_600_000, '3 d 4 h']
])('%d ms reads as %s', (ms, text) => {
  expect(duration(ms)).toBe(text)
})

test.each([
  [10_000, 'just now'],
  [15_000, '5 s ago'],
  [-50_000, 'in 1 min'],
  [3_610_000, '1 h ago'],
  [200_000_000, '2 d ago']
])('a distance of %d ms reads as %s', (now, text) => {
  expect(ago(10_000, now)).toBe(text)
})

test('dates and times are shown in UTC', () => {
  expect(date('2026-11-22T20:53:58.123Z')).toBe('2026-11-22 20:53:58 UTC')
  expect(clock('2026-11-22T20:53:58.123Z')).toBe('20:53:58.123')
})
