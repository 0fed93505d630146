import { createServer } from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAuthority } from './fixtures/certificates.ts'
import { audience, faultOf, testDoor, testKeyring, testScope } from './fixtures/scopes.ts'
import { relayed } from './fixtures/relayed.ts'
import { deadPort, httpServer, httpsServer, rawServer } from './fixtures/servers.ts'
import { judgeAddresses, type Address } from './pools.ts'
import { parseUrl } from './request.ts'

const v4 = (address: string): Address => ({ address, family: 4 })
const v6 = (address: string): Address => ({ address, family: 6 })
const keyring = testKeyring()
const scope = testScope(keyring)
const stranger = testScope(keyring, { sandboxed: true })

describe('an address', () => {
  it('is the one that was judged: a name that resolves anew does not rebind', async () => {
    const server = await httpServer()
    const answers = [[v4('127.0.0.1')], [v4('169.254.169.254')]]
    let asked = 0
    const door = testDoor({ resolve: async () => answers[asked++] ?? [] })
    const url = `http://rebind.example:${server.port}/`
    expect((await door.fetch(scope, url)).status).toBe(200)
    expect(asked).toBe(1)
    expect(server.received[0]?.headers.host).toBe(`rebind.example:${server.port}`)
  })

  it('is refused to everybody where it is a metadata service, however it is written', async () => {
    for (const found of [
      '169.254.169.254',
      '::ffff:169.254.169.254',
      '64:ff9b::a9fe:a9fe',
      'fd00:ec2::254',
      '168.63.129.16'
    ]) {
      const door = testDoor({ resolve: async () => [found.includes(':') ? v6(found) : v4(found)] })
      const fault = await faultOf(door.fetch(scope, 'http://vendor.example/'))
      expect(fault.code).toBe('address_refused')
      expect(fault.message).toContain('metadata service')
      expect(fault.message).not.toContain(found)
    }
    const door = testDoor({ operatorHosts: [{ host: '169.254.169.254' }] })
    const open = testScope(keyring, {
      sandboxed: true,
      egress: ['169.254.169.254', '[::ffff:a9fe:a9fe]', '[fd00:ec2::254]'].map((host) => ({ host }))
    })
    for (const host of ['169.254.169.254', '2852039166', '0xa9.254.0xa9fe', '[::ffff:a9fe:a9fe]', '[fd00:ec2::254]']) {
      expect((await faultOf(door.fetch(scope, `http://${host}/latest/meta-data/`))).code).toBe('address_refused')
      expect((await faultOf(door.fetch(open, `http://${host}/`))).code).toBe('address_refused')
    }
    expect((await faultOf(door.fetch(scope, 'http://metadata.google.internal./'))).code).toBe('address_refused')
  })

  it('is refused when any address of the name is', async () => {
    const server = await httpServer()
    const door = testDoor({ resolve: async () => [v4('127.0.0.1'), v4('169.254.1.1')] })
    expect((await faultOf(door.fetch(scope, `http://a.example:${server.port}/`))).code).toBe('address_refused')
    expect(server.connections()).toBe(0)
  })

  it.each([
    '127.0.0.1',
    '0x7f.1',
    '2130706433',
    '127.1',
    '0',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '10.0.0.1',
    '[fc00::1]'
  ])("of the inside is refused to strangers' code: %s", async (host) => {
    const fault = await faultOf(testDoor().fetch(stranger, `http://${host}:9/`))
    expect(fault.code).toBe('address_refused')
    expect(fault.hint).toContain('egress')
  })

  it('of the inside is refused by name, too, unless `egress` lists it', async () => {
    const server = await httpServer()
    const door = testDoor()
    const url = `http://db.internal:${server.port}/`
    expect((await faultOf(door.fetch(stranger, url))).code).toBe('address_refused')
    expect((await door.fetch(scope, url)).status).toBe(200)
    // The connection of a trusted step does not serve a stranger.
    expect((await faultOf(door.fetch(stranger, url))).code).toBe('address_refused')
    const listed = testScope(keyring, { sandboxed: true, egress: [{ host: 'db.internal', port: server.port }] })
    expect((await door.fetch(listed, url)).status).toBe(200)
  })

  it("of the inside is refused to everybody on an operator's word, but for the operator's own hosts", async () => {
    const server = await httpServer()
    const rule = { host: 'git.internal', port: server.port }
    const door = testDoor({ denyPrivate: true, operatorHosts: [rule] })
    expect((await faultOf(door.fetch(scope, `http://other.internal:${server.port}/`))).code).toBe('address_refused')
    expect((await faultOf(door.fetch(scope, server.url))).code).toBe('address_refused')
    expect((await door.fetch(scope, `http://git.internal:${server.port}/`)).status).toBe(200)
    expect((await faultOf(door.fetch(stranger, `http://git.internal:${server.port}/`))).code).toBe('address_refused')
  })

  it('of localhost is this machine', async () => {
    const door = testDoor({ resolve: async () => [v4('93.184.216.34')] })
    expect((await faultOf(door.fetch(scope, 'http://localhost:9/'))).code).toBe('address_refused')
  })

  it('may be the second one, when the first does not answer', async () => {
    const server = await httpServer()
    const door = testDoor({ resolve: async () => [v6('::1'), v4('127.0.0.1')] })
    expect((await door.fetch(scope, `http://two.example:${server.port}/`)).status).toBe(200)
  })
})

