import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { gzipSync } from 'node:zlib'
import type { AppDefinition } from '@bellhop/sdk'
import { describe, expect, it } from 'vitest'
import { audience, here } from '../fixtures/scopes.ts'
import { httpServer, rawAnswer, rawServer } from '../fixtures/servers.ts'
import { house, send, talk } from '../fixtures/serving.ts'
import { DEAD, TOKEN } from '../fixtures/vendor.ts'

describe('a request of sandboxed code', () => {
  it('reaches the vendor with the credential in it, its headers in order, as they were spelled and as often', async () => {
    const vendor = await httpServer()
    const { connect, handle, host } = await house(vendor)
    const request = `POST /a?b=%20c HTTP/1.1\r\nX-One: 1\r\nHOST: ${host}\r\nAuthorization: Bearer ${handle}\r\nx-one: 2\r\nContent-Length: 2\r\nConnection: close, x-mine\r\nX-Mine: 1\r\nKeep-Alive: 1\r\n\r\nhi`
    expect(await talk(connect(), request)).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\n\{\}$/)
    const { rawHeaders, method, url, body } = vendor.received[0] ?? {}
    expect({ method, url, body }).toEqual({ method: 'POST', url: '/a?b=%20c', body: 'hi' })
    expect(rawHeaders?.join(' ')).toContain(`X-One 1 Authorization Bearer ${TOKEN} x-one 2`)
    expect(rawHeaders?.join(' ')).not.toMatch(/mine|keep-alive 1/i)
  })

  it('has Basic credentials revealed, and those in fields of a body that the app names', async () => {
    const vendor = await httpServer()
    const { connect, handle, host } = await house(vendor, {}, { body: ['key'] })
    const authorization = `Basic ${Buffer.from(`user:${handle}`).toString('base64')}`
    const form = { authorization, 'content-type': 'application/x-www-form-urlencoded' }
    await send(connect(), host, { method: 'POST', headers: { host, ...form } }, `key=${handle}&other=1`)
    const [received] = vendor.received
    expect(Buffer.from(received?.headers.authorization?.slice(6) ?? '', 'base64').toString()).toBe(`user:${TOKEN}`)
    expect(received?.body).toBe(`key=${TOKEN}&other=1`)
    // As it comes, too, and with no length.
    const json = { host, 'content-type': 'application/json', 'transfer-encoding': 'chunked' }
    await send(
      connect(),
      host,
      { method: 'POST', headers: json },
      JSON.stringify({ key: handle, pad: 'x'.repeat(300_000) })
    )
    expect(JSON.parse(vendor.received[1]?.body ?? '')).toMatchObject({ key: TOKEN })
    const large = await send(connect(), host, { method: 'POST', headers: json }, Buffer.alloc(11_000_000, '1'))
    expect(large).toMatchObject({ status: 413, body: expect.stringContaining('body_too_large') as string })
  })

  it('may follow another one on the same connection', async () => {
    const vendor = await httpServer()
    const { connect, host } = await house(vendor)
    const stream = connect()
    for (let i = 0; i < 3; i++) {
      stream.write(`POST /${i} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: ${i}\r\n\r\n${'x'.repeat(i)}`)
      const [answer] = (await once(stream, 'data')) as [Buffer]
      // In one piece: each costs a frame of the pipe.
      expect(answer.toString()).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\n\{\}$/)
    }
    expect(vendor.received.map(({ url }) => url)).toEqual(['/0', '/1', '/2'])
  })

  it('is told to go on before it sends its body', async () => {
    const vendor = await httpServer()
    const { connect, host } = await house(vendor)
    const request = httpRequest({
      createConnection: () => connect(),
      method: 'PUT',
      headers: { host, expect: '100-continue', 'content-length': 4 }
    })
    request.flushHeaders()
    await once(request, 'continue')
    request.end('body')
    await once(request, 'response')
    expect(vendor.received[0]?.body).toBe('body')
  })
})

