/** What a server can do to a connection before there is one: stand-ins that go no further than the first bytes. */
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import type { JsonObject } from '@bellhop/sdk'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { StoreKind } from '../store.ts'
import { mysql } from './mysql/mysql.ts'
import { postgres } from './postgres/postgres.ts'
import { OpenedStore } from './testing/opened.ts'

/** Listens on the loopback; what arrives is kept. */
async function server(greet: (socket: Socket) => void): Promise<{ port: number; received: () => string }> {
  const sockets = new Set<Socket>()
  let received = ''
  const listening = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('data', (chunk) => void (received += chunk.toString('latin1')))
    greet(socket)
  })
  await once(listening.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    listening.close()
  })
  return { port: (listening.address() as AddressInfo).port, received: () => received }
}

async function faultOf(kind: StoreKind, more: JsonObject): Promise<unknown> {
  const login = { host: 'localhost', database: 'shop', user: 'reader', password: 'the-password-of-the-reader' }
  const store = new OpenedStore(kind, { ...login, query: 'select a from b where c = $1', ...more })
  onTestFinished(() => store.close())
  return store.lookUp('acme').then(
    () => undefined,
    (error: unknown) => error
  )
}

describe.each([
  ['PostgreSQL', postgres],
  ['MySQL', mysql]
])('%s', (_, kind) => {
  test('that says nothing is given up after the timeout', async () => {
    const { port } = await server(() => undefined)
    expect(await faultOf(kind, { port, timeout: '200ms' })).toMatchObject({ code: 'store_slow', retryable: true })
  })

  test('that hangs up is tried again', async () => {
    const { port } = await server((socket) => socket.destroy())
    expect(await faultOf(kind, { port })).toMatchObject({ code: 'store_unreachable', retryable: true })
  })

  test('that is another kind of server is not taken for one', async () => {
    const { port } = await server((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    expect(await faultOf(kind, { port, timeout: '2s' })).toMatchObject({
      code: expect.stringMatching(/^store_(unreachable|slow|tls)$/) as string
    })
  })
})

test('PostgreSQL without TLS gets no password when TLS is asked for', async () => {
  const { port, received } = await server((socket) => socket.once('data', () => socket.write('N')))
  const fault = await faultOf(postgres, { port, tls: 'require' })
  expect(fault).toMatchObject({ code: 'store_tls', retryable: false })
  expect(received()).not.toContain('reader')
})

test('MySQL without TLS gets no password when TLS is asked for', async () => {
  // A greeting of protocol 10 that offers no TLS.
  const greeting = Buffer.concat([
    Buffer.from('\x0a8.4.0\0\x01\0\0\0saltsalt\0\xff\xf7\xff\x02\0\xff\xdf\x15', 'latin1'),
    Buffer.alloc(10),
    Buffer.from('saltsaltsalt\0caching_sha2_password\0', 'latin1')
  ])
  const { port, received } = await server((socket) => {
    socket.write(Buffer.concat([Buffer.from([greeting.length, 0, 0, 0]), greeting]))
  })
  const fault = await faultOf(mysql, { port, tls: 'require' })
  expect(fault).toMatchObject({ code: 'store_tls', retryable: false })
  expect(received()).not.toContain('reader')
})