it('tells whether a name leads outside, whatever may be dialled', async () => {
  const { target } = parseUrl('https://vendor.example/')
  expect(judgeAddresses(['8.8.8.8', '2606:4700::1111'], target, 'any')).toBe(true)
  expect(judgeAddresses(['8.8.8.8', '10.0.0.1'], target, 'any')).toBe(false)
  expect((await faultOf(() => judgeAddresses(['8.8.8.8', '10.0.0.1'], target, 'public'))).code).toBe('address_refused')
})

it('keeps connections to a limited number of origins', async () => {
  const server = await httpServer()
  const door = testDoor()
  for (let i = 0; i < 300; i++) await door.fetch(scope, `http://host-${i}.example:${server.port}/`)
  await expect.poll(() => server.open()).toBeLessThanOrEqual(256)
  expect((await door.fetch(scope, `http://host-0.example:${server.port}/`)).status).toBe(200)
})

describe("a vendor that can't be reached", () => {
  it.each(['ENOTFOUND', 'EAI_AGAIN'])('says so when its name does not resolve: %s', async (code) => {
    const door = testDoor({ resolve: () => Promise.reject(Object.assign(new Error('quoting its input'), { code })) })
    const fault = await faultOf(door.fetch(scope, 'https://nowhere.example/secret-path'))
    expect(fault).toMatchObject({ code: 'vendor_unreachable', retryable: true })
    expect(fault.cause).toBeUndefined()
    expect(fault.message).toContain("nowhere.example can't be reached: its name")
  })

  it('says so when it refuses or cuts the connection, with host and port', async () => {
    const port = await deadPort()
    const fault = await faultOf(testDoor().fetch(scope, `http://vendor.example:${port}/`))
    expect(fault).toMatchObject({ code: 'vendor_unreachable', retryable: true })
    expect(fault.message).toBe(`vendor.example:${port} can't be reached: the connection was refused`)
    const cutting = await rawServer((socket) => socket.once('data', () => socket.resetAndDestroy()))
    expect(await faultOf(testDoor().fetch(scope, cutting.url))).toMatchObject({
      code: 'vendor_unreachable',
      retryable: true
    })
  })

  it('says so when it takes too long to answer, and to go on', async () => {
    const silent = await rawServer(() => undefined)
    const fault = await faultOf(testDoor().fetch(scope, silent.url, { timeoutMs: 30 }))
    expect(fault).toMatchObject({ code: 'vendor_timeout', retryable: true })
    const stalling = await rawServer((socket) => {
      socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\n\r\nabc'))
    })
    const stalled = await faultOf(testDoor({ idleTimeoutMs: 50 }).fetch(scope, stalling.url))
    expect(stalled).toMatchObject({ code: 'vendor_timeout', retryable: true })
    expect(stalled.message).toContain('in the middle')
  })

  it('says so when nobody accepts the connection', async () => {
    const resolving = Promise.withResolvers<Address[]>()
    const door = testDoor({ resolve: () => resolving.promise, connectTimeoutMs: 40 })
    expect(await faultOf(door.fetch(scope, 'http://slow.example/'))).toMatchObject({
      code: 'vendor_timeout',
      retryable: true
    })
    resolving.resolve([])
  })

  it('refuses a timeout that is none', async () => {
    expect((await faultOf(testDoor().fetch(scope, 'http://a.example/', { timeoutMs: 0 }))).code).toBe(
      'bad_request_timeout'
    )
  })
})

