import { Fault } from '@bellhop/sdk'
import { expect, test } from 'vitest'
import { Attempts } from './attempts.ts'

/** Attempts by a clock that a test sets, and how many of some are let through. */
function desk() {
  const clock = { now: 0 }
  const attempts = new Attempts(() => clock.now)
  const through = (count: number, ip: (n: number) => string, name?: (n: number) => string): number => {
    let begun = 0
    for (let n = 0; n < count; n += 1) begun += begins(attempts, ip(n), name?.(n)) === 0 ? 1 : 0
    return begun
  }
  return { clock, attempts, through }
}

/** How long an attempt has to wait, in milliseconds. */
function begins(attempts: Attempts, ip: string, name?: string): number {
  try {
    attempts.begin(ip, name)
    return 0
  } catch (error) {
    if (error instanceof Fault && error.code === 'too_many_attempts') return error.retryAfterMs ?? 0
    throw error
  }
}

test('an address has ten at once, and one more each minute, whatever names it tries', () => {
  const { clock, through } = desk()
  const guess = (count: number): number =>
    through(
      count,
      () => '192.0.2.1',
      (n) => `name ${n}`
    )
  expect(guess(30)).toBe(10)
  clock.now += 3 * 60_000
  expect(guess(30)).toBe(3)
  clock.now += 24 * 3_600_000
  expect(guess(30)).toBe(10)
})

test('a refusal says when there is one again, and then there is', () => {
  const { clock, attempts, through } = desk()
  through(10, () => '192.0.2.1')
  const wait = begins(attempts, '192.0.2.1')
  expect(wait).toBe(60_000)
  clock.now += wait - 1
  expect(begins(attempts, '192.0.2.1')).toBeGreaterThan(0)
  clock.now += 1
  expect(begins(attempts, '192.0.2.1')).toBe(0)
})

test('a name has twenty at once, from however many addresses', () => {
  const { through } = desk()
  expect(
    through(
      100,
      (n) => `192.0.2.${n}`,
      () => 'anna'
    )
  ).toBe(20)
  expect(
    through(
      10,
      (n) => `192.0.2.${100 + n}`,
      () => 'bert'
    )
  ).toBe(10)
})

test('whoever has signed in from an address is not locked out there by strangers', () => {
  const { attempts, through } = desk()
  attempts.begin('2001:db8:1:2::1', 'anna')
  attempts.succeeded('2001:db8:1:2::1', 'anna')
  through(
    100,
    (n) => `192.0.2.${n}`,
    () => 'anna'
  )
  expect(begins(attempts, '192.0.2.200', 'anna')).toBeGreaterThan(0)
  // The same network.
  expect(begins(attempts, '2001:db8:1:2:ffff::7', 'anna')).toBe(0)
  // Guesses from there are guesses still.
  expect(
    through(
      30,
      () => '2001:db8:1:2::1',
      () => 'anna'
    )
  ).toBe(9)
})

test('one network is one caller: all of an IPv6 /64, and IPv4 however it is written', () => {
  const { through } = desk()
  expect(through(30, (n) => `2001:db8::${n + 1}`)).toBe(10)
  expect(through(30, (n) => (n % 2 === 0 ? '192.0.2.1' : '::ffff:192.0.2.1'))).toBe(10)
  expect(through(30, (n) => `2001:db8:0:${n + 1}::1`)).toBe(30)
})

test('those who succeed may do so as often as they like', () => {
  const { attempts } = desk()
  for (let n = 0; n < 100; n += 1) {
    expect(begins(attempts, '192.0.2.1', 'anna')).toBe(0)
    attempts.succeeded('192.0.2.1', 'anna')
  }
})

test('a clock that is set back gives nothing back', () => {
  const { clock, through } = desk()
  clock.now = 1e9
  expect(through(10, () => '192.0.2.1')).toBe(10)
  clock.now = 0
  expect(through(10, () => '192.0.2.1')).toBe(0)
})

test('more addresses than are remembered cost no more memory', () => {
  const { attempts } = desk()
  for (let n = 0; n < 11_000; n += 1) attempts.begin(`10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`)
  const size = (): number => process.memoryUsage().heapUsed
  const before = size()
  for (let n = 11_000; n < 200_000; n += 1) attempts.begin(`10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`)
  expect(size() - before).toBeLessThan(64 << 20)
})
