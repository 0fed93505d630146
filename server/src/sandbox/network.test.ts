/** The network inside a sandbox process, from the code's side. */
import { createServer as createTlsServer, getCACertificates, setDefaultCACertificates } from 'node:tls'
import type { AddressInfo } from 'node:net'
import type { Json } from '@bellhop/sdk'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createAuthority } from '../egress/fixtures/certificates.ts'
import { deadPort, httpServer, rawServer } from '../egress/fixtures/servers.ts'
import { frame, shakeHands, unmasked, webSocketServer } from '../egress/fixtures/websocket.ts'
import { NetworkFixture } from './testing/outside.ts'

const TOKEN = 'xoxb-0123456789-abcdef'
const before = getCACertificates('default')
const EGRESS = [{ host: 'vendor.example' }]

/** Code with the usual modules at hand. */
const code = (body: string): string => `
  import dns from 'node:dns'
  import { lookup } from 'node:dns/promises'
  import { once } from 'node:events'
  import http, { get } from 'node:http'
  import http2 from 'node:http2'
  import https from 'node:https'
  import net, { connect } from 'node:net'
  import { Readable } from 'node:stream'
  import { text } from 'node:stream/consumers'
  import tls from 'node:tls'
  const told = ({ name, code, message, hint, cause }) => ({ name, code, message, hint, ...(cause && { cause: told(cause) }) })
  export default async ({ steps: input }) => { ${body} }`

