import { describe, expect, it } from 'vitest'
import type { FetchInit } from '@bellhop/sdk'
import { audience, faultOf, here, testDoor, testKeyring, testScope } from './fixtures/scopes.ts'
import { httpServer } from './fixtures/servers.ts'

const VALUE = 'xoxb-0123456789-"quoted"&=é'
const TOKEN = 'xoxb-0123456789-abcdef'

/** A vendor, and a keyring with one credential that may go to it. */
async function acme(places: Parameters<typeof audience>[1] = {}, value = TOKEN) {
  const server = await httpServer()
  const keyring = testKeyring()
  const handle = keyring.mint(value, { app: 'acme', field: 'token', audience: audience([here(server)], places) })
  const scope = testScope(keyring)
  const door = testDoor()
  return {
    server,
    keyring,
    handle,
    scope,
    door,
    send: (path: string, init: FetchInit = {}) => door.fetch(scope, server.url + path, init)
  }
}

describe('request headers', () => {
  it('reveal a handle, alone and inside text', async () => {
    const { server, handle, send } = await acme()
    await send('/a', { headers: { Authorization: `Bearer ${handle}`, 'X-Api-Key': handle } })
    expect(server.received[0]?.headers).toMatchObject({ authorization: `Bearer ${TOKEN}`, 'x-api-key': TOKEN })
  })

  it('reveal it only where the app says', async () => {
    const { server, handle, send } = await acme({ headers: ['x-acme-token'] })
    await send('/', { headers: { 'X-Acme-Token': handle } })
    expect(server.received[0]?.headers['x-acme-token']).toBe(TOKEN)
    const fault = await faultOf(send('/', { headers: { authorization: `Bearer ${handle}` } }))
    expect(fault.code).toBe('credential_misplaced')
    expect(fault.message).toMatch(/token of acme stands in the header authorization of a request to 127\.0\.0\.1:\d+/)
    expect(fault.hint).toContain('the header x-acme-token')
    expect(server.received).toHaveLength(1)
  })

  it.each([
    ['both', (handle: string) => `${handle}:${handle}`, `${TOKEN}:${TOKEN}`],
    ['the user', (handle: string) => `${handle}:`, `${TOKEN}:`],
    ['the password, beside bytes that are not UTF-8', (handle: string) => `J\xf6rg:${handle}`, `J\xf6rg:${TOKEN}`]
  ])('reveal Basic credentials: %s', async (_, pair, expected) => {
    const { server, handle, send } = await acme()
    await send('/', { headers: { authorization: `basic ${Buffer.from(pair(handle), 'latin1').toString('base64')}` } })
    const sent = server.received[0]?.headers.authorization
    expect(sent?.slice(0, 6)).toBe('Basic ')
    expect(Buffer.from(sent?.slice(6) ?? '', 'base64').toString('latin1')).toBe(expected)
  })

  it('take a whole Basic pair as one credential', async () => {
    const { server, handle, send } = await acme({}, 'dXNlcjpwYXNzd29yZA==')
    await send('/', { headers: { authorization: `Basic ${handle}` } })
    expect(server.received[0]?.headers.authorization).toBe('Basic dXNlcjpwYXNzd29yZA==')
  })

  it('take a credential that ends in a line break without it, as fetch does', async () => {
    const { server, handle, send } = await acme({}, `${TOKEN}\r\n`)
    await send('/', { headers: { authorization: `Bearer ${handle}` } })
    expect(server.received[0]?.headers.authorization).toBe(`Bearer ${TOKEN}`)
  })

  it.each(['one\r\nx-injected: 1', 'nul\0nul', 'snow☃man'])(
    "refuse a credential that they can't hold",
    async (value) => {
      const { server, handle, send } = await acme({}, value)
      const fault = await faultOf(send('/', { headers: { authorization: handle } }))
      expect(fault.code).toBe('credential_unsendable')
      expect(`${fault.message} ${fault.hint}`).not.toContain(value.slice(0, 3))
      expect(server.received).toHaveLength(0)
    }
  )

  it('refuse a handle in a name', async () => {
    const { handle, send } = await acme()
    expect((await faultOf(send('/', { headers: { [`x-${handle}`]: '1' } }))).code).toBe('credential_misplaced')
  })
})

