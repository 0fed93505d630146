import type { Json } from '@bellhop/sdk'
import { describe, expect, test } from 'vitest'
import { messageOf, retryAfterMs } from './refusal.ts'

describe('the message of an unknown API', () => {
  test.each<[string, Json, string | undefined]>([
    ['a plain member', { message: 'no such thing' }, 'no such thing'],
    ['a problem document', { title: 'Gone', detail: 'It was deleted', status: 410 }, 'It was deleted'],
    ['a problem document that only has a title', { title: 'Gone' }, 'Gone'],
    ['OAuth', { error: 'invalid_grant', error_description: 'It is too old' }, 'It is too old'],
    ['OAuth without words', { error: 'invalid_grant' }, 'invalid_grant'],
    ['one level down', { error: { code: 7, message: 'no such thing' } }, 'no such thing'],
    ['a list of errors', { errors: [{ detail: 'the first' }, { detail: 'the second' }] }, 'the first'],
    ['a list of texts', { errors: ['the first'] }, 'the first'],
    ['a list as a whole', [{ message: 'the first' }], 'the first'],
    ['a code alone', { error: { code: 'teapot' } }, 'teapot'],
    ['text', 'out of order', 'out of order'],
    ['a web page', ' <!doctype html><h1>502</h1>', undefined],
    ['nothing', '', undefined],
    ['something else', { status: 'error', data: null }, undefined]
  ])('%s', (_, body, message) => {
    expect(messageOf(body)).toBe(message)
  })
})

describe('Retry-After', () => {
  const now = Date.UTC(2026, 0, 1, 12, 0, 0)

  test.each([
    ['120', 120_000],
    [' 1.5 ', 1500],
    ['0', 0],
    ['Thu, 01 Jan 2026 12:00:30 GMT', 30_000],
    ['Thu, 01 Jan 2026 11:00:00 GMT', 0],
    ['soon', undefined],
    ['', undefined]
  ])('%j', (value, expected) => {
    expect(retryAfterMs({ headers: { 'retry-after': value } }, now)).toBe(expected)
  })

  test('is not there', () => {
    expect(retryAfterMs({ headers: {} }, now)).toBeUndefined()
  })
})