describe('a body that streams', () => {
  it('goes out as it comes in, with its length and its handles, which the step is told of', async () => {
    const vendor = await httpServer()
    const { connect, handle, host, scope } = await house(vendor)
    const body = `${'x'.repeat(400_000)}${handle}${'y'.repeat(100_000)}`
    const headers = { host, 'content-length': body.length, 'content-type': 'text/plain' }
    await send(connect(), host, { method: 'POST', headers }, body)
    expect(vendor.received[0]?.body).toBe(body)
    expect(vendor.received[0]?.headers['content-length']).toBe(String(body.length))
    expect(scope.warnings).toEqual([expect.stringContaining('it was sent as a handle')])
  })

  it('fails where it holds the handle of another run', async () => {
    const vendor = await httpServer()
    const { connect, host, scope } = await house(vendor)
    const headers = { host, 'transfer-encoding': 'chunked' }
    const answer = await send(connect(), host, { method: 'POST', headers }, `${'x'.repeat(100_000)}${DEAD}`)
    expect(answer).toMatchObject({ status: 403, body: expect.stringContaining('dead_handle') as string })
    expect(scope.warnings).toEqual([expect.stringContaining('dead')])
  })

  it('may be answered before it is over', async () => {
    const vendor = await rawServer((socket) => {
      socket.once('data', () => socket.write('HTTP/1.1 413 Too Much\r\ncontent-length: 3\r\n\r\nno.'))
    })
    const { connect, host } = await house(vendor)
    const headers = { host, 'content-length': 5_000_000 }
    const answer = await send(connect(), host, { method: 'POST', headers }, Buffer.alloc(5_000_000))
    expect(answer).toMatchObject({ status: 413, reason: 'Too Much', body: 'no.' })
  })
})

describe('an answer to sandboxed code', () => {
  it('is the vendor’s, with its headers as they came, but scrubbed and decoded', async () => {
    const vendor = await httpServer((_, response) => {
      const headers = [
        'X-Two',
        'b',
        'Set-Cookie',
        'a=0123456789',
        'X-Seen',
        TOKEN,
        'set-cookie',
        'b=9876543210; Secure'
      ]
      const body = gzipSync(`<p>${TOKEN}</p>`)
      response.writeHead(203, 'Fine', [...headers, 'Content-Type', 'text/html', 'Content-Encoding', 'gzip']).end(body)
    })
    const { connect, handle, host } = await house(vendor)
    const { status, reason, raw, headers, body } = await send(connect(), host)
    expect({ status, reason, body }).toEqual({ status: 203, reason: 'Fine', body: `<p>${handle}</p>` })
    expect(raw.slice(0, 2)).toEqual(['X-Two', 'b'])
    expect(headers['x-seen']).toBe(handle)
    expect(headers['set-cookie']).toEqual([
      expect.stringMatching(/^a=bhdl\.http\.cookie_a\.\w{26}$/),
      expect.stringMatching(/^b=bhdl\.http\.cookie_b\.\w{26}; Secure$/)
    ])
    expect(headers['content-encoding']).toBeUndefined()
  })

  it.each([
    ['HEAD', 200, { 'content-length': '1234' }],
    ['GET', 204, {}],
    ['GET', 304, { etag: '"x"' }]
  ])('has no body: %s %d', async (method, status, extra) => {
    const vendor = await httpServer((_, response) => response.writeHead(status, extra).end())
    const { connect, host } = await house(vendor)
    const answer = await send(connect(), host, { method })
    expect(answer).toMatchObject({ status, body: '', headers: extra })
  })

  it('may be a redirect, which the code follows itself', async () => {
    const vendor = await httpServer((_, response) => {
      response.writeHead(302, { location: `https://other.example/?t=${TOKEN}` }).end()
    })
    const { connect, handle, host } = await house(vendor)
    expect(await send(connect(), host)).toMatchObject({
      status: 302,
      headers: { location: `https://other.example/?t=${handle}` }
    })
  })

  it('streams in as it comes, scrubbed', async () => {
    const go = Promise.withResolvers<void>()
    const vendor = await httpServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.flushHeaders()
      void go.promise.then(() => response.write(`data: ${TOKEN}\n\n`))
    })
    const { connect, handle, host } = await house(vendor)
    const request = httpRequest({ createConnection: () => connect(), headers: { host } }).end()
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    go.resolve()
    const [event] = (await once(response, 'data')) as [Buffer]
    expect(event.toString()).toBe(`data: ${handle}\n\n`)
    // The code has heard enough: so has the door.
    request.destroy()
    await expect.poll(() => vendor.open()).toBe(0)
  })

  it('brings its trailers', async () => {
    const vendor = await rawAnswer(
      `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: ${TOKEN}\r\n\r\n`
    )
    const { connect, handle, host } = await house(vendor)
    expect(await send(connect(), host)).toMatchObject({ body: 'abc', trailers: { 'x-sum': handle } })
  })

  it('in letters that are no ASCII is read as a whole, and told in UTF-8', async () => {
    const vendor = await httpServer((_, response) => {
      const body = Buffer.from(`<p>${TOKEN} é</p>`, 'utf16le')
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-16le' }).end(body)
    })
    const { connect, handle, host } = await house(vendor)
    const answer = await send(connect(), host)
    expect(answer.body).toBe(`<p>${handle} é</p>`)
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8')
  })

  it('that nobody waits for is given up', async () => {
    const vendor = await rawServer((socket) => void socket.resume())
    const { connect, host } = await house(vendor)
    const request = httpRequest({ createConnection: () => connect(), headers: { host } }).on('error', () => undefined)
    request.end()
    await expect.poll(() => vendor.open()).toBe(1)
    request.destroy()
    await expect.poll(() => vendor.open()).toBe(0)
  })
})

