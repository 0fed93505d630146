import { Fault } from '@bellhop/sdk'
import { once } from 'node:events'
import { request as rawRequest } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { accepted, pending } from './testing/fake-intake.ts'
import { startIngress } from './testing/ingress-server.ts'

/** Writes bytes to the server and reads until it closes the connection. */
async function exchange(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.write(bytes)
  return text(socket)
}

const done = { status: 'succeeded', answer: { status: 200, headers: {}, body: 'done' } } as const

test('what is no HTTP gets a problem that quotes nothing', async () => {
  const { port } = await startIngress()
  const answer = await exchange(port, 'GET / s3cret\r\n\r\n')
  expect(answer).toMatch(/^HTTP\/1\.1 400 /)
  expect(answer).toContain('urn:bellhop:problem:bad_request')
  expect(answer).not.toContain('s3cret')
})

test('headers that are too large are 431', async () => {
  const { port } = await startIngress()
  const answer = await exchange(port, `GET / HTTP/1.1\r\nhost: x\r\nx-s3cret: ${'s3cret'.repeat(5_000)}\r\n\r\n`)
  expect(answer).toMatch(/^HTTP\/1\.1 431 /)
  expect(answer).not.toContain('s3cret')
})

test.each([
  ['a path that is no percent-encoding', '/in/s3cret%zz', 400, 'bad_url'],
  ['an endpoint of absurd length', `/in/${'s3cret'.repeat(100)}`, 404, 'not_found'],
  ['a path that leads nowhere', '/s3cret?s3cret', 404, 'not_found']
])('%s gets a problem that quotes nothing', async (_what, path, status, code) => {
  const server = await startIngress()
  const answer = await fetch(server.url + path)
  const body = await answer.text()
  expect([answer.status, JSON.parse(body)]).toMatchObject([status, { code, status }])
  expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
  expect(body).not.toContain('s3cret')
})

test('a content-type that is none is 415', async () => {
  const server = await startIngress()
  const answer = await fetch(server.deploy(), { method: 'POST', headers: { 'content-type': 's3cret' }, body: 'x' })
  expect([answer.status, await answer.json()]).toMatchObject([415, { code: 'unsupported_media_type' }])
})

test('a target in absolute form, or in other encoding, reaches the same endpoint', async () => {
  const server = await startIngress()
  const { host, pathname } = new URL(server.deploy())
  const target = `http://elsewhere.example${pathname.replace('in', '%69n')}/x?y=1`
  await exchange(server.port, `GET ${target} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`)
  expect(server.intake.event).toMatchObject({ path: '/x', query: { y: '1' } })
  expect(server.intake.event['url']).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/%69n\//)
})

test('a caller without a Host header is told the address that it came to', async () => {
  const server = await startIngress()
  const { pathname, href } = new URL(server.deploy())
  expect(await exchange(server.port, `GET ${pathname} HTTP/1.0\r\n\r\n`)).toMatch(/^HTTP\/1\.1 200 /)
  expect(server.intake.event['url']).toBe(href)
})

test('a full disk is 503 with the time to wait', async () => {
  const server = await startIngress()
  server.intake.result = () => {
    throw new Fault('storage_full', 'the disk is full', { status: 503, retryable: true, retryAfterMs: 12_345 })
  }
  const answer = await fetch(server.deploy(), { method: 'POST' })
  expect([answer.status, await answer.json()]).toMatchObject([503, { code: 'storage_full', retryable: true }])
  expect(answer.headers.get('retry-after')).toBe('13')
  expect(answer.headers.get('x-bellhop-run')).toBeNull()
})

test('a defect of ours is logged without its message, and tells the caller nothing', async () => {
  const server = await startIngress()
  server.intake.result = () => {
    throw new TypeError('s3cret\n    at s3cret (s3cret.js:1:1)')
  }
  const answer = await fetch(server.deploy(), { method: 'POST' })
  const body = await answer.text()
  expect([answer.status, JSON.parse(body)]).toMatchObject([500, { code: 'internal' }])
  const logged = server.log.join('\n')
  expect(logged).toContain('TypeError')
  expect(logged).toContain('server.test.ts')
  expect(body + logged).not.toContain('s3cret')
})

test('more runs than the cap are 503, until one has ended', async () => {
  const server = await startIngress({ maxRuns: 1 })
  const url = server.deploy()
  const run = pending()
  server.intake.result = () => run.result
  expect((await fetch(url)).status).toBe(200)
  const refused = await fetch(url)
  expect([refused.status, await refused.json()]).toMatchObject([503, { code: 'overloaded', retryable: true }])
  expect(refused.headers.get('retry-after')).toBe('5')
  run.view({ ended: false })
  expect((await fetch(url)).status).toBe(200)
})

