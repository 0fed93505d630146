import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { duplexPair, type Duplex } from 'node:stream'
import { describe, expect, it } from 'vitest'
import type { DoorScope } from '../door.ts'
import { audience, here, testDoor, testKeyring, testScope } from '../fixtures/scopes.ts'
import { httpServer, rawAnswer, rawServer, type TestServer } from '../fixtures/servers.ts'
import { serveConnection, type Place } from './serving.ts'

const TOKEN = 'xoxb-0123456789-abcdef'

/** A vendor on this machine, and code with a handle that may go there. */
async function house(vendor: TestServer, more: Partial<DoorScope> = {}, places: Parameters<typeof audience>[1] = {}) {
  const keyring = testKeyring()
  const home = audience([here(vendor)], places)
  const handle = keyring.mint(TOKEN, { app: 'acme', field: 'token', audience: home })
  const egress = [{ host: '127.0.0.1' }]
  const scope = testScope(keyring, { sandboxed: true, egress, ...more })
  const door = testDoor({ maxAnswerBytes: 10_000_000 })
  const connect = (place: Partial<Place> = {}): Duplex => {
    const [near, far] = duplexPair()
    serveConnection(door, scope, { host: '127.0.0.1', port: vendor.port, tls: false, ...place }, far)
    return near.on('error', () => undefined)
  }
  const host = `127.0.0.1:${vendor.port}`
  return { keyring, handle, scope, door, connect, host }
}

interface Answer {
  status: number | undefined
  reason: string | undefined
  headers: IncomingMessage['headers']
  raw: string[]
  body: string
  trailers: NodeJS.Dict<string>
}

async function send(stream: Duplex, host: string, options: RequestOptions = {}, body?: string | Buffer): Promise<Answer> {
  const request = httpRequest({ createConnection: () => stream, path: '/', setHost: false, ...options })
  if (options.headers === undefined || !('host' in options.headers)) request.setHeader('host', host)
  request.end(body)
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  const { statusCode: status, statusMessage: reason, headers, rawHeaders: raw, trailers } = response
  return { status, reason, headers, raw, body: Buffer.concat(chunks).toString(), trailers }
}

/** All that comes back to these bytes. */
async function talk(stream: Duplex, text: string): Promise<string> {
  stream.write(text, 'latin1')
  const chunks: Buffer[] = []
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  await new Promise<void>((resolve) => void stream.once('close', resolve).once('end', resolve))
  return Buffer.concat(chunks).toString('latin1')
}

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
})