describe('the URL', () => {
  it('reveals a handle in a query parameter that the app names, encoded', async () => {
    const { server, handle, send } = await acme({ query: ['key', 'a b'] }, VALUE)
    await send(`/?x=1&key=${handle}&y=%20`, {
      query: { 'a b': `pre ${handle}`, n: 1, list: ['p', 'q'], none: undefined }
    })
    const url = new URL(server.received[0]?.url ?? '', server.url)
    expect([...url.searchParams]).toEqual([
      ['x', '1'],
      ['key', VALUE],
      ['y', ' '],
      ['a b', `pre ${VALUE}`],
      ['n', '1'],
      ['list', 'p'],
      ['list', 'q']
    ])
  })

  const places: [string, (handle: string) => string, string][] = [
    ['another parameter', (handle) => `/?other=${handle}`, 'the query parameter other'],
    ["a parameter's name", (handle) => `/?${handle}=1`, 'the name of a query parameter'],
    ['a parameter without a value', (handle) => `/?${handle}`, 'the name of a query parameter'],
    ['a parameter of the same name in another case', (handle) => `/?KEY=${handle}`, 'the query parameter KEY'],
    ['the path', (handle) => `/users/${handle}/x`, 'the path'],
    ['the fragment', (handle) => `/#${handle}`, 'the fragment'],
    ['an encoded path', (handle) => `/${handle.replace('bhdl', '%62hdl')}`, 'an encoded part of the URL'],
    ['an encoded parameter', (handle) => `/?key=${handle.replace('bhdl.', 'bhdl%2e')}`, 'an encoded part of the URL'],
    [
      'an encoded parameter beside a plain one',
      (handle) => `/?key=${handle}&x=%62hdl${handle.slice(4)}`,
      'an encoded part'
    ],
    [
      'a path with a tab in the handle, which URLs drop',
      (handle) => `/${handle.slice(0, 3)}\t${handle.slice(3)}`,
      'the path'
    ]
  ]
  it.each(places)('refuses one in %s', async (_, path, place) => {
    const { server, handle, send } = await acme({ query: ['key'] })
    const fault = await faultOf(send(path(handle)))
    expect(fault.code).toBe('credential_misplaced')
    expect(fault.message).toContain(`token of acme stands in ${place}`)
    expect(server.received).toHaveLength(0)
  })

  it('refuses one in the user info and in the host, and any user info', async () => {
    const { server, scope, handle, door } = await acme()
    const at = `127.0.0.1:${server.port}/`
    expect((await faultOf(door.fetch(scope, `http://${handle}@${at}`))).message).toContain('the user info')
    expect((await faultOf(door.fetch(scope, `http://x:${handle}@${at}`))).message).toContain('the user info')
    expect((await faultOf(door.fetch(scope, `http://${handle.toUpperCase()}.example.com/`))).message).toContain(
      'the host'
    )
    const fault = await faultOf(door.fetch(scope, `http://user:hunter22@${at}`))
    expect(fault.code).toBe('bad_request_url')
    expect(`${fault.message} ${fault.hint}`).not.toContain('hunter22')
    expect(server.received).toHaveLength(0)
  })

  it('leaves text that is only nearly a handle alone', async () => {
    const { server, handle, send } = await acme({ query: ['key'] })
    await send(`/${handle.toUpperCase()}?key=${handle.slice(0, 12)}&b=${handle.slice(12)}`)
    expect(server.received[0]?.url).toBe(`/${handle.toUpperCase()}?key=${handle.slice(0, 12)}&b=${handle.slice(12)}`)
  })

  it.each([
    '',
    '/relative',
    'ftp://example.com/',
    'https://',
    'https://ex ample/',
    'file:///etc/passwd',
    'https://a..'
  ])('has to be absolute and of http: %s', async (url) => {
    const { scope, door } = await acme()
    expect((await faultOf(door.fetch(scope, url))).code).toBe('bad_request_url')
  })
})

/** JSON as only a person writes it. */
const written = (token: string) => `{ "id" : 12345678901234567890 ,\n "token": "${token}", "token":"x" }`

