import { expect, test } from 'vitest'
import { keyAt, RunIds, runKey } from './ids.ts'

const NOW = Date.UTC(2026, 5, 1)

test('a public id is a UUIDv7 of its time, and its key is read off it', () => {
  const ids = new RunIds()
  for (let i = 0; i < 10_000; i++) {
    const { key, uuid } = ids.next(NOW)
    expect(runKey(uuid)).toBe(key)
  }
  const { key, uuid } = new RunIds().next(NOW)
  expect(parseInt(uuid.replaceAll('-', '').slice(0, 12), 16)).toBe(NOW)
  expect(keyAt(NOW)).toBe(key)
})

test('ids grow strictly, within a millisecond, over a clock set back, and after a restart', () => {
  const ids = new RunIds()
  let last = 0
  for (const now of [NOW, NOW, NOW + 1, NOW - 86_400_000, NOW + 1]) {
    const { key } = ids.next(now)
    expect(key).toBeGreaterThan(last)
    last = key
  }
  expect(new RunIds(last).next(NOW - 1).key).toBeGreaterThan(last)
})

test('the random part differs between ids', () => {
  const ids = new RunIds()
  const tails = new Set(Array.from({ length: 5_000 }, () => ids.next(NOW).uuid.slice(19)))
  expect(tails.size).toBe(5_000)
})

test.each(['', 'x', '00000000-0000-4000-8000-000000000000', '../../etc/passwd'])('%j is no run id', (text) => {
  expect(runKey(text)).toBeUndefined()
})
