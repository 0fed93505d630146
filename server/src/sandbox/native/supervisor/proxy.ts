/**
 * The way out of a step written in Python or Bash: an HTTP proxy on loopback, which the variables that such programs read
 * name. A tunnel is answered, and its TLS ended here with a certificate of this process's own authority, so that what goes
 * to the server is requests in plain on connections that say where they lead. The server checks and sends each of them.
 *
 * Nothing here keeps code from anything: that is the server's part, and the network namespace's.
 */
import { timingSafeEqual } from 'node:crypto'
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { isIP, type AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { TLSSocket } from 'node:tls'
import type { Target } from '../../protocol/messages.ts'
import type { Authority } from './authority.ts'

export interface ProxyParts {
  authority: Authority
  /** What callers have to say as password: on a machine without a network of its own, others may call, too. */
  secret: string
  open: (target: Target) => Duplex
}

/** The first byte of a TLS record that says hello (RFC 8446, section 5.1). */
const HANDSHAKE = 0x16
const MAX_HEADER_BYTES = 64 * 1024
/** Said of the connection to this proxy. */
const OF_PROXY = new Set(['proxy-authorization', 'proxy-connection', 'connection', 'keep-alive', 'expect'])

/** Listens on loopback, and returns the port. */
export async function startProxy(parts: ProxyParts): Promise<number> {
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES, requestTimeout: 0, headersTimeout: 0 })
  const expected = Buffer.from(`Basic ${Buffer.from(`bellhop:${parts.secret}`).toString('base64')}`)
  server.on('request', (request, response) => {
    if (isKnown(request, expected)) forward(request, response, parts)
    else response.writeHead(407, { 'proxy-authenticate': 'Basic realm="bellhop"' }).end()
  })
  server.on('connect', (request, socket, head) => {
    socket.on('error', () => socket.destroy())
    if (isKnown(request, expected)) tunnel(request, socket, head, parts)
    else socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic realm="bellhop"\r\n\r\n')
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  return (server.address() as AddressInfo).port
}

function isKnown({ headers }: IncomingMessage, expected: Buffer): boolean {
  const given = Buffer.from(headers['proxy-authorization'] ?? '')
  return given.length === expected.length && timingSafeEqual(given, expected)
}

/** A request for an `http:` URL, in absolute form (RFC 9112, section 3.2.2). */
function forward(request: IncomingMessage, response: ServerResponse, { open }: ProxyParts): void {
  const url = URL.parse(request.url ?? '')
  const port = url?.port === '' ? 80 : Number(url?.port)
  if (url === null || url.protocol !== 'http:' || port === 0) {
    response.writeHead(400, { 'content-type': 'text/plain' }).end('a proxy takes absolute http: URLs, and CONNECT\n')
    return
  }
  const out = httpRequest({
    createConnection: () => open({ host: bare(url.hostname), port, tls: false }),
    method: request.method,
    path: url.pathname + url.search,
    headers: headersOf(request.rawHeaders),
    setHost: false
  })
  out.on('response', (answer) => {
    response.sendDate = false
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage, headersOf(answer.rawHeaders))
    answer.pipe(response)
    answer.on('error', () => response.destroy())
  })
  out.on('error', () => (response.headersSent ? response.destroy() : response.writeHead(502).end()))
  response.on('close', () => out.destroy())
  request.pipe(out)
}

function headersOf(raw: readonly string[]): string[] {
  const headers: string[] = []
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const [name = '', value = ''] = raw.slice(i, i + 2)
    if (!OF_PROXY.has(name.toLowerCase())) headers.push(name, value)
  }
  return headers
}

function tunnel(request: IncomingMessage, socket: Duplex, head: Buffer, { authority, open }: ProxyParts): void {
  const [, host, port] = /^(.{1,255}):(\d{1,5})$/.exec(request.url ?? '') ?? []
  if (host === undefined || Number(port) < 1 || Number(port) > 65_535) {
    socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')
    return
  }
  const target = { host: bare(host), port: Number(port) }
  socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
  const begin = (first: Buffer): void => {
    socket.pause()
    socket.unshift(first)
    if (first[0] === HANDSHAKE) join(secured(socket, authority, target.host), open({ ...target, tls: true }))
    else join(socket, open({ ...target, tls: false }))
  }
  if (head.length > 0) begin(head)
  else socket.once('data', begin)
}

function secured(socket: Duplex, authority: Authority, host: string): Duplex {
  return new TLSSocket(socket, {
    isServer: true,
    secureContext: authority.contextFor(isIP(host) === 0 ? host.toLowerCase() : host),
    ALPNProtocols: ['http/1.1']
  })
}

/** Either way; what ends one ends the other. */
function join(near: Duplex, far: Duplex): void {
  for (const [one, other] of [
    [near, far],
    [far, near]
  ] as const) {
    one.pipe(other)
    one.on('error', () => other.destroy())
    one.on('close', () => other.destroy())
  }
}

function bare(host: string): string {
  return host.startsWith('[') ? host.slice(1, -1) : host
}
