import { expect, test } from 'vitest'
import { EMPTY_EVENT, eventOf } from './event.ts'

test('a request becomes the event that a trigger would have made of it', () => {
  expect(
    eventOf({
      ...EMPTY_EVENT,
      path: 'orders?kind=new',
      headers: [['X-Shop', '7'], ...EMPTY_EVENT.headers],
      body: '{"a":1}'
    })
  ).toEqual({
    event: {
      method: 'POST',
      path: '/orders',
      query: { kind: 'new' },
      headers: { 'x-shop': '7', 'content-type': 'application/json' },
      body: { a: 1 }
    }
  })
})

test('a GET has no body, and a body that is no JSON says so', () => {
  expect(eventOf({ ...EMPTY_EVENT, method: 'GET', body: '{' })).toHaveProperty('event.method', 'GET')
  expect(eventOf({ ...EMPTY_EVENT, body: '{' })).toHaveProperty('mistake')
})

test('a form is read as a form, and any other text stays text', () => {
  const form = [['content-type', 'application/x-www-form-urlencoded']] as const
  expect(eventOf({ ...EMPTY_EVENT, headers: form, body: 'a=1&b=x%20y' })).toHaveProperty('event.body', {
    a: '1',
    b: 'x y'
  })
  expect(eventOf({ ...EMPTY_EVENT, headers: [['content-type', 'text/plain']], body: '{' })).toHaveProperty(
    'event.body',
    '{'
  )
})
