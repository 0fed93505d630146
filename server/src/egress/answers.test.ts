import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { FetchInit } from '@bellhop/sdk'
import { audience, faultOf, testDoor, testKeyring, testScope } from './fixtures/scopes.ts'
import { httpServer, rawAnswer, rawServer, type TestServer } from './fixtures/servers.ts'
import { DEAD, TOKEN, vendor, type Part } from './fixtures/vendor.ts'

describe('what a caller gets', () => {
  it('is status, headers and body', async () => {
    const { fetch } = await vendor({
      status: 201,
      type: 'application/json',
      headers: { 'X-Two': ['a', 'b'] },
      body: '{"a":[1]}'
    })
    const answer = await fetch()
    expect(answer).toMatchObject({ status: 201, statusText: 'Created', ok: true })
    expect(answer.headers).toMatchObject({ 'x-two': 'a, b', 'content-type': 'application/json' })
    expect(await answer.json()).toEqual({ a: [1] })
    expect(await answer.text()).toBe('{"a":[1]}')
    expect(Buffer.from(await answer.bytes()).toString()).toBe('{"a":[1]}')
  })

  it('is the same text that came, where nothing had to be taken out', async () => {
    const body = '{ "id": 12345678901234567890, "a": 1.0 }'
    expect(await (await (await vendor({ type: 'application/json', body })).fetch()).text()).toBe(body)
  })

  it('is an error that does not quote the body where JSON was expected', async () => {
    const answer = await (await vendor({ status: 502, type: 'application/json', body: `<html>${TOKEN}` })).fetch()
    const fault = await faultOf(answer.json())
    expect(fault).toMatchObject({ code: 'vendor_bad_json', status: 502 })
    expect(fault.message).not.toContain('html')
  })

  it('is an empty body for HEAD, 204 and 304, whatever they say', async () => {
    const headers = { 'content-encoding': 'gzip', 'content-length': '5000000' }
    expect(await (await (await vendor({ headers })).fetch({ method: 'HEAD' })).text()).toBe('')
    expect(await (await (await vendor({ status: 204, headers: { 'content-encoding': 'br' } })).fetch()).text()).toBe('')
    expect(await (await (await vendor({ status: 304, headers: { 'content-encoding': 'zstd' } })).fetch()).text()).toBe(
      ''
    )
  })

  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync]
  ])('is unpacked: %s', async (coding, pack) => {
    const body = JSON.stringify({ echo: TOKEN, long: 'x'.repeat(5000) })
    const { handle, fetch } = await vendor({
      type: 'application/json',
      headers: { 'content-encoding': coding },
      body: pack(body)
    })
    const answer = await fetch()
    expect(await answer.json()).toEqual({ echo: handle, long: 'x'.repeat(5000) })
    expect(answer.headers).not.toHaveProperty('content-encoding')
    expect(answer.headers).not.toHaveProperty('content-length')
  })

  it('is text in UTF-8, whatever it was sent in', async () => {
    const body = Buffer.from(`token ${TOKEN} \xe9`, 'utf16le')
    const { handle, fetch } = await vendor({ type: 'text/plain; charset=UTF-16LE', body })
    expect(await (await fetch()).text()).toBe(`token ${handle} \xe9`)
  })

  it.each(['', '{', '['])('is every byte of what is no text: after "%s"', async (start) => {
    const body = Buffer.concat([Buffer.from(start), Buffer.from(Array.from({ length: 512 }, (_, i) => i % 256))])
    const keyring = testKeyring()
    const server = await httpServer((_, response) => response.setHeader('content-type', 'image/png').end(body))
    const answer = await testDoor().fetch(testScope(keyring), server.url)
    expect(Buffer.from(await answer.bytes())).toEqual(body)
  })
})

/** A vendor that puts the credential wherever an answer has room. */
const echo = (type: string, body: string) =>
  rawAnswer(
    `HTTP/1.1 200 hello ${TOKEN}\r\nX-Echo: Bearer ${TOKEN}\r\nX-${TOKEN}: 1\r\nx-b64: ${Buffer.from(TOKEN).toString('base64')}\r\n` +
      `content-type: ${type}\r\ncontent-length: ${body.length}\r\n\r\n${body}`
  )

