/**
 * A request of sandboxed code that came as a message, with its bodies on a stream and no HTTP in between. What the message
 * says is as little to be believed as what stands on a connection, and goes the same way: checked, written anew, relayed.
 * Keeps I6, and rule 4 of the door.
 */
import type { Duplex } from 'node:stream'
import { Fault } from '@bellhop/sdk'
import type { Relaying } from '../door.ts'
import type { Exchange } from '../exchange.ts'
import { nameOf, type Target } from '../hosts.ts'
import { isTunnel } from '../listing.ts'
import type { RelayedAnswer } from '../relayed-answer.ts'
import { readBody, type Body } from './body.ts'
import { Holding, MAX_HEADER_BYTES, type Asked, type Connection } from './connection.ts'
import { refuseAsked } from './refusal.ts'
import { handedOn, pour, relayWith } from './request.ts'
import { writtenAnew, type Incoming } from './written-anew.ts'

/** A parser of HTTP would take more methods; who wants them has a connection. */
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
const PATH = /^\/[\x21-\x7e]*$/

/** Answers the request; what goes wrong is part of the answer. */
export async function serveAsked(connection: Connection, asked: Asked): Promise<void> {
  const { scope, stream } = connection
  let exchange: Exchange | undefined
  const begun = (begun: Exchange): void => {
    exchange = begun
    if (stream.destroyed) begun.abandon()
  }
  // Where the answer is over, there is nothing left to give up.
  stream.on('close', () => exchange?.abandon())
  const holding = new Holding(scope)
  let answer: Asked['answer'] | undefined = asked.answer
  try {
    const relayed = await relay(connection, asked, { begun, hold: holding.take })
    answer = undefined
    await reply(stream, asked, relayed)
  } catch (error) {
    refuseAsked(connection, answer, error)
  } finally {
    holding.release()
  }
  // The vendor may have answered without reading it all.
  stream.resume()
}

async function relay(
  { door, scope, target, stream }: Connection,
  asked: Asked,
  relaying: Relaying
): Promise<RelayedAnswer> {
  if (isTunnel(scope.egress ?? [], target)) throw bad('bad_request', target, 'in words, where bytes pass as they are')
  const draft = writtenAnew(incoming(asked, target), target)
  const { length } = asked
  if (length === undefined || length === 0) return door.relay(scope, draft, relaying)
  const from = { stream, length: length === -1 ? undefined : length }
  const body = await readBody(from, draft, scope, relaying.hold)
  checkLength(body, length, target)
  return relayWith(door, scope, draft, body, relaying)
}

/** @throws Fault `bad_request`, `bad_request_method`, `bad_request_url` */
function incoming({ method, path, headers }: Asked, target: Target): Incoming {
  if (!METHODS.has(method)) throw bad('bad_request_method', target, 'with a method that is none')
  if (!PATH.test(path)) throw bad('bad_request_url', target, 'for what is no path')
  const size = headers.reduce((sum, [name, value]) => sum + name.length + value.length, path.length)
  if (size > MAX_HEADER_BYTES) throw bad('bad_request', target, `with a head of more than ${MAX_HEADER_BYTES} bytes`)
  // One that the code names besides makes two, which is refused.
  return { method, url: path, headers: [['host', nameOf(target)], ...headers] }
}

/** What streams, the door's own connection holds to what was said. */
function checkLength({ whole }: Body, length: number, target: Target): void {
  if (whole === undefined || length === -1 || whole.length === length) return
  throw bad('bad_request', target, 'with a body of another length than it said')
}

function bad(code: string, target: Target, how: string): Fault {
  return new Fault(code, `${nameOf(target)} was asked ${how}`, { status: 400 })
}

/** Hands an answer on. */
async function reply(stream: Duplex, asked: Asked, { status, statusText, ...answer }: RelayedAnswer): Promise<void> {
  const bytes = answer.whole?.bytes()
  const headers = handedOn(answer.headers)
  if (bytes !== undefined) headers.push(['content-length', String(bytes.length)])
  asked.answer({ status, statusText, headers })
  if (answer.stream !== undefined) await pour(answer.stream, stream)
  stream.end(bytes)
}
