import { expect, test } from 'vitest'
import { CRASH_LIMIT, crashesOf, leaveUntil, recoveryOf, retryDelay } from './schedule.ts'

const POLICY = { attempts: 4, backoffMs: 100, maxBackoffMs: 1000 }
const again = { retryable: true, retryAfterMs: undefined }

test.for([
  ['the first wait, at least half of the backoff', 1, 0, 50],
  ['the first wait, at most the whole', 1, 0.999, 100],
  ['each wait doubles', 3, 0.999, 400]
] as const)('%s', ([, failed, random, delay]) => {
  expect(retryDelay(POLICY, failed, again, random)).toBe(delay)
})

test('a wait grows to the longest that the policy allows, whatever the attempt', () => {
  const many = { ...POLICY, attempts: 10_000 }
  expect(retryDelay(many, 5, again, 0.999)).toBe(1000)
  expect(retryDelay(many, 9000, again, 0)).toBe(500)
})

test('a vendor’s Retry-After lengthens a wait, up to the longest', () => {
  expect(retryDelay(POLICY, 1, { retryable: true, retryAfterMs: 700 }, 0)).toBe(700)
  expect(retryDelay(POLICY, 1, { retryable: true, retryAfterMs: 60_000 }, 0)).toBe(1000)
  expect(retryDelay(POLICY, 1, { retryable: true, retryAfterMs: 1 }, 0)).toBe(50)
})

test('a failure is final when it says so, and after the last attempt', () => {
  expect(retryDelay(POLICY, 1, { retryable: false, retryAfterMs: 5 }, 0)).toBeUndefined()
  expect(retryDelay(POLICY, 3, again, 0)).toBe(200)
  expect(retryDelay(POLICY, 4, again, 0)).toBeUndefined()
})

test.for([
  [{ boot: 0, crashes: 0 }, 0, 'bring_back'],
  [{ boot: 7, crashes: 0 }, 1, 'bring_back'],
  [{ boot: 7, crashes: 1 }, 2, 'bring_back'],
  [{ boot: 0, crashes: 2 }, 2, 'bring_back'],
  [{ boot: 7, crashes: 2 }, 3, 'bring_back_alone'],
  [{ boot: 7, crashes: 18 }, 19, 'bring_back_alone'],
  [{ boot: 7, crashes: 19 }, CRASH_LIMIT, 'end'],
  [{ boot: 0, crashes: 19 }, 19, 'bring_back_alone']
] as const)('a run left behind as %o counts %i crashes: %s', ([row, crashes, recovery]) => {
  expect(crashesOf(row)).toBe(crashes)
  expect(recoveryOf(row)).toBe(recovery)
})

test('a run leaves memory until the first of its waits is over, if that is more than 5 s away', () => {
  expect(leaveUntil([20_000, 6001], 1000)).toBe(6001)
  expect(leaveUntil([20_000, 6000], 1000)).toBeUndefined()
  expect(leaveUntil([], 1000)).toBeUndefined()
})