describe('a secret that comes back', () => {
  it('is a handle again in status text, header names and values, and every kind of body', async () => {
    for (const [type, body] of [
      ['application/json', `{"a":{"${TOKEN}":["x ${TOKEN}"]}}`],
      ['text/html', `<p>${TOKEN}</p>`],
      ['application/x-www-form-urlencoded', `a=${TOKEN}`],
      ['application/octet-stream', `\x01${TOKEN}\x02`]
    ] as const) {
      const { scope, handle } = await vendor({})
      const answer = await testDoor().fetch(scope, (await echo(type, body)).url)
      expect(answer.statusText).toBe(`hello ${handle}`)
      expect(answer.headers['x-echo']).toBe(`Bearer ${handle}`)
      expect(answer.headers[`x-${handle}`]).toBe('1')
      expect(answer.headers['x-b64']).toMatch(/^bhdl\.acme\.token\./)
      expect(await answer.text()).toBe(body.replaceAll(TOKEN, handle))
    }
  })

  it('is a handle where it is a whole short value or a number of JSON, and the answer stays JSON', async () => {
    const { keyring, home, fetch } = await vendor({
      type: 'application/json',
      body: '{"pin":"1234","number":98765432,"n":12}'
    })
    const pin = keyring.mint('1234', { app: 'acme', field: 'pin', audience: home })
    const number = keyring.mint('98765432', { app: 'acme', field: 'number', audience: home })
    const answer = await fetch()
    expect(await answer.json()).toEqual({ pin, number, n: 12 })
    expect(JSON.parse(await answer.text())).toEqual({ pin, number, n: 12 })
  })

  it('is a handle also where it is JSON itself and the vendor sends it as a part of its own', async () => {
    const { keyring, home, fetch } = await vendor({
      type: 'application/json',
      body: '{"key":{"kind":"service","id":77}}'
    })
    const secret = '{"kind":"service","id":77}'
    const handle = keyring.mint(secret, { app: 'acme', field: 'key', audience: home })
    expect(await (await fetch()).text()).toBe(`{"key":${handle}}`)
  })
})

describe('handle-shaped text of the vendor', () => {
  it.each(['application/json', 'text/plain', 'application/x-www-form-urlencoded', 'image/png'])(
    'is harmless in %s unless it is a live handle of this run',
    async (type) => {
      const body = (live: string) => `{"live":"${live}","dead":"${DEAD}"}`
      const { handle, fetch } = await vendor((live) => ({
        type,
        headers: { 'x-dead': DEAD, 'x-live': live },
        body: body(live)
      }))
      const answer = await fetch()
      expect(await answer.text()).toBe(body(handle).replace('bhdl.other', 'bhdl-other'))
      expect(answer.headers).toMatchObject({ 'x-live': handle, 'x-dead': DEAD.replace('bhdl.', 'bhdl-') })
    }
  )

  it('is harmless where its letters are escaped', async () => {
    const { fetch } = await vendor({ type: 'application/json', body: `{"a":"\\u0062${DEAD.slice(1)}"}` })
    expect(await (await fetch()).json()).toEqual({ a: DEAD.replace('bhdl.', 'bhdl-') })
  })
})

describe('a token that the vendor hands out', () => {
  const grant = {
    access_token: 'fresh-access-1',
    refresh_token: 'fresh-refresh-1',
    expires_in: 3600,
    again: 'Bearer fresh-access-1'
  }

  it.each(['application/json', 'text/html', 'application/vnd.acme+json'])(
    'is a handle before anyone sees it: %s',
    async (type) => {
      const { keyring, home, fetch } = await vendor({ type, body: JSON.stringify(grant) })
      const answer = await fetch()
      const json = (await answer.json()) as typeof grant
      expect(json.access_token).toMatch(/^bhdl\.acme\.access_token\./)
      expect(json.refresh_token).toMatch(/^bhdl\.acme\.refresh_token\./)
      expect(json.again).toBe(`Bearer ${json.access_token}`)
      expect(json.expires_in).toBe(3600)
      expect(keyring.get(json.access_token)).toMatchObject({
        value: 'fresh-access-1',
        origin: { app: 'acme', audience: home }
      })
      expect(`${await answer.text()}${Buffer.from(await answer.bytes()).toString()}`).not.toContain('fresh-')
    }
  )

  it('is a handle in a form, too, and in the fields that the app names', async () => {
    const type = 'application/x-www-form-urlencoded'
    const { keyring, fetch } = await vendor(
      { type, body: 'access_token=a%20b%3Dc-secret&scope=repo&hook=hook-secret' },
      { secretAnswerFields: ['hook'] }
    )
    const form = new URLSearchParams(await (await fetch()).text())
    expect(keyring.get(form.get('access_token') ?? '')?.value).toBe('a b=c-secret')
    expect(keyring.get(form.get('hook') ?? '')?.value).toBe('hook-secret')
    expect(form.get('scope')).toBe('repo')
  })

  it('keeps the handle that it has', async () => {
    const { handle, keyring, fetch } = await vendor({
      type: 'application/json',
      body: JSON.stringify({ access_token: TOKEN })
    })
    expect(await (await fetch()).json()).toEqual({ access_token: handle })
    expect(keyring.size).toBe(1)
  })

  const fresh: Part = { type: 'application/json', body: '{"access_token":"fresh-1"}' }
  const audienceOf = async ({ keyring, fetch }: Awaited<ReturnType<typeof vendor>>, init: FetchInit = {}) => {
    const { access_token } = (await (await fetch(init)).json()) as { access_token: string }
    return keyring.get(access_token)?.origin.audience
  }

  it('may go where the credential may go that the request carried', async () => {
    const one = await vendor(fresh, { audience: audience(['elsewhere.example']) })
    expect(await audienceOf(one, { headers: { authorization: one.handle } })).toEqual(one.home)
  })

  it("may go where the app's credentials may go, if the vendor is the app's", async () => {
    const one = await vendor(fresh)
    expect(await audienceOf(one)).toEqual(one.home)
  })

  it('may only go back, if the vendor is none of the app', async () => {
    const one = await vendor(fresh, { audience: audience(['elsewhere.example']) })
    expect(await audienceOf(one)).toEqual({
      app: 'http',
      hosts: [{ host: '127.0.0.1', port: one.server.port }],
      places: { headers: true, query: [], body: [] }
    })
  })
})

