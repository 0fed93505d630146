/** One request of a component under test: read, put through the door, recorded, answered. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { Fault } from '../fault.ts'
import type { Json, JsonObject } from '../json.ts'
import type { Passing, TestDoor } from './door.ts'
import type { Target } from './network.ts'

/** A request as it arrives at the vendor: handles that the door reveals are secrets again. */
export interface SentRequest {
  method: string
  /** With its query, in full. */
  url: string
  /** Lower-case names. */
  headers: Readonly<Record<string, string>>
  /** JSON and forms read, other text as it is, bytes that are no text as such; undefined for none. */
  body: Json | Uint8Array | undefined
}

/** What the test answers to a request; without an answer it goes to a server of the test, if that is where it goes. */
export type Answer = (request: SentRequest) => Response | undefined | Promise<Response | undefined>

/** What the requests of one run have to do with. */
export interface Exchanges {
  door: TestDoor
  answer: Answer
  requests: SentRequest[]
  /** What the test itself did wrong: it is told in the end, whatever the code made of it. */
  mistakes: unknown[]
}

/** Serves one request. What the door or the test refuses, the code sees as the error of its connection. */
export async function exchange(
  { door, answer, requests, mistakes }: Exchanges,
  target: Target,
  request: IncomingMessage,
  response: ServerResponse,
  client: Duplex
): Promise<void> {
  try {
    const { method = 'GET' } = request
    const url = new URL(request.url ?? '/', origin(target))
    const sent = door.revealed({ url, headers: headersOf(request, url), body: await buffer(request) })
    const seen = { method, url: sent.url.href, headers: sent.headers, body: read(sent) }
    requests.push(seen)
    const answered = await answerOf(answer, seen, mistakes)
    await say(response, door, answered ?? (await forward(method, sent)))
  } catch (error) {
    client.destroy(error as Error)
  }
}

function origin({ host, port, tls }: Target): string {
  return `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** How a message is put on the wire, which is between two neighbours. */
const BETWEEN = new Set(['connection', 'keep-alive', 'transfer-encoding'])

function headersOf({ headersDistinct }: IncomingMessage, { host }: URL): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, values] of Object.entries(headersDistinct)) {
    if (!BETWEEN.has(name)) headers[name] = values?.join(', ') ?? ''
  }
  // Whatever the code says, the door says where it goes.
  return { ...headers, host }
}

function read({ headers, body }: Passing): SentRequest['body'] {
  if (body.length === 0) return undefined
  const { 'content-type': type = '' } = headers
  const text = body.toString()
  if (!Buffer.from(text).equals(body)) return new Uint8Array(body)
  if (type.includes('x-www-form-urlencoded')) return readForm(new URLSearchParams(text))
  if (!/\bjson\b/.test(type)) return text
  try {
    return JSON.parse(text) as Json
  } catch {
    return text
  }
}

/** A name that is there more than once has a list. */
function readForm(form: URLSearchParams): JsonObject {
  return Object.fromEntries(
    [...new Set(form.keys())].map((name) => {
      const [first = '', ...more] = form.getAll(name)
      return [name, more.length === 0 ? first : [first, ...more]]
    })
  )
}

async function answerOf(answer: Answer, seen: SentRequest, mistakes: unknown[]): Promise<Response | undefined> {
  try {
    const answered = await answer(seen)
    const { hostname, origin, pathname } = new URL(seen.url)
    if (answered !== undefined || LOOPBACK.test(hostname)) return answered
    throw new Fault('test_no_answer', `the test has no answer to ${seen.method} ${origin}${pathname}`, {
      hint: 'Return a Response for it from `answer`, or lead the app to a server of the test with `baseUrls`.'
    })
  } catch (error) {
    mistakes.push(error)
    throw error
  }
}

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

/** To a server of the test. Nothing goes out to the world by accident. */
async function forward(method: string, { url, headers, body }: Passing): Promise<Response> {
  const { host: _host, 'content-length': _length, expect: _expect, ...rest } = headers
  return fetch(url, {
    method,
    headers: rest,
    redirect: 'manual',
    ...(body.length === 0 ? {} : { body: new Uint8Array(body) })
  })
}

/** Statuses whose answers have no body. */
const EMPTY = new Set([204, 205, 304])
/** What says how the body was sent, which is sent anew, and not compressed. */
const ANEW = new Set([...BETWEEN, 'content-length', 'content-encoding', 'set-cookie'])

async function say(response: ServerResponse, door: TestDoor, answered: Response): Promise<void> {
  const body = door.scrubbed(Buffer.from(await answered.arrayBuffer()))
  for (const [name, value] of answered.headers) if (!ANEW.has(name)) response.setHeader(name, door.scrub(value))
  const cookies = answered.headers.getSetCookie().map((cookie) => door.scrub(cookie))
  if (cookies.length > 0) response.setHeader('set-cookie', cookies)
  response.statusCode = answered.status
  if (answered.statusText !== '') response.statusMessage = door.scrub(answered.statusText)
  if (EMPTY.has(answered.status)) response.end()
  else response.setHeader('content-length', body.length).end(body)
}
