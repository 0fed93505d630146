import type { Json } from '@bellhop/sdk'
import { expect, test } from 'vitest'
import type { RunEnd } from '../../engine/port.ts'
import { accepted, pending } from '../testing/fake-intake.ts'
import { startIngress } from '../testing/ingress-server.ts'

/** The answer of a trigger whose run ends so. */
async function answerTo(respond: Json, end: RunEnd, headers: Record<string, string> = {}): Promise<Response> {
  const server = await startIngress()
  server.intake.result = () => accepted(end)
  return fetch(server.deploy({ respond }), { method: 'POST', headers })
}

const answered = (body: Json, status = 200, headers = {}): RunEnd => ({
  status: 'succeeded',
  answer: { status, headers, body }
})

test('immediate answers the run’s id without waiting for its end', async () => {
  const server = await startIngress()
  server.intake.result = () => pending().result
  const answer = await fetch(server.deploy(), { method: 'POST' })
  expect(answer.status).toBe(200)
  expect(await answer.json()).toEqual({ run: answer.headers.get('x-bellhop-run') })
})

test('static answers what the definition says without waiting', async () => {
  const server = await startIngress()
  server.intake.result = () => pending().result
  const respond = {
    static: { status: 201, headers: { 'content-type': 'text/html', 'x-a': 'b' }, body: '<p>thanks</p>' }
  }
  const answer = await fetch(server.deploy({ respond }), { method: 'POST' })
  expect([answer.status, await answer.text()]).toEqual([201, '<p>thanks</p>'])
  expect(answer.headers.get('content-type')).toMatch(/^text\/html/)
  expect(answer.headers.get('x-a')).toBe('b')
})

test.each([{ a: 1 }, 'text', null, [1, 2], 0])('last_step answers %j as JSON', async (value) => {
  const answer = await answerTo('last_step', answered(value))
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8')
  expect(await answer.text()).toBe(JSON.stringify(value))
})

test('custom answers what the run responded: text as it is, objects as JSON', async () => {
  const text = await answerTo('custom', answered('hello', 418, { 'X-Tea': 'pot' }))
  expect([text.status, await text.text(), text.headers.get('x-tea')]).toEqual([418, 'hello', 'pot'])
  expect(text.headers.get('content-type')).toBe('text/plain; charset=utf-8')
  const object = await answerTo('custom', answered({ a: 1 }))
  expect(await object.json()).toEqual({ a: 1 })
  const nothing = await answerTo('custom', answered(null, 204))
  expect([nothing.status, await nothing.text()]).toEqual([204, ''])
})

test('each cookie is a header of its own', async () => {
  const answer = await answerTo('custom', answered('hello', 200, { 'set-cookie': ['a=1; Path=/', 'b=2'] }))
  expect(answer.headers.getSetCookie()).toEqual(['a=1; Path=/', 'b=2'])
  const wrong = await answerTo('custom', answered('hello', 200, { 'set-cookie': ['a=1', 'b=2\r\nx: y'] }))
  expect([wrong.status, wrong.headers.getSetCookie()]).toEqual([500, []])
})

test('a workflow signs nobody in or out of the builder', async () => {
  const cookies = [
    'bellhop_session=s3cret; Path=/',
    '__Host-bellhop_session=s3cret; Secure; Path=/',
    '__HOST-bellhop_session=s3cret',
    '=bellhop_session=s3cret',
    ' bellhop_session =s3cret',
    'bellhop_session',
    'my_bellhop_session=1'
  ]
  const headers = { 'set-cookie': cookies, 'Clear-Site-Data': '"cookies"', 'Strict-Transport-Security': 'max-age=9' }
  const answer = await answerTo('custom', answered('hello', 200, headers))
  expect(answer.headers.getSetCookie()).toEqual(['my_bellhop_session=1'])
  expect(answer.headers.get('clear-site-data')).toBeNull()
  expect(answer.headers.get('strict-transport-security')).toBeNull()
  const one = await answerTo('custom', answered('hello', 200, { 'set-cookie': 'bellhop_session=s3cret' }))
  expect([one.status, one.headers.get('set-cookie')]).toEqual([200, null])
})

test('a page that a workflow answers with gets an origin of its own', async () => {
  const html = { 'content-type': 'text/html', 'content-security-policy': "script-src 'none'" }
  const answer = await answerTo('custom', answered('<script></script>', 200, html))
  expect(answer.headers.get('content-security-policy')).toMatch(/^script-src 'none', sandbox (?!.*allow-same-origin)/)
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
})

