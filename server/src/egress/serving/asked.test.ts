import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { deadPort, httpServer, rawAnswer, rawServer } from '../fixtures/servers.ts'
import { house } from '../fixtures/serving.ts'
import { TOKEN } from '../fixtures/vendor.ts'
import type { Asked } from './connection.ts'

describe('a request that comes as a message', () => {
  it('reaches its vendor with the credential, and its answer comes back scrubbed', async () => {
    const vendor = await httpServer(({ body, headers }, response) => {
      response.setHeader('x-echo', String(headers.authorization))
      response.end(JSON.stringify({ body, token: TOKEN }))
    })
    const { ask, handle } = await house(vendor)
    const headers = [
      ['Authorization', `Bearer ${handle}`],
      ['X-A', '1'],
      ['X-A', '2']
    ] as const
    const answer = ask({ method: 'POST', path: '/a?b=c', headers, length: 5 }, 'hello')
    const [head, body] = [await answer.head, await answer.body()]
    expect(vendor.received).toMatchObject([
      {
        method: 'POST',
        url: '/a?b=c',
        headers: {
          authorization: `Bearer ${TOKEN}`,
          host: `127.0.0.1:${vendor.port}`,
          'content-length': '5',
          'x-a': '1, 2'
        },
        body: 'hello'
      }
    ])
    expect(head).toMatchObject({ status: 200, statusText: 'OK' })
    expect(head.headers).toContainEqual(['x-echo', `Bearer ${handle}`])
    expect(head.headers).toContainEqual(['content-length', String(body.length)])
    expect(JSON.parse(body)).toEqual({ body: 'hello', token: handle })
  })

  it('has a body of any length that streams, and one that is not known beforehand', async () => {
    const vendor = await httpServer(({ body, headers }, response) => {
      response.end(`${body.length} ${headers['content-length'] ?? headers['transfer-encoding']}`)
    })
    const { ask } = await house(vendor)
    const long = 'a'.repeat(1_000_000)
    const told = { method: 'PUT', headers: [['content-length', '7']] as const, length: long.length }
    expect(await ask(told, long).body()).toBe('1000000 1000000')
    expect(await ask({ method: 'PUT', length: -1 }, long).body()).toBe('1000000 chunked')
  })

  it.each([
    ['HEAD', 200],
    ['GET', 204],
    ['GET', 304]
  ])('may be answered without a body: %s, %d', async (method, status) => {
    const vendor = await httpServer((_, response) => response.writeHead(status).end())
    const { ask } = await house(vendor)
    const { head, body } = ask({ method })
    expect([(await head).status, await body()]).toEqual([status, ''])
  })

  it('says nothing of its own connection to the vendor', async () => {
    const vendor = await httpServer()
    const { ask } = await house(vendor)
    const names = ['te', 'keep-alive', 'x-private', 'transfer-encoding', 'expect', 'upgrade']
    const headers = names.map((name) => [name, 'x'] as const)
    await ask({ headers: [['Connection', 'X-Private'], ...headers] }).head
    for (const name of names) expect(vendor.received[0]?.headers).not.toHaveProperty(name)
  })

  const refused: [string, Partial<Asked>, string, number][] = [
    ['another host', { headers: [['host', 'evil.example']] }, 'foreign_host', 403],
    ['its host twice', { headers: [['Host', '127.0.0.1']] }, 'foreign_host', 403],
    ['a word to a proxy', { headers: [['proxy-authorization', 'x']] }, 'bad_request_header', 400],
    ['CONNECT', { method: 'CONNECT' }, 'bad_request_method', 400],
    ['TRACE', { method: 'TRACE' }, 'bad_request_method', 400],
    ['a method with more in it', { method: 'GET / HTTP/1.1\r\nX: y\r\n' }, 'bad_request_method', 400],
    ['an absolute form', { path: 'http://evil.example/' }, 'bad_request_url', 400],
    ['an authority', { path: '@evil.example/' }, 'bad_request_url', 400],
    ['an asterisk', { path: '*' }, 'bad_request_url', 400],
    ['no path', { path: '' }, 'bad_request_url', 400],
    ['a path with more in it', { path: '/ HTTP/1.1\r\nHost: evil.example\r\n\r\n' }, 'bad_request_url', 400],
    ['a header with another in it', { headers: [['x', 'a\r\nHost: evil.example']] }, 'bad_request_header', 400],
    ['a name with another in it', { headers: [['x: a\r\nhost', 'evil.example']] }, 'bad_request_header', 400],
    ['a name that is none', { headers: [['', 'x']] }, 'bad_request_header', 400],
    ['a value beyond bytes', { headers: [['x', '\u0141']] }, 'bad_request_header', 400],
    ['a long head', { headers: [['x', 'a'.repeat(65_536)]] }, 'bad_request', 400],
    ['less than it said', { method: 'POST', length: 6 }, 'bad_request', 400],
    ['more than it said', { method: 'POST', length: 4 }, 'bad_request', 400],
    ['more than it said, of much', { method: 'POST', length: 262_144 }, 'body_too_large', 413]
  ]
  it.each(refused)('is refused with a reason, told in the log, where it has %s', async (_, asked, code, status) => {
    const vendor = await httpServer()
    const { ask, scope } = await house(vendor)
    const { head, body } = ask(asked, asked.length === 262_144 ? 'a'.repeat(262_145) : 'hello')
    const { error } = JSON.parse(await body()) as { error: { code: string } }
    expect([(await head).status, error.code]).toEqual([status, code])
    expect(scope.warnings).toHaveLength(1)
    expect(vendor.received).toEqual([])
  })

  it('is refused where bytes pass as they are', async () => {
    const vendor = await httpServer()
    const { ask, scope } = await house(vendor, { egress: [{ host: '127.0.0.1', port: vendor.port, tcp: true }] })
    expect((await ask({}).head).status).toBe(400)
    expect(scope.warnings).toHaveLength(1)
    expect(vendor.received).toEqual([])
  })

  it('is not sent where its long body is not as long as it said', async () => {
    const vendor = await httpServer()
    const { ask } = await house(vendor)
    for (const sent of [300_001, 299_999]) {
      const { failed } = ask({ method: 'POST', length: 300_000 }, 'a'.repeat(sent))
      expect(await failed).toMatchObject({ code: 'vendor_unreachable' })
    }
    expect(vendor.received).toEqual([])
  })

  it('carries a credential to its own places only', async () => {
    const vendor = await httpServer()
    const { ask, handle, scope } = await house(vendor)
    expect(await ask({ path: `/?key=${handle}` }).body()).toContain('credential_')
    expect(scope.warnings).toHaveLength(1)
    expect(vendor.received).toEqual([])
  })

  it('ends with the reason of what went wrong on the way', async () => {
    const { ask } = await house({ ...(await httpServer()), port: await deadPort() })
    expect(await ask({}).failed).toMatchObject({ code: 'vendor_unreachable' })
  })

  it('breaks off where the answer does', async () => {
    const vendor = await rawAnswer('HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\nhello')
    const { ask } = await house(vendor)
    expect(await ask({}).failed).toMatchObject({ code: expect.stringMatching(/^vendor_/) as string })
  })

  it('is given up with its stream before the answer', async () => {
    const vendor = await rawServer((socket) => void socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\n')))
    const { ask } = await house(vendor)
    const { stream } = ask({})
    await expect.poll(() => vendor.open()).toBe(1)
    stream.destroy()
    await expect.poll(() => vendor.open()).toBe(0)
  })

  it('is given up with its stream within the answer', async () => {
    const vendor = await rawServer((socket) => {
      socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\ndata: 1\n\n'))
    })
    const { ask } = await house(vendor)
    const { stream } = ask({})
    await once(stream, 'data')
    stream.destroy()
    await expect.poll(() => vendor.open()).toBe(0)
  })
})
