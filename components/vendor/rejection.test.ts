import { describe, expect, test } from 'vitest'
import { kindOfStatus, quotable, rejection } from './rejection.ts'

const base = { vendor: 'Acme', said: 'no_way', means: 'it will not' } as const

test('says who refused, in which words, what it means and what to do', () => {
  const fault = rejection({ ...base, kind: 'request', hint: 'Ask nicely.' })
  expect(fault.message).toBe('Acme says `no_way`: it will not')
  expect(fault).toMatchObject({ code: 'vendor_rejected', status: 400, retryable: false, hint: 'Ask nicely.' })
})

test.each([
  ['credential', 'credential_rejected', 401, false],
  ['permission', 'credential_forbidden', 403, false],
  ['not_found', 'vendor_rejected', 404, false],
  ['request', 'vendor_rejected', 400, false],
  ['rate_limit', 'vendor_rate_limited', 429, true],
  ['outage', 'vendor_unavailable', 503, true]
] as const)('%s is %s', (kind, code, status, retryable) => {
  const fault = rejection({ ...base, kind })
  expect(fault).toMatchObject({ code, status, retryable })
  expect(fault.hint).toMatch(/\.$/)
  expect(fault.retryAfterMs).toBeUndefined()
})

test('the vendor’s status and its wait go before the kind’s', () => {
  expect(rejection({ ...base, kind: 'outage', status: 502, retryAfterMs: 7000 })).toMatchObject({
    status: 502,
    retryAfterMs: 7000
  })
})

test.each([
  [400, 'request'],
  [401, 'credential'],
  [403, 'permission'],
  [404, 'not_found'],
  [408, 'outage'],
  [409, 'request'],
  [410, 'not_found'],
  [422, 'request'],
  [425, 'outage'],
  [429, 'rate_limit'],
  [500, 'outage'],
  [501, 'request'],
  [503, 'outage']
])('a bare %i is a matter of %s', (status, kind) => {
  expect(kindOfStatus(status)).toBe(kind)
})

describe('a vendor’s words', () => {
  test('are one line of visible text that cannot end its quotes', () => {
    expect(quotable(' two\r\n\tlines `and`\u0000\u202e more ')).toBe('two lines and more')
  })

  test('are cut when they are long', () => {
    expect(quotable('x'.repeat(201))).toHaveLength(200)
    expect(quotable('x'.repeat(200))).toBe('x'.repeat(200))
  })

  test('are left out when there are none', () => {
    expect(rejection({ ...base, kind: 'request', said: ' ' }).message).toBe('Acme: it will not')
  })
})
