/**
 * The network of sandboxed code: each connection that it opens is served here, and nothing of what it sends goes out as
 * it is. Node's own parser reads the requests, each is checked, written anew and sent through the door, and its answer
 * comes back decoded and scrubbed.
 *
 * Who owns what: the caller owns the stream until it is handed over, then it is this module's, which ends it. One server
 * serves all connections of this process; it never listens. Keeps I6, and rule 4 of the door.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { isIPv6 } from 'node:net'
import type { Duplex } from 'node:stream'
import { Fault } from '@bellhop/sdk'
import type { Door, DoorScope } from '../door.ts'
import { nameOf, type Target } from '../hosts.ts'
import { isTunnel } from '../listing.ts'
import { parseUrl } from '../request.ts'
import { serveAsked } from './asked.ts'
import { MAX_HEADER_BYTES, type Asked, type Connection } from './connection.ts'
import { http } from './http.ts'
import { breakOff, refuseRaw } from './refusal.ts'
import { serveRequest } from './request.ts'
import { serveTunnel } from './tunnel.ts'
import { serveUpgrade, wantsWebSocket } from './upgrade.ts'

/** Where a connection of sandboxed code goes. */
export interface Place {
  host: string
  /** 1 to 65535. */
  port: number
  /** Whether the code means to speak TLS there: the door does, and plain bytes are on the stream. */
  tls: boolean
}

/** Until the first request of a connection. */
const SILENCE_MS = 5_000
const connections = new WeakMap<Duplex, Connection>()
let shared: Server | undefined

/**
 * Serves the requests that sandboxed code sends on one connection. Whatever becomes of it, the stream is ended.
 * @param asked the request that the stream is for, where it is no connection
 */
export function serveConnection(door: Door, scope: DoorScope, place: Place, stream: Duplex, asked?: Asked): void {
  stream.on('error', () => undefined)
  try {
    const connection: Connection = { door, scope, target: targetOf(place), stream, busy: false }
    if (asked !== undefined) return void serveAsked(connection, asked)
    if (isTunnel(scope.egress ?? [], connection.target)) return void serveTunnel(connection)
    connections.set(stream, connection)
    listen(connection)
    shared ??= makeServer()
    shared.emit('connection', stream)
  } catch (error) {
    stream.destroy(error instanceof Fault ? error : new Fault('bad_request_url', 'the connection leads nowhere'))
  }
}

/** In some protocols the server speaks first; whoever waits for that here is told that it will not. */
function listen(connection: Connection): void {
  const { stream } = connection
  const timer = setTimeout(() => breakOff(connection, notHttp(connection, 'nothing was sent')), SILENCE_MS)
  const heard = (): void => {
    clearTimeout(timer)
    delete connection.heard
  }
  connection.heard = heard
  stream.once('close', heard)
}

/** @throws Fault `bad_request_url` */
function targetOf({ host, port, tls }: Place): Target {
  const authority = isIPv6(host) ? `[${host}]` : host
  if (/[/?#@\\\s]/.test(authority)) throw new Fault('bad_request_url', 'the host of a connection is none')
  return parseUrl(`${tls ? 'https' : 'http'}://${authority}:${port}/`).target
}

function makeServer(): Server {
  const server = http.createServer({
    // The code's own answers say what is missing; and how long it takes is its own affair.
    requireHostHeader: false,
    requestTimeout: 0,
    headersTimeout: 0,
    keepAliveTimeout: 0,
    maxHeaderSize: MAX_HEADER_BYTES,
    insecureHTTPParser: false,
    // A request that asks for anything else is answered as if it did not.
    shouldUpgradeCallback: wantsWebSocket
  })
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    const connection = connections.get(request.socket)
    if (connection === undefined) return
    connection.heard?.()
    if (connection.busy) return breakOff(connection, tooEarly(connection))
    connection.busy = true
    void serveRequest(connection, request, response)
  }
  server.on('request', serve)
  server.on('checkContinue', serve)
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, early: Buffer) => {
    withConnection(stream, (connection) => {
      if (connection.busy) breakOff(connection, tooEarly(connection))
      else void serveUpgrade(connection, request, early)
    })
  })
  server.on('connect', ({ socket }: IncomingMessage) => {
    withConnection(socket, (connection) => {
      refuseRaw(connection, badRequest(connection, 'was asked for a tunnel, as if it were a proxy'))
    })
  })
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code?.startsWith('HPE_') !== true || !socket.writable) return void socket.destroy()
    withConnection(socket, (connection) => {
      if (error.code === 'HPE_INVALID_METHOD') breakOff(connection, notHttp(connection, 'what was sent is not HTTP'))
      else refuseRaw(connection, badRequest(connection, 'was sent something that does not follow HTTP'))
    })
  })
  return server
}

function withConnection(stream: Duplex, act: (connection: Connection) => void): void {
  const connection = connections.get(stream)
  if (connection === undefined) return
  connection.heard?.()
  act(connection)
}

function tooEarly(connection: Connection): Fault {
  return badRequest(connection, 'was sent another request before the answer')
}

function badRequest({ target }: Connection, what: string): Fault {
  return new Fault('bad_request', `${nameOf(target)} ${what}`, { status: 400 })
}

function notHttp({ target }: Connection, what: string): Fault {
  return new Fault('not_http', `a connection to ${nameOf(target)} was given up: ${what}`, {
    hint: `List tcp://${target.host}:${target.port} under \`egress\` in the settings of the workflow for what is not HTTP.`
  })
}
