/**
 * The stand-in for vendors' APIs: Acme's (invented), and as much of Slack's and GitHub's as the first-party actions
 * use. Every customer has a token of their own, and nothing is served without one. The demo calls it, and the tests use
 * it as a judge: it records every call's start and end, and misbehaves on request. It binds to loopback only.
 *
 * Who owns what: `Customers` the tokens, `CallLog` the record, `Rules` the misbehaviour; a request passes through them
 * in `answer`, in that order.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Acme } from './acme.ts'
import { Rules, type Behaviour, type Held, type Match } from './behaviour.ts'
import { CallLog, type Call } from './calls.ts'
import { Customers, DEMO_TOKENS } from './customers.ts'
import { echo } from './echo.ts'
import { GitHub } from './github.ts'
import { send } from './send.ts'
import { Slack } from './slack.ts'
import { readBody, readFields, type JsonObject, type Reply, type Visit } from './visit.ts'

export type { Behaviour, Held, Match } from './behaviour.ts'
export type { Call } from './calls.ts'
export { DEMO_TOKENS } from './customers.ts'
export { ECHO_ENCODINGS, ECHO_PLACES, type Echo, type EchoEncoding, type EchoPlace } from './echo.ts'

export interface VendorOptions {
  /** Default 0: any free port. */
  port?: number
  /** Customer's name → token. Default: the demo's. */
  tokens?: Readonly<Record<string, string>>
  /** Lets any token in, as the customer `anyone`. Default false. */
  anyone?: boolean
  /** How many calls are remembered, the latest. Default 100,000; 0 only counts. */
  keepCalls?: number
}

export interface Vendor {
  /** `http://127.0.0.1:<port>` */
  readonly url: string
  /** The remembered calls in the order of their starts; live, so that a call's end appears in it. */
  readonly calls: readonly Call[]
  /** How many calls there were, remembered or not. */
  readonly total: number
  /** The latest messages that Slack's part took, oldest first: customer, channel, text, ts. */
  readonly messages: readonly JsonObject[]
  /** Lets a customer in from now on. A customer may have several tokens. */
  admit(customer: string, token: string): void
  /** Misbehaves for matching calls. Returns the function that ends it. */
  behave(match: Match, behaviour: Behaviour): () => void
  /** Holds matching calls until released, before anything is done for them. */
  hold(match: Match): Held
  /** Forgets calls and rules; customers and their records stay. */
  reset(): void
  /** Ends every connection. Resolves when the port is free. */
  close(): Promise<void>
}

/** @throws the server's own error when the port is taken */
export async function startVendor(options: VendorOptions = {}): Promise<Vendor> {
  const customers = new Customers(options.tokens ?? DEMO_TOKENS, options.anyone ?? false)
  const log = new CallLog(options.keepCalls ?? 100_000)
  const rules = new Rules()
  const slack = new Slack()
  const house: House = { customers, log, rules, apis: [slack, new GitHub(), new Acme(customers)] }
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    // A caller that goes away in the middle is part of what is tested; its response has nobody to go to.
    serve(house, request, response).catch(() => response.destroy())
  })
  const url = await listen(server, options.port ?? 0)
  return {
    url,
    get calls() {
      return log.calls
    },
    get total() {
      return log.total
    },
    get messages() {
      return slack.messages
    },
    admit: (customer, token) => customers.admit(customer, token),
    behave: (match, behaviour) => rules.add(match, behaviour),
    hold: (match) => rules.hold(match),
    reset() {
      log.forget()
      rules.clear()
    },
    close: () => close(server)
  }
}

interface House {
  customers: Customers
  log: CallLog
  rules: Rules
  apis: readonly { handle(visit: Visit): Reply | undefined }[]
}

async function serve(house: House, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [path = '/', search] = (request.url ?? '/').split('?', 2)
  if (path === '/calls') return send(response, report(house.log, new URLSearchParams(search)), {})
  const call = house.log.begin(request, response, path)
  const body = await readBody(request)
  if (body === undefined) return send(response, { status: 413 }, {})
  const visit = visitOf(house.customers, request, path, search, body)
  call.customer = visit.customer ?? null
  const behaviour = await house.rules.of(visit, call)
  await answer(house, visit, behaviour, response)
}

async function answer(house: House, visit: Visit, behaviour: Behaviour, response: ServerResponse): Promise<void> {
  if (behaviour.delayMs !== undefined) await sleep(behaviour.delayMs)
  if (behaviour.hangUp === 'before') return void response.destroy()
  const reply = said(house, visit, behaviour)
  if (behaviour.hangUp === 'after') return void response.destroy()
  await send(response, echo(reply, behaviour.echo ?? [], visit.token ?? ''), behaviour)
}

/** What the API says, or what it was told to say instead. */
function said(house: House, visit: Visit, behaviour: Behaviour): Reply {
  const { status, redirect, headers = {} } = behaviour
  const body = bodyOf(behaviour)
  if (redirect !== undefined) return { status: status ?? 307, headers: { ...headers, location: redirect } }
  if (status !== undefined)
    return { status, headers, body: { error: { code: 'told_to', message: 'as told' } }, ...body }
  const reply = route(house, visit)
  return { ...reply, headers: { ...reply.headers, ...headers }, ...body }
}

function bodyOf({ body, raw }: Behaviour): Pick<Reply, 'body' | 'raw'> {
  return { ...(body === undefined ? {} : { body }), ...(raw === undefined ? {} : { raw }) }
}

function route(house: House, visit: Visit): Reply {
  for (const api of house.apis) {
    const reply = api.handle(visit)
    if (reply !== undefined) return reply
  }
  return { status: 404, body: { error: { code: 'not_found', message: 'there is nothing at this path' } } }
}

function visitOf(
  customers: Customers,
  request: IncomingMessage,
  path: string,
  search: string | undefined,
  body: Buffer
): Visit {
  const visit = {
    method: request.method ?? 'GET',
    path,
    query: new URLSearchParams(search),
    headers: request.headers,
    fields: readFields(body, request.headers['content-type']),
    origin: `http://${request.headers.host ?? ''}`
  }
  return { ...visit, ...customers.identify(visit) }
}

/** `GET /calls?run=…&key=…&step=…`: the record, for judges in another process. */
function report(log: CallLog, query: URLSearchParams): Reply {
  const wanted = (['run', 'key', 'step'] as const).filter((name) => query.has(name))
  const calls = log.calls.filter((call) => wanted.every((name) => call[name] === query.get(name)))
  return { status: 200, body: { total: log.total, calls } }
}

async function listen(server: Server, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      resolve()
    })
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeAllConnections()
  await closed
}
