import { once } from 'node:events'
import type { Json } from '@bellhop/sdk'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { deadPort, httpServer, rawServer } from '../fixtures/servers.ts'
import { errorOf, house, send, talk } from '../fixtures/serving.ts'

describe('what sandboxed code may not send is answered with a reason, told in the log, and never sent:', () => {
  const forms: [string, (host: string) => string, string, number][] = [
    ['another host', () => 'GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n', 'foreign_host', 403],
    ['another port', () => 'GET / HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n', 'foreign_host', 403],
    ['two hosts', (host) => `GET / HTTP/1.1\r\nHost: ${host}\r\nhost: ${host}\r\n\r\n`, 'bad_request_header', 400],
    ['no host', () => 'GET / HTTP/1.1\r\n\r\n', 'bad_request_header', 400],
    [
      'an absolute form',
      (host) => `GET http://evil.example/ HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
      'bad_request_url',
      400
    ],
    [
      'its own absolute form',
      (host) => `GET http://${host}/ HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
      'bad_request_url',
      400
    ],
    ['CONNECT', (host) => `CONNECT evil.example:443 HTTP/1.1\r\nHost: ${host}\r\n\r\n`, 'bad_request', 400],
    ['TRACE', (host) => `TRACE / HTTP/1.1\r\nHost: ${host}\r\n\r\n`, 'bad_request_method', 400],
    ['an asterisk', (host) => `OPTIONS * HTTP/1.1\r\nHost: ${host}\r\n\r\n`, 'bad_request_url', 400],
    [
      'proxy credentials',
      (host) => `GET / HTTP/1.1\r\nHost: ${host}\r\nProxy-Authorization: x\r\n\r\n`,
      'bad_request_header',
      400
    ],
    [
      'two lengths',
      (host) => `POST / HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab`,
      'bad_request',
      400
    ],
    [
      'a length and chunks',
      (host) => `POST / HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      'bad_request',
      400
    ],
    [
      'a coding after chunks',
      (host) => `POST / HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding: chunked, gzip\r\n\r\n`,
      'bad_request',
      400
    ],
    ['a folded header', (host) => `GET / HTTP/1.1\r\nHost: ${host}\r\nX: a\r\n b\r\n\r\n`, 'bad_request', 400],
    ['a space before the colon', (host) => `GET / HTTP/1.1\r\nHost : ${host}\r\n\r\n`, 'bad_request', 400],
    [
      'a header without a carriage return',
      (host) => `GET / HTTP/1.1\r\nHost: ${host}\nX: 1\r\n\r\n`,
      'bad_request',
      400
    ]
  ]
  it.each(forms)('%s', async (_, request, code, status) => {
    const vendor = await httpServer()
    const { connect, host, scope } = await house(vendor)
    const answer = await talk(connect(), request(host))
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).toMatchObject({ ok: false, error: { code } })
    expect(scope.warnings).toHaveLength(1)
    expect(vendor.connections()).toBe(0)
  })

  it('a credential to another host than its own', async () => {
    const vendor = await httpServer()
    const { connect, handle, scope } = await house(vendor, { egress: [{ host: 'other.example' }] })
    const host = `other.example:${vendor.port}`
    const headers = { host, authorization: `Bearer ${handle}` }
    const { status, reason, body } = await send(connect({ host: 'other.example' }), host, { headers })
    expect(status).toBe(403)
    expect(reason).toContain(`the credential token of acme may not go to ${host}`)
    expect(JSON.parse(body)).toMatchObject({
      error: { code: 'credential_wrong_host', message: expect.stringContaining('other.example') as string }
    })
    expect(scope.warnings).toEqual([expect.stringContaining('may not go to other.example')])
  })

  it('anything to a host that `egress` leaves out, or inside unless it is listed', async () => {
    const vendor = await httpServer()
    const listed = await house(vendor, { egress: [{ host: 'example.com', below: true }] })
    const out = (one: typeof listed, host: string) => {
      return send(one.connect({ host }), `${host}:${vendor.port}`).then(({ body }) => JSON.parse(body) as Json)
    }
    expect(await out(listed, 'example.com')).toMatchObject({ error: { code: 'egress_refused' } })
    expect(await out(listed, 'xexample.com')).toMatchObject({ error: { code: 'egress_refused' } })
    expect(await out(listed, 'a.b.example.com')).toEqual({})
    const open = await house(vendor, { egress: undefined })
    expect(await out(open, 'any.example.com')).toMatchObject({ error: { code: 'address_refused' } })
    const own = await house(vendor, { egress: [], appHosts: [{ host: 'api.example.com', port: vendor.port }] })
    expect(await out(own, 'api.example.com')).toMatchObject({ error: { code: 'address_refused' } })
    expect(await out(own, 'other.example.com')).toMatchObject({ error: { code: 'egress_refused' } })
  })

  it('and where the code insists on a credential, its step is told to fail', async () => {
    const vendor = await httpServer()
    const faults: string[] = []
    const { connect, handle } = await house(vendor, {
      egress: [{ host: 'other.example' }],
      insists: ({ code }) => void faults.push(code)
    })
    const host = `other.example:${vendor.port}`
    for (let i = 1; i <= 4; i++) {
      await send(connect({ host: 'other.example' }), host, { headers: { host, authorization: `Bearer ${handle}` } })
      await send(connect({ host: 'b.example' }), `b.example:${vendor.port}`)
      expect(faults).toEqual(i < 3 ? [] : ['credential_wrong_host'])
    }
  })

  it('more at a time than a step may hold', async () => {
    const go = Promise.withResolvers<void>()
    const vendor = await httpServer((_, response) => void go.promise.then(() => response.end()))
    const { connect, host, scope } = await house(vendor, {}, { body: ['key'] })
    // A field of each could be the credential.
    const body = Buffer.alloc(10_000_000, '1')
    const headers = { host, 'content-type': 'application/json', 'content-length': body.length }
    const post = () => send(connect(), host, { method: 'POST', headers }, body)
    const all = Array.from({ length: 7 }, post)
    expect(await Promise.race(all)).toMatchObject({
      status: 413,
      body: expect.stringContaining('too_much_at_once') as string
    })
    go.resolve()
    const taken = (await Promise.all(all)).filter(({ status }) => status === 200)
    expect(taken).toHaveLength(6)
    expect(scope.warnings).toHaveLength(1)
    // What was held is free again.
    expect((await post()).status).toBe(200)
  })

  it('a second request before the answer to the first', async () => {
    const vendor = await rawServer(() => undefined)
    const { connect, host, scope } = await house(vendor)
    const request = `GET / HTTP/1.1\r\nHost: ${host}\r\n`
    await talk(connect(), `${request}\r\n${request}\r\n`)
    await talk(connect(), `${request}\r\n${request}Connection: upgrade\r\nUpgrade: websocket\r\n\r\n`)
    expect(scope.warnings).toEqual([expect.stringContaining('another request before the answer')])
  })
})

describe('a connection of sandboxed code breaks', () => {
  it('with the reason, where the vendor cannot be reached', async () => {
    const vendor = await httpServer()
    const { serve, host } = await house(vendor)
    const [near, far] = serve({ port: await deadPort() })
    near.write(`GET / HTTP/1.1\r\nHost: ${host.split(':')[0]}:${far.port}\r\n\r\n`)
    expect(await errorOf(far.stream)).toMatchObject({ code: 'vendor_unreachable' })
  })

  it('where the vendor breaks off within its answer', async () => {
    const vendor = await rawServer((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nabc'))
    )
    const { serve, host } = await house(vendor)
    const [near, far] = serve()
    near.write(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
    near.resume()
    expect(await errorOf(far.stream)).toMatchObject({ code: 'vendor_unreachable' })
  })

  it('where what it sends is no HTTP, saying how it could go out', async () => {
    const vendor = await httpServer()
    const { serve, scope } = await house(vendor)
    const [near, far] = serve()
    near.write(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]))
    expect(await errorOf(far.stream)).toMatchObject({
      code: 'not_http',
      hint: expect.stringContaining('tcp://127.0.0.1') as string
    })
    expect(scope.warnings).toHaveLength(1)
  })

  it('where it waits for the other side to speak first', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const vendor = await httpServer()
    const { serve, host } = await house(vendor)
    const [, silent] = serve()
    const [near, talking] = serve()
    near.write(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
    await once(near, 'data')
    vi.advanceTimersByTime(5_000)
    expect(await errorOf(silent.stream)).toMatchObject({
      code: 'not_http',
      message: expect.stringContaining('nothing was sent') as string
    })
    expect(talking.stream.destroyed).toBe(false)
  })

  it('where it leads nowhere', async () => {
    const vendor = await httpServer()
    const { serve } = await house(vendor)
    for (const host of ['', 'a/b', 'user@host', 'a b', '..']) {
      expect(await errorOf(serve({ host })[1].stream)).toMatchObject({ code: 'bad_request_url' })
    }
  })
})
