/**
 * WebSockets: the handshake is a request like any other, credentials in its headers included. Afterwards nothing is
 * revealed any more; what comes back is scrubbed.
 */
import type { IncomingMessage } from 'node:http'
import { Fault } from '@bellhop/sdk'
import type { Relaying } from '../door.ts'
import type { Exchange } from '../exchange.ts'
import { nameOf } from '../hosts.ts'
import type { RelayedAnswer } from '../relayed-answer.ts'
import { Holding, type Connection } from './connection.ts'
import { http } from './http.ts'
import { ScrubbedMessages } from './messages.ts'
import { refuse } from './refusal.ts'
import { headersOf, incoming, reply } from './request.ts'
import { join } from './tunnel.ts'
import { writtenAnew } from './written-anew.ts'

/** Whether a request asks for the one protocol that it may change to. */
export function wantsWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket'
}

/** Answers the handshake, and carries what follows it. */
export async function serveUpgrade(connection: Connection, request: IncomingMessage, early: Buffer): Promise<void> {
  const { stream } = connection
  const response = new http.ServerResponse(request)
  response.shouldKeepAlive = false
  const holding = new Holding(connection.scope)
  let exchange: Exchange | undefined
  stream.on('close', () => exchange?.abandon())
  try {
    const answer = await relay(connection, request, { begun: (begun) => (exchange = begun), hold: holding.take })
    if (answer.upgraded !== undefined) return carry(connection, answer, early)
    response.assignSocket(stream as IncomingMessage['socket'])
    response.on('finish', () => stream.end())
    await reply(connection, response, answer)
  } catch (error) {
    if (response.socket === null) response.assignSocket(stream as IncomingMessage['socket'])
    response.on('finish', () => stream.end())
    refuse(connection, response, error)
  } finally {
    holding.release()
  }
}

function relay(
  { door, scope, target }: Connection,
  request: IncomingMessage,
  relaying: Relaying
): Promise<RelayedAnswer> {
  if (scope.revealed === true) throw unsearchable(nameOf(target))
  const { headers, ...draft } = writtenAnew(incoming(request), target)
  // Compressed messages could not be searched.
  const plain = headers.filter(([name]) => name !== 'sec-websocket-extensions')
  return door.relay(scope, { ...draft, headers: plain, upgrade: 'websocket' }, relaying)
}

function carry({ stream, scope, target }: Connection, answer: RelayedAnswer, early: Buffer): void {
  const { status, statusText, headers, upgraded: far } = answer
  if (far === undefined) return
  const lines = [`HTTP/1.1 ${status} ${statusText}`, 'Connection: Upgrade', 'Upgrade: websocket']
  const raw = headersOf(headers)
  for (let i = 0; i + 1 < raw.length; i += 2) lines.push(`${raw[i]}: ${raw[i + 1]}`)
  stream.write(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
  if (early.length > 0) stream.unshift(early)
  join(stream, far, target, scope.signal, new ScrubbedMessages(scope.keyring, target))
}

function unsearchable(where: string): Fault {
  return new Fault('credential_unsearchable', `code that has real credentials may open no WebSocket to ${where}`, {
    hint: 'Open it in a step without `reveal`, with a handle in its headers.'
  })
}
