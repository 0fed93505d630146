/**
 * The network of a component under test. Whatever opens an HTTP connection while it runs (`fetch`, `node:http`,
 * `node:https`, and what is built on them: axios, got, undici, vendors' clients) gets one end of a pair of streams in
 * memory; at the other end stands an HTTP server of the test, which hands each request to the run that made it.
 *
 * Who made a connection is known by the asynchronous context in which it was opened. So that this is the context of the
 * request, no connection is used twice, and none that was opened outside of a run is used inside of one: runs have
 * pools of their own, and every answer closes its connection.
 *
 * Not covered: HTTP/2, WebSockets, and what is not HTTP (database drivers).
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'
import { duplexPair, type Duplex } from 'node:stream'
import tls from 'node:tls'

/** Where a connection was to go. */
export interface Target {
  host: string
  port: number
  tls: boolean
}

export type Serve = (target: Target, request: IncomingMessage, response: ServerResponse, client: Duplex) => void

interface Inside {
  id: number
  serve: Serve
  open: Set<Duplex>
  dispatcher: Dispatcher | undefined
}

const inside = new AsyncLocalStorage<Inside>()
let runs = 0

/**
 * Runs `work` so that `serve` gets every request that it makes. Connections that are open when it ends are cut.
 * @param serve where its answer is `client.destroy(error)`, the code sees that error
 */
export async function servingRequests<T>(serve: Serve, work: () => Promise<T>): Promise<T> {
  install()
  const run: Inside = { id: ++runs, serve, open: new Set(), dispatcher: undefined }
  try {
    return await inside.run(run, work)
  } finally {
    for (const stream of run.open) stream.destroy()
  }
}

/** Runs `work` with the real network, whatever run it is called from. */
export function outside<T>(work: () => T): T {
  return inside.exit(work)
}

let installed = false

/** Once for the process: outside of runs everything goes on as before. */
function install(): void {
  if (installed) return
  installed = true
  const { connect } = net
  const { connect: connectTls } = tls
  net.connect = net.createConnection = route(connect, false)
  tls.connect = route(connectTls, true)
  http.Agent.prototype.createConnection = (...args: Parameters<typeof http.Agent.prototype.createConnection>) =>
    (net.connect as (...args: unknown[]) => net.Socket)(...args)
  // An agent keeps its connections by name: a run's are not another's.
  const getName = Reflect.get(http.Agent.prototype, 'getName') as (this: http.Agent, options: unknown) => string
  http.Agent.prototype.getName = function (options) {
    const run = inside.getStore()
    const name = getName.call(this, options)
    return run === undefined ? name : `${name}:run-${run.id}`
  }
  installDispatchers()
  syncBuiltinESMExports()
}

type Connect = typeof net.connect & typeof tls.connect

/** Connections of runs go to their test; others, and those to a socket file, where they went before. */
function route(original: typeof net.connect | typeof tls.connect, secure: boolean): Connect {
  const routed = (...args: unknown[]): unknown => {
    const run = inside.getStore()
    const target = run === undefined ? undefined : targetOf(args, secure)
    if (run === undefined || target === undefined) return (original as (...args: unknown[]) => unknown)(...args)
    const socket = open(run, target)
    const listener = args.findLast((arg) => typeof arg === 'function') as (() => void) | undefined
    if (listener !== undefined) socket.once(secure ? 'secureConnect' : 'connect', listener)
    return socket
  }
  return routed as unknown as Connect
}

/** @returns undefined for what is no host: a socket file */
function targetOf(args: readonly unknown[], secure: boolean): Target | undefined {
  const [first, second] = args
  const options = (typeof first === 'object' ? first : typeof second === 'object' ? second : undefined) as
    { host?: string; port?: number | string; path?: string; servername?: string } | undefined
  const port = Number(typeof first === 'object' ? options?.port : first)
  if (!Number.isInteger(port)) return undefined
  const host = typeof second === 'string' ? second : (options?.host ?? options?.servername ?? 'localhost')
  return { host, port, tls: secure }
}

/** What sockets have and streams have not; clients call it, and it makes no difference here. */
const SOCKET = ['setNoDelay', 'setKeepAlive', 'setTimeout', 'ref', 'unref'] as const

function open(run: Inside, target: Target): Duplex {
  const [client, side] = duplexPair()
  const socket = Object.assign(client, {
    connecting: true,
    remoteAddress: target.host,
    remotePort: target.port,
    ...(target.tls ? { encrypted: true, authorized: true, alpnProtocol: false } : {}),
    ...Object.fromEntries(SOCKET.map((name) => [name, () => client]))
  })
  for (const stream of [client, side]) {
    run.open.add(stream)
    // An end that goes away is no news to anybody else.
    stream.on('error', () => undefined).once('close', () => run.open.delete(stream))
  }
  client.once('close', () => side.destroy())
  process.nextTick(() => {
    socket.connecting = false
    for (const event of ['connect', 'ready', ...(target.tls ? ['secureConnect'] : [])]) client.emit(event)
  })
  const server = http.createServer({ keepAliveTimeout: 1 }, (request, response) => {
    response.setHeader('connection', 'close')
    outside(() => run.serve(target, request, response, client))
  })
  server.emit('connection', side)
  return client
}

/** What undici, the runtime's `fetch` and the package alike, sends requests with. */
interface Dispatcher {
  dispatch(options: object, handler: object): boolean
}

type MakesDispatchers = new (inner?: Dispatcher) => Dispatcher

/** By the version of their interface; that of the first wraps the second. */
const [VERSION_1, VERSION_2] = [Symbol.for('undici.globalDispatcher.1'), Symbol.for('undici.globalDispatcher.2')]

/** Makes the global dispatchers lead to the run's own, whose connections are its own. */
function installDispatchers(): void {
  // Reading it makes the runtime load its fetch, and set the dispatchers.
  void globalThis.Response
  const globals = globalThis as unknown as Record<symbol, Dispatcher | undefined>
  const { [VERSION_1]: wrapped, [VERSION_2]: agent } = globals
  // Another one, a mock for example, is there because the test wants it.
  if (agent?.constructor.name !== 'Agent') return
  const own = (run: Inside): Dispatcher => (run.dispatcher ??= new (agent.constructor as MakesDispatchers)())
  globals[VERSION_2] = routing(agent, own)
  if (wrapped === undefined) return
  globals[VERSION_1] = routing(wrapped, (run) => new (wrapped.constructor as MakesDispatchers)(own(run)))
}

function routing(original: Dispatcher, own: (run: Inside) => Dispatcher): Dispatcher {
  const dispatch: Dispatcher['dispatch'] = (options, handler) => {
    const run = inside.getStore()
    return (run === undefined ? original : own(run)).dispatch(options, handler)
  }
  return Object.create(original, { dispatch: { value: dispatch } }) as Dispatcher
}
