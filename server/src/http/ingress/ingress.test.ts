import { request as rawRequest, METHODS } from 'node:http'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { startIngress } from '../testing/ingress-server.ts'

test('an event says what the request was', async () => {
  const server = await startIngress()
  const url = server.deploy()
  const answer = await fetch(`${url}/a%2Fb/c?x=1&y=2&y=3&empty=`, {
    method: 'PUT',
    headers: { 'X-Custom': 'Yes', 'content-type': 'application/json' },
    body: '{"n":1}'
  })
  expect(answer.status).toBe(200)
  expect(server.intake.event).toMatchObject({
    method: 'PUT',
    path: '/a%2Fb/c',
    query: { x: '1', y: ['2', '3'], empty: '' },
    headers: { 'x-custom': 'Yes', 'content-type': 'application/json', host: `127.0.0.1:${server.port}` },
    body: { n: 1 },
    client_ip: '127.0.0.1',
    url: `${url}/a%2Fb/c?x=1&y=2&y=3&empty=`
  })
})

test('the session of somebody who is signed in to the builder is no part of an event', async () => {
  const server = await startIngress()
  const url = server.deploy()
  const cookies = [
    'a=1; bellhop_session=s3cret; b=2',
    '__Host-bellhop_session=s3cret',
    'c=3;__Host-bellhop_session=s3cret'
  ]
  for (const cookie of [...cookies, 'my_bellhop_session=1']) await fetch(url, { headers: { cookie } })
  const seen = server.intake.requests.map(({ event }) => (event['headers'] as Record<string, string>)['cookie'])
  expect(seen).toEqual(['a=1; b=2', undefined, 'c=3', 'my_bellhop_session=1'])
})

test('every method but CONNECT, TRACE and OPTIONS makes a run, with its body', async () => {
  const server = await startIngress()
  const url = server.deploy()
  const methods = METHODS.filter((method) => !['CONNECT', 'TRACE', 'OPTIONS', 'HEAD'].includes(method))
  for (const method of methods) {
    const status = await send(url, method, 'plain words')
    expect([method, status]).toEqual([method, 200])
  }
  expect(server.intake.requests.map(({ event }) => event['method'])).toEqual(methods)
  for (const { event } of server.intake.requests) expect(event['body']).toBe('plain words')
})

/** `fetch` refuses to send bodies with GET, and some methods at all. */
async function send(url: string, method: string, body: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const headers = { 'content-type': 'text/plain', 'content-length': Buffer.byteLength(body) }
  rawRequest(url, { method, headers }, (answer) => {
    answer.resume()
    resolve(answer.statusCode ?? 0)
  })
    .on('error', reject)
    .end(body)
  return promise
}

test('HEAD makes a run and is answered as GET without the body', async () => {
  const server = await startIngress()
  const url = server.deploy()
  const answer = await fetch(url, { method: 'HEAD' })
  expect(answer.status).toBe(200)
  expect(await answer.text()).toBe('')
  expect(answer.headers.get('x-bellhop-run')).toMatch(/^[0-9a-f-]{36}$/)
  expect(server.intake.event).toMatchObject({ method: 'HEAD', body: null, path: '/' })
})

test('TRACE is refused', async () => {
  const server = await startIngress()
  const url = server.deploy()
  expect(await send(url, 'TRACE', '')).toBe(405)
  expect(server.intake.requests).toEqual([])
})