describe('code in a sandbox calls a vendor', () => {
  test.each([
    [
      'fetch',
      `const answer = await fetch(input.url, { headers: { authorization: input.token } }); return await answer.json()`
    ],
    [
      'node:http, by a name that was imported',
      `const request = get(input.url, { headers: { authorization: input.token } })
       const [response] = await once(request, 'response')
       return JSON.parse(await text(response))`
    ],
    [
      'a connection to an address that it looked up',
      `const { address } = await lookup('vendor.example')
       const { hostname, port, pathname } = new URL(input.url)
       const headers = { host: hostname + ':' + port, authorization: input.token }
       const [response] = await once(http.get({ host: address, port, path: pathname + '?a=b', headers }), 'response')
       return JSON.parse(await text(response))`
    ],
    [
      'a request that it wrote by hand, with what sockets have',
      `const socket = new net.Socket().setNoDelay().setKeepAlive(true).setTimeout(5000).ref().unref()
       const { hostname, port } = new URL(input.url)
       socket.connect(port, hostname)
       if (!socket.connecting || !socket.pending) throw new Error('connected too early')
       await once(socket, 'connect')
       if (socket.connecting || socket.pending || socket.readyState !== 'open') throw new Error('not connected')
       socket.write('GET /path?a=b HTTP/1.1\\r\\nHost: ' + hostname + ':' + port + '\\r\\nConnection: close\\r\\nAuthorization: ' + input.token + '\\r\\n\\r\\n')
       const all = await text(socket)
       const { remoteAddress, remotePort, remoteFamily, localAddress, bytesRead, bytesWritten } = socket
       if (!/^198\\.18\\./.test(remoteAddress) || remoteFamily !== 'IPv4' || String(remotePort) !== port) throw new Error('elsewhere')
       if (localAddress !== '127.0.0.1' || bytesRead !== all.length || bytesWritten < 60) throw new Error('no count')
       return JSON.parse(all.split('\\r\\n\\r\\n')[1])`
    ]
  ])('with %s', async (_, body) => {
    const vendor = await httpServer((request, response) => response.end(JSON.stringify({ url: request.url })))
    await using fixture = new NetworkFixture()
    const token = `Bearer ${fixture.mint(TOKEN, [{ host: 'vendor.example', port: vendor.port, plain: true }])}`
    const url = `http://vendor.example:${vendor.port}/path`
    const answer = await fixture.out(
      fixture.program(code(body)),
      { url: body.includes('?a=b') ? url : `${url}?a=b`, token },
      { egress: EGRESS }
    )
    expect(answer).toEqual({ url: '/path?a=b' })
    expect(vendor.received[0]?.headers).toMatchObject({
      host: `vendor.example:${vendor.port}`,
      authorization: `Bearer ${TOKEN}`
    })
  })

  test('over one connection, again and again, and over many at a time', async () => {
    const vendor = await httpServer()
    await using fixture = new NetworkFixture()
    const program = fixture.program(
      code(`for (let i = 0; i < 5; i++) await (await fetch(input)).json()
        const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
        for (let i = 0; i < 5; i++) await text((await once(http.get(input, { agent }), 'response'))[0])
        const all = await Promise.all(Array.from({ length: 250 }, async () => (await fetch(input)).status))
        return all.filter((status) => status === 200).length`)
    )
    const opened = { connections: 0, requests: 0 }
    const count = (request: unknown) => (opened[request === undefined ? 'connections' : 'requests'] += 1)
    const url = `http://vendor.example:${vendor.port}/`
    expect(await fixture.out(program, url, { egress: EGRESS }, {}, count)).toBe(250)
    expect(opened).toEqual({ connections: 1, requests: 255 })
  })

  test('and carries no credential to where that redirects it', async () => {
    const elsewhere = await httpServer()
    const vendor = await httpServer((_, response) => {
      response.writeHead(307, { location: `http://elsewhere.example:${elsewhere.port}/` }).end()
    })
    await using fixture = new NetworkFixture()
    const token = fixture.mint(TOKEN, [{ host: 'vendor.example', port: vendor.port, plain: true }])
    const program = fixture.program(
      code(`const answer = await fetch(input.url, { headers: { 'x-api-key': input.token } })
        return [answer.url, answer.status, (await answer.json()).error.code]`)
    )
    const egress = [{ host: 'example', below: true as const }]
    const url = `http://vendor.example:${vendor.port}/`
    expect(await fixture.out(program, { url, token }, { egress })).toEqual([
      `http://elsewhere.example:${elsewhere.port}/`,
      403,
      'credential_wrong_host'
    ])
    expect(vendor.received[0]?.headers['x-api-key']).toBe(TOKEN)
    expect(elsewhere.connections()).toBe(0)
  })

  test('in one call after another, with nothing left of the connections of the last one', async () => {
    const vendor = await httpServer()
    await using fixture = new NetworkFixture()
    const program = fixture.program(`import http from 'node:http'
      import { once } from 'node:events'
      import { text } from 'node:stream/consumers'
      const agent = new http.Agent({ keepAlive: true })
      let calls = 0
      export default async ({ steps: url }) => {
        await (await fetch(url)).json()
        for (const one of [agent, http.globalAgent]) await text((await once(http.get(url, { agent: one }), 'response'))[0])
        return ++calls
      }`)
    const url = `http://vendor.example:${vendor.port}/`
    for (let i = 1; i <= 10; i++) expect(await fixture.out(program, url, { egress: EGRESS })).toBe(i)
    expect(vendor.received).toHaveLength(30)
  })

  test('and gives up in time', async () => {
    const silent = await rawServer((socket) => void socket.resume())
    await using fixture = new NetworkFixture()
    const program = fixture.program(
      code(`const aborted = await fetch(input, { signal: AbortSignal.timeout(50) }).catch(told)
        const request = http.get(input, { timeout: 50 })
        await once(request, 'timeout')
        request.destroy()
        return aborted.name`)
    )
    expect(await fixture.out(program, `http://vendor.example:${silent.port}/`, { egress: EGRESS })).toBe('TimeoutError')
    await expect.poll(() => silent.open()).toBe(0)
  })

  test('over a WebSocket through TLS, before anything else was asked for', async () => {
    const authority = createAuthority()
    setDefaultCACertificates([...before, authority.cert])
    onTestFinished(() => setDefaultCACertificates(before))
    const vendor = createTlsServer(authority.issue(['vendor.example']), (socket) => {
      shakeHands(socket, () => socket.write(frame(0x81, 'hello')))
    })
    await new Promise<void>((resolve) => void vendor.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void vendor.close())
    await using fixture = new NetworkFixture()
    const program = fixture.program(`export default ({ steps: url }) => new Promise((resolve, reject) => {
      const socket = new WebSocket(url)
      socket.onerror = ({ message, error }) => reject(error ?? new Error(message))
      socket.onmessage = ({ data }) => resolve(data)
    })`)
    const { port } = vendor.address() as AddressInfo
    expect(await fixture.out(program, `wss://vendor.example:${port}/`, { egress: EGRESS })).toBe('hello')
  })

  test('over a WebSocket', async () => {
    let said = ''
    let seen = ''
    const vendor = await webSocketServer((socket, handshake) => {
      seen = handshake
      socket.on('data', (bytes: Buffer) => {
        said += unmasked(bytes)[0] ?? ''
        if (said.length === bytes.length - 6) socket.write(frame(0x81, `you sent ${said}, and had ${TOKEN}`))
      })
    })
    await using fixture = new NetworkFixture()
    const handle = fixture.mint(TOKEN, [{ host: 'vendor.example', port: vendor.port, plain: true }])
    const program = fixture.program(
      code(`const socket = new WebSocket(input.url, { headers: { authorization: input.handle } })
        await once(socket, 'open')
        socket.send(input.handle)
        const [{ data }] = await once(socket, 'message')
        socket.close()
        return data`)
    )
    const url = `ws://vendor.example:${vendor.port}/live`
    expect(await fixture.out(program, { url, handle }, { egress: EGRESS })).toBe(
      `you sent ${handle}, and had ${handle}`
    )
    expect(said.slice(0, handle.length)).toBe(handle)
    expect(seen).toContain(TOKEN)
  })
})

