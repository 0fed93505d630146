import { expect, it } from 'vitest'
import { curlFor } from './curl.ts'

it('asks for what the steps read of the event', () => {
  const references = [
    'steps.trigger.event.body.slack_token',
    'steps.trigger.event.body.user.name',
    'steps.trigger.event.body.items[0].id',
    'steps.trigger.event.headers["x-acme-token"]',
    'steps.trigger.event.query.page',
    'steps.users.$return_value'
  ]
  expect(curlFor('http://127.0.0.1:4000/in/abc', references, false)).toBe(
    [
      `curl 'http://127.0.0.1:4000/in/abc?page=…'`,
      `  -H 'x-acme-token: …'`,
      `  -H 'content-type: application/json'`,
      `  -d '{"slack_token":"…","user":{"name":"…"},"items":[{"id":"…"}]}'`
    ].join(' \\\n')
  )
})

it('writes no token out, and nothing that could leave its quotes', () => {
  expect(curlFor('http://h/in/abc', [`steps.trigger.event.body["it's"]`], true)).toBe(
    [
      `curl 'http://h/in/abc'`,
      `  -H "authorization: Bearer $TOKEN"`,
      `  -H 'content-type: application/json'`,
      String.raw`  -d '{"it'\''s":"…"}'`
    ].join(' \\\n')
  )
  expect(curlFor('http://h/in/abc', [], false)).toBe(`curl 'http://h/in/abc'`)
})
