import { expect, test } from 'vitest'
import { accepted } from '../testing/fake-intake.ts'
import { startIngress } from '../testing/ingress-server.ts'

const end = { status: 'succeeded', answer: { status: 200, headers: {}, body: 'first' } } as const

test('a repeated request gets the first answer, and is told that it is', async () => {
  const server = await startIngress()
  const first = '019aa8b2-6f3c-7000-8a51-2f1f6e1a9b7c'
  server.intake.result = () => ({
    accepted: false,
    reason: 'repeated',
    run: first,
    answer: Promise.resolve({ ended: true, end })
  })
  const answer = await fetch(server.deploy({ respond: 'last_step' }), { headers: { 'idempotency-key': 'k' } })
  expect([answer.status, await answer.json()]).toEqual([200, 'first'])
  expect(answer.headers.get('x-bellhop-run')).toBe(first)
  expect(answer.headers.get('idempotency-replayed')).toBe('true')
})

test('another request under the same key is 422', async () => {
  const server = await startIngress()
  server.intake.result = () => ({ accepted: false, reason: 'key_reused' })
  const answer = await fetch(server.deploy(), { headers: { 'idempotency-key': 'k' } })
  expect([answer.status, await answer.json()]).toMatchObject([422, { code: 'idempotency_key_reused' }])
  expect(answer.headers.get('x-bellhop-run')).toBeNull()
})

test.each(['', 'x'.repeat(256), 'tab\tinside', 'é'])('the key %j is refused', async (key) => {
  const server = await startIngress()
  const answer = await fetch(server.deploy(), { headers: { 'idempotency-key': key } })
  expect([answer.status, await answer.json()]).toMatchObject([400, { code: 'bad_idempotency_key' }])
  expect(server.intake.requests).toEqual([])
})

test('a request without a key asks for no idempotency', async () => {
  const server = await startIngress()
  await fetch(server.deploy())
  expect(server.intake.requests[0]).not.toHaveProperty('idempotency')
})

/** The idempotency of a request, as the intake gets it. */
async function asked(init: RequestInit, below = '', headers: Record<string, string> = {}) {
  const server = await startIngress()
  server.intake.result = () => accepted(end)
  const answer = await fetch(`${server.deploy()}${below}`, {
    method: 'POST',
    body: '{"a":1}',
    ...init,
    headers: { 'content-type': 'application/json', 'idempotency-key': 'k', ...headers }
  })
  expect(answer.status).toBe(200)
  return server.intake.requests[0]?.idempotency
}

test('the same request is the same on another connection, in other spacing, from another client', async () => {
  const first = await asked({})
  expect(first?.key).toBe('k')
  expect(await asked({ body: '{ "a": 1 }' }, '', { 'user-agent': 'another' })).toEqual(first)
})

test('another method, path, query, body, user or credential is another request', async () => {
  const first = await asked({})
  const others = [
    await asked({ method: 'PUT' }),
    await asked({}, '/x'),
    await asked({}, '?x=1'),
    await asked({ body: '{"a":2}' }),
    await asked({}, '', { 'x-pd-external-user-id': 'u' }),
    await asked({}, '', { authorization: 'Bearer x' }),
    await asked({ body: '"{\\"a\\":1}"' }),
    await asked({ body: '{"a":1}' }, '', { 'content-type': 'text/plain' })
  ]
  const fingerprints = [first, ...others].map((each) => JSON.stringify(each?.fingerprint))
  expect(new Set(fingerprints).size).toBe(fingerprints.length)
})

test('callers with other credentials share no keys', async () => {
  const callers = [
    await asked({}),
    await asked({}, '', { authorization: 'Bearer one-token' }),
    await asked({}, '', { authorization: 'Bearer other-token' }),
    await asked({}, '', { 'x-api-key': 'one-token' }),
    await asked({}, '', { cookie: 'session=one-token' })
  ].map((each) => each?.caller)
  expect(new Set(callers).size).toBe(callers.length)
})
