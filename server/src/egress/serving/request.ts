/** One request of sandboxed code, from its head to the end of its answer. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Door, DoorScope, Relaying } from '../door.ts'
import type { Writable } from 'node:stream'
import type { Exchange, RawHeader } from '../exchange.ts'
import type { RelayedAnswer } from '../relayed-answer.ts'
import type { Draft } from '../request.ts'
import { readBody, type Body } from './body.ts'
import { Holding, type Connection } from './connection.ts'
import { refuse } from './refusal.ts'
import { writtenAnew } from './written-anew.ts'

/** What is said of a connection is said of the vendor's, not of this one (RFC 9110, section 7.6.1). */
const OF_CONNECTION: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade'
])

/** Longest body that is worth a copy. */
const ONE_PIECE = 32 * 1024

/** Answers the request; what goes wrong is part of the answer. */
export async function serveRequest(
  connection: Connection,
  request: IncomingMessage,
  response: ServerResponse
): Promise<void> {
  let exchange: Exchange | undefined
  const begun = (begun: Exchange): void => {
    exchange = begun
    if (response.closed) begun.abandon()
  }
  response.on('close', () => {
    if (!response.writableFinished) exchange?.abandon()
  })
  const holding = new Holding(connection.scope)
  try {
    await reply(connection, response, await relay(connection, request, response, { begun, hold: holding.take }))
  } catch (error) {
    connection.busy = false
    refuse(connection, response, error)
  } finally {
    holding.release()
  }
  // The vendor may have answered without reading it all.
  request.resume()
}

async function relay(
  { door, scope, target }: Connection,
  request: IncomingMessage,
  response: ServerResponse,
  relaying: Relaying
): Promise<RelayedAnswer> {
  const draft = writtenAnew(incoming(request), target)
  const { 'content-length': declared, 'transfer-encoding': encoding, expect } = request.headers
  const length = declared === undefined ? undefined : Number(declared)
  if (encoding === undefined && (length === undefined || length === 0)) return door.relay(scope, draft, relaying)
  if (expect !== undefined) response.writeContinue()
  const body = await readBody({ stream: request, length }, draft, scope, relaying.hold)
  return relayWith(door, scope, draft, body, relaying)
}

/** Sends a request with its body. */
export function relayWith(
  door: Door,
  scope: DoorScope,
  draft: Draft,
  body: Body,
  relaying: Relaying
): Promise<RelayedAnswer> {
  const { stream } = body
  return door.relay(scope, withBody(draft, body), stream === undefined ? relaying : { ...relaying, body: stream })
}

export function incoming({ method = '', url = '', rawHeaders }: IncomingMessage): Parameters<typeof writtenAnew>[0] {
  const headers: RawHeader[] = []
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) headers.push([rawHeaders[i] ?? '', rawHeaders[i + 1] ?? ''])
  return { method, url, headers }
}

function withBody(draft: Draft, { whole, length }: Body): Draft {
  if (whole !== undefined) return { ...draft, body: whole }
  if (length === undefined) return draft
  return { ...draft, headers: [...draft.headers, ['content-length', String(length)]] }
}

/** Hands an answer on. */
export async function reply(connection: Connection, response: ServerResponse, answer: RelayedAnswer): Promise<void> {
  const { status, statusText, whole, stream } = answer
  const bytes = whole?.bytes()
  const headers = headersOf(answer.headers)
  if (bytes !== undefined) headers.push('content-length', String(bytes.length))
  response.sendDate = false
  response.writeHead(status, bytesOf(statusText), headers)
  if (stream !== undefined) {
    response.flushHeaders()
    await pour(stream, response)
    response.addTrailers(answer.trailers().map(([name, value]): [string, string] => [name, bytesOf(value)]))
  }
  connection.busy = false
  if (bytes === undefined || bytes.length > ONE_PIECE) response.end(bytes)
  // Head and body leave in one piece where both are text of one byte a character.
  else response.end(bytes.toString('latin1'), 'latin1')
}

export async function pour(stream: AsyncIterable<Uint8Array>, response: Writable): Promise<void> {
  for await (const chunk of stream) {
    if (response.destroyed) return
    if (chunk.length > 0 && !response.write(chunk)) await drained(response)
  }
}

/** Resolves when there is room again, or nobody who would need it. */
function drained(response: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done).off('close', done)
      resolve()
    }
    response.on('drain', done).on('close', done)
  })
}

export function headersOf(raw: readonly RawHeader[]): string[] {
  return handedOn(raw).flat()
}

/** Without what is said of the vendor's connection; values as they go on the wire. */
export function handedOn(raw: readonly RawHeader[]): RawHeader[] {
  const headers: RawHeader[] = []
  for (const [name, value] of raw) if (!OF_CONNECTION.has(name.toLowerCase())) headers.push([name, bytesOf(value)])
  return headers
}

/** Text as it goes on the wire: one character a byte. */
function bytesOf(text: string): string {
  return /[\x80-\uffff]/.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text
}