describe('the body', () => {
  it('reveals top-level fields that the app names, in JSON', async () => {
    const { server, handle, send, scope } = await acme({ body: ['token'] }, VALUE)
    await send('/', { method: 'POST', body: { token: handle, n: 1, also: [true] } })
    expect(JSON.parse(server.received[0]?.body ?? '')).toEqual({ token: VALUE, n: 1, also: [true] })
    expect(server.received[0]?.headers['content-type']).toBe('application/json')
    expect(scope.warnings).toEqual([])
  })

  it('leaves every other byte as it was', async () => {
    const { server, handle, send } = await acme({ body: ['token'] })
    await send('/', { method: 'POST', headers: { 'content-type': 'application/json' }, body: written(handle) })
    expect(server.received[0]?.body).toBe(written(TOKEN))
    const bytes = Buffer.from(written(handle))
    await send('/', { method: 'POST', headers: { 'content-type': 'application/vnd.acme+json' }, body: bytes })
    expect(server.received[1]?.body).toBe(written(TOKEN))
  })

  it('reveals fields of a form', async () => {
    const { server, handle, send } = await acme({ body: ['client_secret'] }, VALUE)
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    await send('/', { method: 'POST', headers, body: `grant=a+b&client_secret=${handle}` })
    expect([...new URLSearchParams(server.received[0]?.body)]).toEqual([
      ['grant', 'a b'],
      ['client_secret', VALUE]
    ])
  })

  const elsewhere: [string, string | undefined, (handle: string) => string][] = [
    ['another field', 'application/json', (handle) => JSON.stringify({ text: handle })],
    ['a field further down', 'application/json', (handle) => JSON.stringify({ token: { token: handle } })],
    ['a list', 'application/json', (handle) => JSON.stringify([{ token: handle }])],
    ['a key', 'application/json', (handle) => JSON.stringify({ [handle]: 'token' })],
    ['JSON that is none', 'application/json', (handle) => `{"token":"${handle}"`],
    ['another field of a form', 'application/x-www-form-urlencoded', (handle) => `text=${handle}`],
    ['a name in a form', 'application/x-www-form-urlencoded', (handle) => `${handle}=token`],
    ['text', 'text/plain', (handle) => `token=${handle}`],
    ['text without a type', undefined, (handle) => `{"token":"${handle}"}`],
    [
      'multipart',
      'multipart/form-data; boundary=b',
      (handle) => `--b\r\ncontent-disposition: form-data; name="token"\r\n\r\n${handle}`
    ]
  ]
  it.each(elsewhere)('keeps a handle a handle in %s, and warns once', async (_, type, body) => {
    const { server, handle, send, scope } = await acme({ body: ['token'] })
    const init = { method: 'POST', headers: type === undefined ? {} : { 'content-type': type }, body: body(handle) }
    await send('/', init)
    await send('/', init)
    expect(server.received.map((request) => request.body)).toEqual([body(handle), body(handle)])
    expect(scope.warnings).toEqual([expect.stringContaining('the credential token of acme stands in the body')])
  })

  it('does not reveal a handle whose letters are escaped', async () => {
    const { server, handle, send } = await acme({ body: ['token'] })
    const body = `{"token":"\\u0062${handle.slice(1)}"}`
    await send('/', { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    expect(server.received[0]?.body).toBe(body)
  })

  it('sends bytes as they are, handles or none', async () => {
    const { server, handle, send } = await acme()
    await send('/', { method: 'PUT', body: Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(handle)]) })
    expect(server.received[0]?.headers['content-length']).toBe(String(handle.length + 2))
    expect(server.received[0]?.body).toContain(handle)
  })
})

describe('where a credential may go', () => {
  it('is its own hosts only', async () => {
    const { server, handle, scope, door } = await acme()
    const other = await httpServer()
    const fault = await faultOf(door.fetch(scope, other.url, { headers: { authorization: `Bearer ${handle}` } }))
    expect(fault.code).toBe('credential_wrong_host')
    expect(fault.message).toBe(
      `the credential token of acme may not go to 127.0.0.1:${other.port}; it may go to 127.0.0.1:${server.port}`
    )
    expect(fault.hint).toContain('BELLHOP_APP_ACME_BASE_URL')
    const body = { body: { token: handle }, method: 'POST' }
    expect((await door.fetch(scope, other.url, body)).status).toBe(200)
    expect(other.received[0]?.body).toBe(JSON.stringify({ token: handle }))
  })

  it('says how to allow a host for the generic app', async () => {
    const keyring = testKeyring()
    const handle = keyring.mint(TOKEN, { app: 'http', field: 'token', audience: audience(['a.example']) })
    const fault = await faultOf(testDoor().fetch(testScope(keyring), 'https://b.example/', { headers: { a: handle } }))
    expect(fault.message).toContain('may not go to b.example; it may go to a.example')
    expect(fault.hint).toContain('`hosts:`')
  })

  it('is nowhere for one without an audience', async () => {
    const { server, keyring, send } = await acme()
    const handle = keyring.mint('a prop', { app: 'acme', field: 'prop', audience: null })
    expect((await faultOf(send('/', { headers: { authorization: handle } }))).code).toBe('credential_unbound')
    await send('/', { method: 'POST', body: { prop: handle } })
    expect(server.received.map(({ body }) => body)).toEqual([JSON.stringify({ prop: handle })])
  })

  it('is no plain HTTP, unless the operator says so', async () => {
    const keyring = testKeyring()
    const door = testDoor()
    const server = await httpServer()
    const send = (field: string, host: string, plain?: true) => {
      const rule = { host, port: server.port, ...(plain === undefined ? {} : { plain }) }
      const handle = keyring.mint(TOKEN, { app: 'acme', field, audience: audience([rule]) })
      return door.fetch(testScope(keyring), `http://${host}:${server.port}/`, { headers: { authorization: handle } })
    }
    const fault = await faultOf(send('plain', 'vendor.example'))
    expect(fault.code).toBe('credential_plain_http')
    expect(fault.hint).toContain('BELLHOP_APP_ACME_BASE_URL')
    expect(server.received).toHaveLength(0)
    expect((await send('override', 'vendor.example', true)).status).toBe(200)
    expect((await send('local', 'localhost')).status).toBe(200)
    expect(server.received[0]?.headers.host).toBe(`vendor.example:${server.port}`)
  })

  it('is nowhere for a dead handle, wherever it stands', async () => {
    const { server, send } = await acme({ body: ['token'] })
    const dead = testKeyring().mint(TOKEN, { app: 'acme', field: 'token', audience: null })
    for (const init of [
      { headers: { a: dead } },
      { query: { q: dead } },
      { method: 'POST', body: { other: [dead] } }
    ]) {
      const fault = await faultOf(send('/', init))
      expect(fault.code).toBe('dead_handle')
      expect(fault.message).toContain('acme.token')
    }
    expect(server.received).toHaveLength(0)
  })
})