describe('a credential that was fetched, and is refused', () => {
  it.each([
    ['by status', 401, { error: 'stale' }],
    ['in the app’s own way', 200, { ok: false, error: 'invalid_auth' }]
  ])('is taken anew once %s, and the code never learns of it', async (_, status, refusal) => {
    const vendor = await httpServer(({ headers }, response) => {
      const stale = headers.authorization === `Bearer ${TOKEN}`
      response.writeHead(stale ? status : 200, { 'content-type': 'application/json' })
      response.end(JSON.stringify(stale ? refusal : { ok: true }))
    })
    const app = { app: 'acme', refusal: { field: 'error', values: ['invalid_auth'] } } as unknown as AppDefinition
    const { connect, handle, host, scope } = await house(vendor, { app })
    const newer = scope.keyring.mint('a-newer-credential', {
      app: 'acme',
      field: 'token',
      audience: audience([here(vendor)])
    })
    let current = scope.keyring.get(handle)
    scope.renewals = {
      newest: (secret) => current ?? secret,
      refused: async () => {
        current = scope.keyring.get(newer)
        return true
      }
    }
    const headers = { host, authorization: `Bearer ${handle}` }
    const answer = await send(connect(), host, { method: 'POST', headers }, 'same')
    expect(JSON.parse(answer.body)).toEqual({ ok: true })
    expect(vendor.received.map((one) => [one.headers.authorization, one.body])).toEqual([
      [`Bearer ${TOKEN}`, 'same'],
      ['Bearer a-newer-credential', 'same']
    ])
  })
})

it('tells only so many cookies, because each is a secret of the run', async () => {
  let count = 0
  const vendor = await httpServer((_, response) => response.setHeader('set-cookie', `a=value-${count++}`).end())
  const { connect, host, scope } = await house(vendor)
  const before = scope.keyring.size
  for (let i = 0; i < 103; i++) {
    const { headers } = await send(connect(), host)
    expect(headers['set-cookie']?.[0]).toMatch(i < 100 ? /^a=bhdl\./ : /^a=$/)
  }
  expect(scope.keyring.size).toBe(before + 100)
})