describe('a cookie', () => {
  const cookies = ['sid=session-0123456789; Path=/; HttpOnly', 'csrf="quoted-csrf-1"; Secure', 'lang=en']

  it('is a handle that can be sent back, when it is looked at', async () => {
    const { keyring, fetch } = await vendor({ headers: { 'set-cookie': cookies } })
    const { headers } = await fetch()
    expect(keyring.size).toBe(1)
    const [sid, csrf, lang] = headers['set-cookie']?.split(', ') ?? []
    expect(sid).toMatch(/^sid=bhdl\.acme\.cookie_sid\.\w{26}; Path=\/; HttpOnly$/)
    expect(csrf).toMatch(/^csrf="bhdl\.acme\.cookie_csrf\.\w{26}"; Secure$/)
    expect(lang).toBe('lang=en')
    expect(keyring.get(sid?.slice(4, sid.indexOf(';')) ?? '')?.value).toBe('session-0123456789')
    expect(JSON.stringify(headers)).not.toContain('session-')
    expect(keyring.size).toBe(3)
  })

  it.each([
    ['application/json', '{"session":{"value":"session-0123456789"}}'],
    ['text/plain', 'your session is session-0123456789']
  ])('is a handle in the body that repeats it: %s', async (type, body) => {
    const { fetch } = await vendor({ type, headers: { 'set-cookie': cookies }, body })
    expect(await (await fetch()).text()).toMatch(/bhdl\.acme\.cookie_sid/)
  })
})

const limited = (server: TestServer) => testDoor({ maxAnswerBytes: 1000 }).fetch(testScope(testKeyring()), server.url)

describe('an answer that is too large', () => {
  it('is refused by its own word, before it comes', async () => {
    const server = await rawServer((socket) =>
      socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1001\r\n\r\n'))
    )
    const fault = await faultOf(limited(server))
    expect(fault).toMatchObject({ code: 'answer_too_large', retryable: false })
    expect(fault.message).toContain('1000 bytes')
  })

  it('is refused as it comes', async () => {
    const server = await httpServer((_, response) => {
      response.write(Buffer.alloc(600))
      response.end(Buffer.alloc(401))
    })
    expect((await faultOf(limited(server))).code).toBe('answer_too_large')
  })

  it('is refused once unpacked', async () => {
    const body = gzipSync(Buffer.alloc(50_000_000))
    const server = await httpServer((_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(body))
    expect((await faultOf(limited(server))).code).toBe('answer_too_large')
  })
})

describe('an answer that breaks HTTP', () => {
  it.each([
    ['no HTTP', 'SSH-2.0-OpenSSH_9.9\r\n\r\n'],
    ['a header without a colon', 'HTTP/1.1 200 OK\r\nnonsense\r\n\r\n'],
    ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab'],
    [
      'a length and chunks',
      'HTTP/1.1 200 OK\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n'
    ],
    ['a broken chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nabc\r\n'],
    ['headers without end', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`],
    [
      'an upgrade that nobody asked for',
      'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'
    ],
    ['a coding that nobody knows', 'HTTP/1.1 200 OK\r\ncontent-encoding: secret-coding\r\ncontent-length: 1\r\n\r\nx'],
    ['broken gzip', 'HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 9\r\n\r\nnot gzip!']
  ])('is an error without its text: %s', async (_, bytes) => {
    const { scope } = await vendor({})
    const fault = await faultOf(testDoor().fetch(scope, (await rawAnswer(bytes)).url))
    expect(['vendor_bad_answer', 'vendor_unreachable']).toContain(fault.code)
    expect(fault.cause).toBeUndefined()
    expect(fault.message).not.toMatch(/OpenSSH|nonsense|secret-coding|yyy/)
  })

  it('is an error where it is cut off', async () => {
    const { scope } = await vendor({})
    for (const bytes of ['HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc', 'HTTP/1.1 200 OK\r\ncontent-le', '']) {
      const fault = await faultOf(testDoor().fetch(scope, (await rawAnswer(bytes)).url))
      expect(fault).toMatchObject({ code: 'vendor_unreachable', retryable: true })
    }
  })

  it('is not one that begins with interim answers', async () => {
    const server = await rawAnswer(
      'HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n',
      'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'
    )
    expect(await (await testDoor().fetch((await vendor({})).scope, server.url)).text()).toBe('ok')
  })
})
