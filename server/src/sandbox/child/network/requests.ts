/**
 * The requests of Node's own `fetch`, without HTTP between the code and the server: the head travels as a message, the bodies
 * on a stream beside it. Nothing of `fetch` is replaced but its last step, where its agent would write to a connection.
 *
 * What is out of the ordinary goes the agent's own way, over a connection: other callers of the agent, protocols on top of
 * HTTP, headers that speak of the connection, and all of a call some of whose connections pass bytes as they are.
 */
import diagnostics from 'node:diagnostics_channel'
import { addressed } from './names.ts'
import type { OpenMessage, RequestHead } from '../../protocol/messages.ts'
import type { ChildChannel } from '../channel.ts'
import { Exchange } from './exchange.ts'

export interface Agent {
  dispatch(options: object, handler: object): boolean
  closed?: boolean
  destroyed?: boolean
}

interface Asked {
  message: Required<OpenMessage>
  body: AsyncGenerator<Uint8Array> | null
}

/** What `fetch` says of a request, and nobody else does. */
const MARK = '__mockAgentBodyForDispatch'
const KNOWN: ReadonlySet<string> = new Set(['path', 'origin', 'method', 'body', 'headers', MARK])
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
/** Where undici tells of requests that it writes itself: https://nodejs.org/api/diagnostics_channel.html */
const TOLD = ['request:create', 'request:bodySent', 'request:headers', 'request:trailers', 'request:error']
  .concat('request:bodyChunkSent', 'request:bodyChunkReceived', 'client:connected', 'client:connectError')
  .concat('client:sendHeaders')
  .map((name) => diagnostics.channel(`undici:${name}`))
/** Headers that say where a request goes, or how the connection is used. */
const OF_CONNECTION =
  /^(?:host|connection|keep-alive|upgrade|transfer-encoding|expect|te|trailer|http2-settings|proxy-.*)$/i
const ORIGIN = /^(https?):\/\/(?:\[([\da-f:.]+)\]|([^[\]:/?#@\\\s]+))(?::(\d{1,5}))?$/
/** Longer ones are left to who knows what to say of them. */
const LONGEST_HEAD = 32 * 1024

/** Has what `fetch` sends by this agent go out as messages. */
export function sendAsMessages(agent: Agent, channel: ChildChannel): void {
  const dispatch = agent.dispatch.bind(agent)
  agent.dispatch = (options, handler) => {
    const ended = agent.closed === true || agent.destroyed === true
    const asked = ended || isWatched() || !channel.takesRequests() ? undefined : read(options)
    if (asked === undefined) return dispatch(options, handler)
    new Exchange(channel, asked.message, handler).start(asked.body, asked.message.request.length)
    return true
  }
}

function isWatched(): boolean {
  return TOLD.some(({ hasSubscribers }) => hasSubscribers)
}

/** A request of `fetch`; undefined where it is another's, or not quite as usual. */
function read(options: object): Asked | undefined {
  const given = options as Record<string, unknown>
  if (!(MARK in given)) return undefined
  for (const key in given) if (!KNOWN.has(key) && given[key] !== undefined && given[key] !== 0) return undefined
  const { origin, path, method, body } = given
  if (typeof origin !== 'string' || typeof path !== 'string' || typeof method !== 'string') return undefined
  if (!path.startsWith('/') || !METHODS.has(method) || !isBody(body)) return undefined
  const target = targetOf(origin)
  const request = headOf(method, path, given['headers'], body !== null)
  return target === undefined || request === undefined ? undefined : { message: { ...target, request }, body }
}

function isBody(body: unknown): body is Asked['body'] {
  return body === null || Object.prototype.toString.call(body) === '[object AsyncGenerator]'
}

function targetOf(origin: string): Omit<OpenMessage, 'request'> | undefined {
  const [, scheme, address, name = address ?? '', port] = ORIGIN.exec(origin) ?? []
  // An address that stands for a name is none that a request may go to.
  if (scheme === undefined || addressed(name)) return undefined
  const tls = scheme === 'https'
  return { host: name, port: port === undefined ? (tls ? 443 : 80) : Number(port), tls }
}

function headOf(method: string, path: string, given: unknown, hasBody: boolean): RequestHead | undefined {
  if (typeof given !== 'object' || given === null) return undefined
  const headers: [string, string][] = []
  let length = hasBody ? -1 : 0
  let size = path.length
  for (const [name, value] of Object.entries(given as Record<string, unknown>)) {
    if (typeof value !== 'string' || OF_CONNECTION.test(name)) return undefined
    size += name.length + value.length
    if (name.toLowerCase() !== 'content-length') headers.push([name, value])
    else if (!/^\d{1,15}$/.test(value)) return undefined
    else length = Number(value)
  }
  if (size > LONGEST_HEAD || (!hasBody && length !== 0)) return undefined
  return hasBody ? { method, path, headers, length } : { method, path, headers }
}