describe('the request that leaves', () => {
  it('is written anew, without what frames messages or names connections', async () => {
    const { server, send } = await acme()
    const headers = {
      'Content-Length': '3',
      'Transfer-Encoding': 'chunked',
      Connection: 'close, x-secret',
      'Keep-Alive': 'timeout=5',
      TE: 'trailers',
      Trailer: 'x',
      Expect: '100-continue',
      'Proxy-Connection': 'close',
      Host: `127.0.0.1:${server.port}`,
      'X-Kept': 'yes'
    }
    await send('/a?b=c#d', { method: 'post', headers, body: 'hello' })
    expect(server.received[0]).toMatchObject({ method: 'POST', url: '/a?b=c', body: 'hello' })
    expect(server.received[0]?.headers).toEqual({
      host: `127.0.0.1:${server.port}`,
      connection: 'keep-alive',
      'content-length': '5',
      accept: '*/*',
      'accept-encoding': 'gzip, deflate, br, zstd',
      'user-agent': 'bellhop',
      'x-kept': 'yes'
    })
  })

  it.each(['evil.example', '127.0.0.1', '127.0.0.1:1', 'x@127.0.0.1', '127.0.0.1/x', ''])(
    'has no foreign Host: %s',
    async (host) => {
      const { server, send } = await acme()
      expect((await faultOf(send('/', { headers: { host } }))).code).toBe('foreign_host')
      expect(server.received).toHaveLength(0)
    }
  )

  it.each([
    ['x', 'quoted\r\nb: c'],
    ['x', 'quoted\nb'],
    ['x', 'quoted\0b'],
    ['x', 'quoted\u2603'],
    ['x y', 'quoted'],
    ['x:', 'quoted'],
    ['', 'quoted'],
    ['x\r\nb', 'quoted'],
    ['Upgrade', 'quoted'],
    ['Proxy-Authorization', 'quoted']
  ])('has no header that breaks it: %j', async (name, value) => {
    const { server, send } = await acme()
    const fault = await faultOf(send('/', { headers: { [name]: value } }))
    expect(fault.code).toBe('bad_request_header')
    expect(fault.message).not.toContain('quoted')
    expect(server.received).toHaveLength(0)
  })

  it.each(['CONNECT', 'trace', 'TRACK', 'GET /', 'GET\r\n', ''])('has no method that is none: %j', async (method) => {
    const { server, send } = await acme()
    expect((await faultOf(send('/', { method }))).code).toBe('bad_request_method')
    expect(server.received).toHaveLength(0)
  })

  it('joins headers whose names differ in case only', async () => {
    const { server, send } = await acme()
    await send('/', { headers: { 'X-A': '1', 'x-a': '2' } })
    expect(server.received[0]?.headers['x-a']).toBe('1, 2')
  })

  it('keeps no cookies, but connections', async () => {
    const server = await httpServer((_, response) => response.setHeader('set-cookie', 'sid=0123456789').end())
    const door = testDoor()
    const scope = testScope(testKeyring())
    for (let i = 0; i < 6; i++) await door.fetch(scope, server.url)
    expect(server.received.filter(({ headers }) => 'cookie' in headers)).toEqual([])
    // undici rests a connection for one turn of the event loop, and may open a second one meanwhile.
    expect(server.connections()).toBeLessThanOrEqual(2)
  })

  it('leaves only for a run that this process owns', async () => {
    const { server, keyring, door } = await acme()
    const fault = await faultOf(door.fetch(testScope(keyring, { owned: () => false }), server.url))
    expect([fault.code, fault.retryable, server.connections()]).toEqual(['run_lost', false, 0])
    let asked = 0
    // Lost while the connection is made: it was dialled, and nothing is sent.
    const losing = testScope(keyring, { owned: () => ++asked === 1 })
    expect((await faultOf(door.fetch(losing, server.url))).code).toBe('run_lost')
    expect(server.received).toHaveLength(0)
    expect((await door.fetch(testScope(keyring), server.url)).status).toBe(200)
  })
})