test('an unknown endpoint and a disabled workflow get the same 404, and no run', async () => {
  const server = await startIngress()
  const url = server.deploy({}, { enabled: false })
  const [disabled, unknown] = await Promise.all([
    fetch(url, { method: 'POST' }),
    fetch(`${server.url}/in/nothing-here/x`)
  ])
  expect([disabled.status, unknown.status]).toEqual([404, 404])
  expect(disabled.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
  expect(await disabled.text()).toBe(await unknown.text())
  expect(server.intake.requests).toEqual([])
})

test('a token trigger lets in its own token only', async () => {
  const server = await startIngress()
  const url = server.deploy({ auth: { type: 'token' } })
  const token = 'token-of-flow'
  const call = (authorization?: string): Promise<Response> =>
    fetch(url, { method: 'POST', headers: authorization === undefined ? {} : { authorization } })
  for (const wrong of [undefined, 'Bearer', `Bearer ${token}x`, `Basic ${token}`, token]) {
    const refused = await call(wrong)
    expect(refused.status).toBe(401)
    expect(refused.headers.get('www-authenticate')).toMatch(/^Bearer/)
    expect(await refused.text()).not.toContain(token)
  }
  expect(server.intake.requests).toEqual([])
  expect((await call(`bearer ${token}`)).status).toBe(200)
  // The intake makes a handle of it, and of every other place where it stands.
  expect(server.intake.event['headers']).toMatchObject({ authorization: `bearer ${token}` })
})

test('a caller without the token is refused before the body is read', async () => {
  const server = await startIngress()
  const url = server.deploy({ auth: { type: 'token' } })
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  // The body never ends: an answer can only come from a server that does not wait for it.
  const upload = rawRequest(url, { method: 'POST', headers: { 'content-length': 1000 } }, (answer) => {
    text(answer).then(resolve, reject)
  }).on('error', reject)
  upload.write('x')
  expect(await promise).toContain('urn:bellhop:problem:unauthorized')
  upload.destroy()
})

test('x-pd-nostore is taken from a header or a query parameter, and leaves no line in the log', async () => {
  const server = await startIngress()
  const url = server.deploy()
  const answer = await fetch(url, { method: 'POST', headers: { 'x-pd-nostore': '1' } })
  expect(await answer.json()).toEqual({ run: answer.headers.get('x-bellhop-run'), durable: false })
  expect(answer.headers.get('x-bellhop-durable')).toBe('false')
  await fetch(`${url}?x-pd-nostore=1`)
  await fetch(`${url}?x-pd-nostore=0`)
  expect(server.intake.requests.map(({ nostore }) => nostore)).toEqual([true, true, false])
  await server.close()
  expect(server.log).toHaveLength(1)
})

test('a directive that is neither on nor off is refused rather than guessed', async () => {
  const server = await startIngress()
  const url = server.deploy()
  const answer = await fetch(`${url}?x-pd-nostore=yes-please`)
  expect([answer.status, await answer.json()]).toMatchObject([400, { code: 'bad_directive' }])
  expect(server.intake.requests).toEqual([])
})

test('x-pd-notrigger keeps the event and runs nothing', async () => {
  const server = await startIngress()
  const url = server.deploy()
  const answer = await fetch(url, { method: 'POST', headers: { 'x-pd-notrigger': '1' }, body: 'hello' })
  expect(await answer.json()).toEqual({ test_event: 'te_1' })
  expect(server.kept).toMatchObject([{ method: 'POST', body: 'hello' }])
  expect(server.intake.requests).toEqual([])
})

test('the log names route, status and run, and nothing of the request', async () => {
  const server = await startIngress()
  const url = server.deploy()
  const answer = await fetch(`${url}/s3cret-path?key=s3cret-query`, {
    method: 'POST',
    headers: { 'x-custom': 's3cret-header', 'content-type': 'application/json' },
    body: '{"a":"s3cret-body"}'
  })
  await server.close()
  expect(server.log).toHaveLength(1)
  expect(JSON.parse(server.log[0] ?? '')).toEqual({
    method: 'POST',
    route: '/in/:endpoint/*',
    status: 200,
    ms: expect.any(Number) as number,
    run: answer.headers.get('x-bellhop-run'),
    text: 'request'
  })
})

test('behind a trusted proxy, client and URL are the ones that it names', async () => {
  const server = await startIngress({ trustProxy: ['127.0.0.1'] })
  const url = server.deploy()
  const headers = {
    'x-forwarded-for': '203.0.113.9',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'hooks.example'
  }
  await fetch(`${url}/x`, { headers })
  expect(server.intake.event).toMatchObject({
    client_ip: '203.0.113.9',
    url: `https://hooks.example${new URL(url).pathname}/x`
  })
})

test('without a trusted proxy, forwarding headers are only headers', async () => {
  const server = await startIngress()
  const url = server.deploy()
  await fetch(url, { headers: { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'https' } })
  expect(server.intake.event).toMatchObject({ client_ip: '127.0.0.1', url })
})

test('a workflow that a schedule starts has no endpoint', async () => {
  const server = await startIngress()
  const answer = await fetch(server.deploy({ type: 'schedule', every: '1h' }), { method: 'POST' })
  expect([answer.status, await answer.json()]).toMatchObject([404, { code: 'not_found' }])
  expect(server.intake.requests).toEqual([])
})