test('a workflow’s answer cannot say how it is sent', async () => {
  const headers = {
    'content-length': '1',
    connection: 'x',
    'transfer-encoding': 'chunked',
    'service-worker-allowed': '/'
  }
  const answer = await answerTo('custom', answered('hello', 200, headers))
  expect(await answer.text()).toBe('hello')
  expect(answer.headers.get('service-worker-allowed')).toBeNull()
})

test.each([
  ['a status out of range', answered('x', 99)],
  ['a header that is none', answered('x', 200, { 's3cret name': 'x' })],
  ['a header value with a line break', answered('x', 200, { a: 's3cret\r\nset-cookie: x' })]
])('%s is a problem that quotes nothing', async (_what, end) => {
  const answer = await answerTo('custom', end)
  const text = await answer.text()
  expect(answer.status).toBe(500)
  expect(JSON.parse(text)).toMatchObject({ code: 'bad_response', run: answer.headers.get('x-bellhop-run') })
  expect(text).not.toContain('s3cret')
})

test('a run that never responds is a problem which says so', async () => {
  const answer = await answerTo('custom', { status: 'ended_early', note: 'enough' })
  expect([answer.status, await answer.json()]).toMatchObject([500, { code: 'no_response', hint: /\$\.respond/ }])
})

test('a failed run is a problem that names step and run', async () => {
  const error = {
    code: 'vendor_rejected',
    message: 'Slack says `channel_not_found`',
    retryable: false,
    hint: 'Invite it.',
    status: 404
  }
  const answer = await answerTo('last_step', { status: 'failed', error, step: 'notify' })
  expect(answer.status).toBe(500)
  expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(await answer.json()).toEqual({
    type: 'urn:bellhop:problem:vendor_rejected',
    title: 'Vendor rejected',
    status: 500,
    code: 'vendor_rejected',
    detail: 'Slack says `channel_not_found`',
    hint: 'Invite it.',
    retryable: false,
    run: answer.headers.get('x-bellhop-run'),
    step: 'notify'
  })
})

test('a failed run that responded before is answered with its response', async () => {
  const error = { code: 'internal', message: '', retryable: false }
  const answer = await answerTo('custom', { status: 'failed', error, answer: { status: 202, headers: {}, body: 'ok' } })
  expect([answer.status, await answer.text()]).toEqual([202, 'ok'])
})

test('a run that was timed out, cancelled or crashed says which', async () => {
  const error = { code: 'run_timed_out', message: 'too slow', retryable: false }
  const timedOut = await answerTo('last_step', { status: 'timed_out', error })
  expect([timedOut.status, await timedOut.json()]).toMatchObject([504, { code: 'run_timed_out' }])
  const cancelled = await answerTo('last_step', { status: 'cancelled' })
  expect([cancelled.status, await cancelled.json()]).toMatchObject([409, { code: 'run_cancelled' }])
  const crashed = await answerTo('last_step', { status: 'crashed', error: { ...error, code: 'run_crashed' } })
  expect([crashed.status, await crashed.json()]).toMatchObject([500, { code: 'run_crashed' }])
})

test('a run that leaves memory is 202 with its id', async () => {
  const server = await startIngress()
  server.intake.result = () => ({ accepted: true, ended: Promise.resolve({ ended: false }), over: Promise.resolve() })
  const answer = await fetch(server.deploy({ respond: 'last_step' }), {
    method: 'POST',
    headers: { 'x-pd-nostore': '1' }
  })
  const run = answer.headers.get('x-bellhop-run')
  expect([answer.status, await answer.json()]).toEqual([202, { run, durable: false, ended: false }])
})

test('a caller who has waited long enough gets 202', async () => {
  const server = await startIngress({ waitMs: 20 })
  server.intake.result = () => pending().result
  const answer = await fetch(server.deploy({ respond: 'last_step' }), { method: 'POST' })
  expect(answer.status).toBe(202)
})

test('a caller who goes away takes nothing along', async () => {
  const server = await startIngress()
  const run = pending()
  const came = Promise.withResolvers<void>()
  server.intake.result = () => {
    came.resolve()
    return run.result
  }
  const url = server.deploy({ respond: 'last_step' })
  const gone = new AbortController()
  const call = fetch(url, { method: 'POST', signal: gone.signal })
  await came.promise
  gone.abort()
  await expect(call).rejects.toThrow('aborted')
  run.view({ ended: true, end: answered('nobody reads this') })
  server.intake.result = () => accepted(answered('next'))
  expect(await (await fetch(url, { method: 'POST' })).json()).toBe('next')
})