describe('a step that stops', () => {
  it('gives its request up, before, while waiting, and while reading', async () => {
    const early = new AbortController()
    early.abort()
    const stopped = testScope(keyring, { signal: early.signal })
    expect((await faultOf(testDoor().fetch(stopped, 'http://a.example/'))).code).toBe('request_stopped')

    const waiting = new AbortController()
    const silent = await rawServer((socket) => socket.once('data', () => waiting.abort()))
    expect((await faultOf(testDoor().fetch(testScope(keyring, { signal: waiting.signal }), silent.url))).code).toBe(
      'request_stopped'
    )

    const reading = new AbortController()
    const half = await rawServer((socket) => {
      socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\n\r\nabc'))
    })
    const { body: stream } = await relayed(testDoor(), testScope(keyring, { signal: reading.signal }), half.url)
    const body = stream[Symbol.asyncIterator]()
    const read = async () => {
      for (let next = await body.next(); next.done !== true; next = await body.next()) reading.abort()
    }
    await expect(read()).rejects.toThrow('given up')
  })

  it('passes on the reason that it was given', async () => {
    const controller = new AbortController()
    const reason = new RangeError('lost the run')
    const silent = await rawServer((socket) => socket.once('data', () => controller.abort(reason)))
    await expect(testDoor().fetch(testScope(keyring, { signal: controller.signal }), silent.url)).rejects.toBe(reason)
  })

  it('ends with the door', async () => {
    const door = testDoor()
    const silent = await rawServer((socket) => socket.once('data', () => void door.close()))
    expect((await faultOf(door.fetch(scope, silent.url))).code).toBe('door_closed')
  })
})

describe('TLS', () => {
  const authority = createAuthority()
  const before = getCACertificates('default')
  beforeAll(() => setDefaultCACertificates([...before, authority.cert]))
  afterAll(() => setDefaultCACertificates(before))
  const HOUR = 3_600_000

  it('names the host that is dialled, and takes a certificate that this machine trusts', async () => {
    const server = await httpsServer(authority.issue(['vendor.example']))
    const handle = keyring.mint('a tls token', {
      app: 'acme',
      field: 'tls',
      audience: audience([{ host: 'vendor.example', port: server.port }])
    })
    const url = `https://VENDOR.example.:${server.port}/`
    await testDoor().fetch(scope, url, { headers: { authorization: handle } })
    expect(server.received[0]?.headers).toMatchObject({
      host: `vendor.example:${server.port}`,
      authorization: 'a tls token'
    })
  })

  it.each([
    ['is for another host', () => authority.issue(['other.example'])],
    [
      'has expired',
      () =>
        authority.issue(['vendor.example'], { from: new Date(Date.now() - 2 * HOUR), to: new Date(Date.now() - HOUR) })
    ],
    [
      'is not valid yet',
      () =>
        authority.issue(['vendor.example'], { from: new Date(Date.now() + HOUR), to: new Date(Date.now() + 2 * HOUR) })
    ],
    ['is signed by nobody that this machine trusts', () => createAuthority().issue(['vendor.example'])],
    ['is self-signed', () => createAuthority()]
  ])('takes no certificate that %s', async (what, certificate) => {
    const server = await httpsServer(certificate())
    const fault = await faultOf(testDoor().fetch(scope, `https://vendor.example:${server.port}/`))
    expect(fault).toMatchObject({ code: 'vendor_tls', retryable: false })
    expect(fault.cause).toBeUndefined()
    expect(fault.message).toContain(what)
    expect(server.received).toHaveLength(0)
  })

  it('checks certificates whatever the environment says', async () => {
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'
    try {
      const server = await httpsServer(createAuthority().issue(['vendor.example']))
      expect((await faultOf(testDoor().fetch(scope, `https://vendor.example:${server.port}/`))).code).toBe('vendor_tls')
    } finally {
      delete process.env['NODE_TLS_REJECT_UNAUTHORIZED']
    }
  })

  it('is expected where the URL says so', async () => {
    const plain = await httpServer()
    expect((await faultOf(testDoor().fetch(scope, `https://vendor.example:${plain.port}/`))).code).toBe('vendor_tls')
  })
})

it('asks no proxy of the environment', async () => {
  let asked = 0
  const proxy = createServer(() => asked++)
  await new Promise<void>((resolve) => void proxy.listen(0, '127.0.0.1', resolve))
  const address = proxy.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
  const names = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'ALL_PROXY', 'NODE_USE_ENV_PROXY']
  for (const name of names) process.env[name] = name === 'NODE_USE_ENV_PROXY' ? '1' : url
  try {
    const server = await httpServer()
    expect((await testDoor().fetch(scope, `http://vendor.example:${server.port}/`)).status).toBe(200)
    expect(asked).toBe(0)
  } finally {
    for (const name of names) delete process.env[name]
    await new Promise<void>((resolve) => void proxy.close(() => resolve()))
  }
})