describe('code in a sandbox reaches what is listed for raw bytes', () => {
  test('in plain', async () => {
    const database = await rawServer((socket) => socket.pipe(socket))
    await using fixture = new NetworkFixture()
    const program = fixture.program(
      code(`const socket = connect(input, 'db.example')
        socket.end('\\0binary')
        return text(socket)`)
    )
    const egress = [{ host: 'db.example', port: database.port, tcp: true as const }]
    expect(await fixture.out(program, database.port, { egress })).toBe('\0binary')
  })

  test('by `fetch`, which has nothing revealed there', async () => {
    const vendor = await httpServer()
    await using fixture = new NetworkFixture()
    const token = fixture.mint(TOKEN, [{ host: 'db.example', port: vendor.port, plain: true }])
    const program = fixture.program(
      code(
        `return (await fetch('http://db.example:' + input.port, { headers: { authorization: input.token } })).status`
      )
    )
    const egress = [{ host: 'db.example', port: vendor.port, tcp: true as const }]
    expect(await fixture.out(program, { port: vendor.port, token }, { egress })).toBe(200)
    expect(vendor.received[0]?.headers.authorization).toBe(token)
  })

  test.each([
    ['certificates of its own', `tls.connect({ host: 'db.example', port: input.port, ca: input.ca })`],
    [
      'a connection that it opened before',
      `tls.connect({ socket: net.connect(input.port, 'db.example'), servername: 'db.example', ca: input.ca })`
    ]
  ])('over TLS with %s', async (_, connect) => {
    const authority = createAuthority()
    const database = createTlsServer(authority.issue(['db.example']), (socket) => socket.pipe(socket))
    await new Promise<void>((resolve) => void database.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void database.close())
    const { port } = database.address() as AddressInfo
    await using fixture = new NetworkFixture()
    const program = fixture.program(
      code(`const socket = ${connect}
        await once(socket, 'secureConnect')
        const { subject } = socket.getPeerCertificate()
        socket.end('hello')
        return [await text(socket), socket.authorized, subject.CN]`)
    )
    const egress = [{ host: 'db.example', port, tcp: true as const }]
    expect(await fixture.out(program, { port, ca: authority.cert }, { egress })).toEqual(['hello', true, 'db.example'])
  })
})

describe('code in a sandbox is told', () => {
  const refusals: [string, string, Json][] = [
    [
      'of HTTP/2',
      `try { http2.connect('https://vendor.example') } catch (error) { return told(error) }`,
      {
        name: 'Error',
        code: 'ERR_HTTP2_NOT_AVAILABLE',
        message: "HTTP/2 can't be spoken from a step: ask for the same URL over HTTP/1.1"
      }
    ],
    [
      'of local sockets',
      `return told((await once(net.connect('/run/docker.sock'), 'close').catch((error) => [error]))[0])`,
      { name: 'Error', code: 'EACCES', message: "a step can't connect to a local socket" }
    ],
    [
      'of DNS records',
      `return new Promise((resolve) => dns.resolveMx('vendor.example', (error) => resolve(told(error))))`,
      { name: 'Error', code: 'ENOTIMP', message: "a step can't ask for DNS records; it can connect to names" }
    ],
    [
      'of a port that is none',
      `try { net.connect(70000, 'a') } catch (error) { return told(error) }`,
      { name: 'RangeError', code: 'ERR_SOCKET_BAD_PORT', message: 'the port has to be from 1 to 65535' }
    ]
  ]
  test.each(refusals)('%s', async (_, body, expected) => {
    await using fixture = new NetworkFixture()
    expect(await fixture.out(fixture.program(code(body)), null)).toEqual(expected)
  })

  test('why a vendor cannot be reached, by fetch and by node:http', async () => {
    const port = await deadPort()
    await using fixture = new NetworkFixture()
    const program = fixture.program(
      code(`const fetched = await fetch(input).catch(told)
        const got = await once(http.get(input), 'response').catch(told)
        return [fetched.message, fetched.cause, got]`)
    )
    const why = {
      name: 'Fault',
      code: 'vendor_unreachable',
      message: `vendor.example:${port} can't be reached: the connection was refused`,
      hint: `Check the host and the port (${port}), and that this machine may connect to them.`
    }
    const url = `http://vendor.example:${port}/`
    expect(await fixture.out(program, url, { egress: EGRESS })).toEqual(['fetch failed', why, why])
  })
})