test('requests that are refused hold no place', async () => {
  const server = await startIngress({ maxRuns: 1, maxBytes: 20 })
  const url = server.deploy()
  const post = async (body: string): Promise<number> =>
    (await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })).status
  expect([await post('{"not": "json'), await post('{"not": "json'), await post('{"json": "now"}')]).toEqual([
    400, 400, 200
  ])
})

test('a connection whose body was too large can be used again', async () => {
  const server = await startIngress({ bodyLimit: 10 })
  const { pathname } = new URL(server.deploy())
  const chunk = `1000\r\n${'x'.repeat(0x1000)}\r\n`
  const large = `POST ${pathname} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n${chunk.repeat(100)}0\r\n\r\n`
  const next = `GET ${pathname} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`
  const answers = (await exchange(server.port, large + next)).matchAll(/HTTP\/1\.1 (\d+)/g)
  expect([...answers].map(([, status]) => status)).toEqual(['413', '200'])
})

test('more bytes than the cap are 503, and refused requests hold none', async () => {
  const server = await startIngress({ maxBytes: 1_000, bodyLimit: 800 })
  const url = server.deploy()
  const run = pending()
  server.intake.result = () => run.result
  const post = async (bytes: number): Promise<number> =>
    (await fetch(url, { method: 'POST', body: new Uint8Array(bytes) })).status
  expect([await post(600), await post(600), await post(900), await post(400)]).toEqual([200, 503, 413, 200])
  run.view({ ended: true, end: done })
  expect(await post(800)).toBe(200)
})

test('closing waits for those who wait, takes nobody new, and answers everybody', async () => {
  const server = await startIngress({ drainMs: 10_000 })
  const run = pending()
  const came = Promise.withResolvers<void>()
  server.intake.result = () => {
    came.resolve()
    return run.result
  }
  const url = server.deploy({ respond: 'last_step' })
  const otherHalf = await halfRequest(url)
  const waiting = fetch(url)
  await came.promise
  const closed = server.close()
  expect(await otherHalf()).toEqual([503, 'close'])
  // Soon nobody listens any more, though somebody is still waiting.
  while ((await fetch(url).catch(() => undefined)) !== undefined);
  run.view({ ended: true, end: done })
  expect(await (await waiting).json()).toBe('done')
  await closed
})

/**
 * A connection that has sent half a request, so that closing leaves it open. Sends the other half, and tells the status
 * and the `connection` header that it gets.
 */
async function halfRequest(url: string): Promise<() => Promise<[number, string | undefined]>> {
  const { port, pathname } = new URL(url)
  const socket = connect(Number(port), '127.0.0.1')
  socket.write(`OPTIONS ${pathname} HTTP/1.1\r\nhost: x\r\n\r\nGET ${pathname} HTTP/1.1\r\n`)
  // The first answer says that the server has read what follows it, too.
  await once(socket, 'readable')
  const read = text(socket)
  return async () => {
    socket.write('host: x\r\n\r\n')
    const last = (await read).split('HTTP/1.1 ').at(-1) ?? ''
    return [Number(last.slice(0, 3)), /^connection: (\w+)/im.exec(last)?.[1]]
  }
}

test('closing tells those who wait too long that their run goes on', async () => {
  const server = await startIngress({ drainMs: 1 })
  const came = Promise.withResolvers<void>()
  server.intake.result = () => {
    came.resolve()
    return pending().result
  }
  const waiting = fetch(server.deploy({ respond: 'last_step' }))
  await came.promise
  await server.close()
  const answer = await waiting
  expect([answer.status, await answer.json()]).toMatchObject([202, { ended: false }])
})

test('an upload that breaks off makes no run, and the server goes on', async () => {
  const server = await startIngress()
  const url = server.deploy()
  const upload = rawRequest(url, { method: 'POST', headers: { 'content-length': 100 } })
  const failed = new Promise((resolve) => upload.once('error', resolve))
  upload.write('half of it')
  await new Promise((resolve) => upload.once('socket', (socket) => socket.once('connect', resolve)))
  upload.destroy()
  await failed
  server.intake.result = () => accepted(done)
  expect((await fetch(url)).status).toBe(200)
  expect(server.intake.requests).toHaveLength(1)
})
