import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { httpServer, rawServer } from '../fixtures/servers.ts'
import { errorOf, house, talk } from '../fixtures/serving.ts'
import { DEAD, TOKEN } from '../fixtures/vendor.ts'
import { frame, webSocketServer } from '../fixtures/websocket.ts'

const shake = (host: string, more = ''): string =>
  `GET /live HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: abc\r\n${more}\r\n`

/** What comes back, until it is as long as `length`. */
function heard(stream: Duplex, length: number): Promise<Buffer> {
  let bytes = Buffer.alloc(0)
  return new Promise((resolve) => {
    stream.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk])
      if (bytes.length >= length) resolve(bytes)
    })
  })
}

async function opened(stream: Duplex, request: string): Promise<string> {
  stream.write(request)
  const [head] = (await once(stream, 'data')) as [Buffer]
  return head.toString('latin1')
}

describe('a WebSocket', () => {
  it('has its credential revealed in the handshake, and nothing in what follows', async () => {
    let seen = ''
    let said = Buffer.alloc(0)
    const vendor = await webSocketServer((socket, handshake) => {
      seen = handshake
      socket.on('data', (chunk: Buffer) => (said = Buffer.concat([said, chunk])))
    })
    const { connect, handle, host } = await house(vendor)
    const stream = connect()
    const extensions = `Authorization: Bearer ${handle}\r\nSec-WebSocket-Extensions: permessage-deflate\r\n`
    const head = await opened(stream, shake(host, extensions))
    expect(head).toMatch(/^HTTP\/1\.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n/)
    expect(head).toContain('Sec-WebSocket-Accept: ')
    expect(seen).toContain(`Authorization: Bearer ${TOKEN}`)
    expect(seen).not.toContain('deflate')
    stream.write(`\x81${handle}`, 'latin1')
    await expect.poll(() => said.toString('latin1')).toBe(`\x81${handle}`)
  })

  it('brings messages without secrets, however they are cut', async () => {
    const { promise: go, resolve } = Promise.withResolvers<void>()
    const vendor = await webSocketServer((socket) => {
      const half = TOKEN.slice(0, 10)
      const bytes = Buffer.concat([
        frame(0x01, `a ${half}`),
        frame(0x89, 'ping'),
        frame(0x80, `${TOKEN.slice(10)} ${DEAD} z`),
        frame(0x82, Buffer.from([0, 255, ...Buffer.from(TOKEN), 254])),
        frame(0x81, 'x'.repeat(300)),
        frame(0x88, Buffer.concat([Buffer.from([3, 232]), Buffer.from(TOKEN)]))
      ])
      void go.then(() => bytes.forEach((byte) => socket.write(Buffer.from([byte]))))
    })
    const { connect, handle, host } = await house(vendor)
    const stream = connect()
    await opened(stream, shake(host))
    const expected = Buffer.concat([
      frame(0x89, 'ping'),
      frame(0x81, `a ${handle} ${DEAD.replace('.', '-')} z`),
      frame(0x82, Buffer.from([0, 255, ...Buffer.from(handle), 254])),
      frame(0x81, 'x'.repeat(300)),
      frame(0x88, Buffer.from([3, 232]))
    ])
    const all = heard(stream, expected.length)
    resolve()
    expect(await all).toEqual(expected)
  })

  it.each([
    ['packed', Buffer.from([0xc1, 1, 1])],
    ['masked', Buffer.from([0x81, 0x81, 1, 2, 3, 4, 5])],
    ['endless', Buffer.from([0x82, 127, 0, 0, 1, 0, 0, 0, 0, 0])]
  ])('breaks where a message is %s', async (_, bytes) => {
    const vendor = await webSocketServer((socket) => socket.write(bytes))
    const { serve, host } = await house(vendor)
    const [near, { stream }] = serve()
    near.write(shake(host))
    near.resume()
    expect((await errorOf(stream)).message).toMatch(/is no WebSocket message|is larger than/)
  })

  it('may be refused by the vendor', async () => {
    const vendor = await rawServer((socket) => {
      socket.once('data', () => socket.write('HTTP/1.1 401 No\r\ncontent-length: 4\r\n\r\nnope'))
    })
    const { connect, host } = await house(vendor)
    expect(await talk(connect(), shake(host))).toMatch(/^HTTP\/1\.1 401 No\r\n[^]*\r\n\r\nnope$/)
  })

  it('is refused a credential of another host, and any place that is not listed', async () => {
    const vendor = await httpServer()
    const { connect, handle, scope } = await house(vendor, { egress: [{ host: 'a.example' }] })
    const host = `a.example:${vendor.port}`
    const answer = await talk(connect({ host: 'a.example' }), shake(host, `Cookie: a=${handle}\r\n`))
    expect(answer).toMatch(/^HTTP\/1\.1 403 the credential token of acme may not go to a\.example/)
    const other = await talk(connect({ host: 'b.example' }), shake(`b.example:${vendor.port}`))
    expect(other).toContain('egress_refused')
    expect(scope.warnings).toHaveLength(2)
    expect(vendor.connections()).toBe(0)
  })

  it('is refused to code that has real values', async () => {
    const vendor = await httpServer()
    const { connect, host } = await house(vendor, { revealed: true })
    expect(await talk(connect(), shake(host))).toContain('credential_unsearchable')
  })

  it('is over for both where it is for one', async () => {
    const vendor = await webSocketServer((socket) => void socket.resume())
    const { connect, host } = await house(vendor)
    const stream = connect()
    await opened(stream, shake(host))
    stream.destroy()
    await expect.poll(() => vendor.open()).toBe(0)
  })

  it('is the one protocol that may be changed to', async () => {
    const vendor = await httpServer()
    const { connect, host } = await house(vendor)
    const request = `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade, close\r\nUpgrade: h2c\r\nHTTP2-Settings: x\r\n\r\n`
    expect(await talk(connect(), request)).toMatch(/^HTTP\/1\.1 200 /)
    expect(vendor.received[0]?.rawHeaders.join()).not.toMatch(/upgrade|settings/i)
  })
})
