/**
 * The HTTP server: trigger endpoints under `/in`, the admin API under `/api/v1`, the builder's page everywhere else. Binds
 * nothing by itself.
 *
 * Owns its connections, the callers who wait and the live views. Closing takes no new work, ends the live views, gives
 * waiting callers some time and then tells them that their run goes on, and ends when every answer is out.
 */
import type { Fault } from '@bellhop/sdk'
import fastify, { type FastifyInstance } from 'fastify'
import { registerApi } from './api/api.ts'
import { answerClientError, answerError, installErrors } from './errors.ts'
import { registerIngress } from './ingress/ingress.ts'
import { Load } from './ingress/load.ts'
import { Waiting } from './ingress/waiting.ts'
import { HttpFault } from './problem.ts'
import { installRequestLog, type Log } from './request-log.ts'
import type { HttpServices } from './services.ts'
import { registerUi } from './ui/ui.ts'

export interface ServerOptions {
  log: Log
  /** Scheme and authority of trigger URLs, without a trailing slash; by default what each caller used. */
  publicUrl?: string
  /** Proxies whose `x-forwarded-*` headers are believed: addresses and ranges. Default: none. */
  trustProxy?: readonly string[]
  /** Folder of the built page; without one there is none. */
  ui?: string
  /** Bytes of a trigger request's body, as sent and as decompressed. Default 5 MB (1 MB = 1,048,576 bytes). */
  bodyLimit?: number
  /** Requests being read, and runs of theirs in memory. Default 2,000. */
  maxRuns?: number
  /** Bytes of their bodies. Default 64 MB. */
  maxBytes?: number
  /** How long a caller waits for a run's end before it gets 202, in milliseconds. Default 60,000. */
  waitMs?: number
  /** What triggers and the API are told while the database does not answer. */
  away?: () => Fault | undefined
  /** How long waiting callers are waited for when the server closes, in milliseconds. Default 5,000. */
  drainMs?: number
}

const MB = 1024 * 1024

/** Against slow and endless requests. Node checks every `connectionsCheckingInterval`. */
const LIMITS = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 15_000,
  connectionsCheckingInterval: 5_000
}
const REQUEST_TIMEOUT_MS = 60_000
/** Longer than what load balancers keep, so that they end a connection and not we. */
const KEEP_ALIVE_MS = 75_000
/** A socket on which nothing moves: beyond the longest wait for a run, and beyond a live view's heartbeat. */
const SILENCE_MS = 150_000
const SWEEP_MS = 50
const HEALTH = '/api/v1/health'

/** Requests are checked by the schemas of `api/route.ts`; Fastify's own compilers are not even loaded. */
const NO_SCHEMAS = { buildValidator: noSchemas, buildSerializer: noSchemas }

function noSchemas(): never {
  throw new Error('routes have no Fastify schemas')
}

export function createServer(services: HttpServices, options: ServerOptions): FastifyInstance {
  const server = fastify({
    http: LIMITS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionTimeout: SILENCE_MS,
    trustProxy: options.trustProxy === undefined || options.trustProxy.length === 0 ? false : [...options.trustProxy],
    // Fastify's own lines hold URLs and error messages; request-log.ts writes what may be written (I1).
    logger: false,
    frameworkErrors: answerError,
    clientErrorHandler: answerClientError,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 200 },
    schemaController: { compilersFactory: NO_SCHEMAS }
  })
  installRequestLog(server, options.log)
  installErrors(server)
  const closing = installClosing(server)
  installAway(server, options.away ?? (() => undefined))
  const load = new Load({ maxRuns: options.maxRuns ?? 2_000, maxBytes: options.maxBytes ?? 64 * MB })
  const waiting = new Waiting(options.waitMs ?? 60_000)
  const { publicUrl } = options
  server.addHook('preClose', (done) => {
    // Not awaited: the listening socket closes now, and the server's own close waits for every answer.
    void drain(waiting, options.drainMs ?? 5_000)
    done()
  })
  registerIngress(server, { services, load, waiting, bodyLimit: options.bodyLimit ?? 5 * MB, publicUrl })
  registerApi(server, { services, publicUrl, closing })
  if (options.ui !== undefined) registerUi(server, options.ui)
  return server
}

/** Refuses what comes in on connections that are still open. Returns the signal that the server closes. */
function installClosing(server: FastifyInstance): AbortSignal {
  const closing = new AbortController()
  let sweep: NodeJS.Timeout | undefined
  server.addHook('preClose', (done) => {
    closing.abort()
    // Closing ends the connections that are idle at that moment; others would be kept alive after their answer.
    sweep = setInterval(() => server.server.closeIdleConnections(), SWEEP_MS)
    done()
  })
  server.addHook('onClose', (_server, done) => {
    clearInterval(sweep)
    done()
  })
  server.addHook('onRequest', (_request, reply, done) => {
    reply.header('x-content-type-options', 'nosniff')
    if (!closing.signal.aborted) return done()
    reply.header('connection', 'close')
    done(new HttpFault('shutting_down', 503, 'the server is shutting down', 'Repeat the request in a moment.'))
  })
  return closing.signal
}

/** Nobody waits for a database that is known not to answer. How the server is, and what is a file, is told all the same. */
function installAway(server: FastifyInstance, away: () => Fault | undefined): void {
  server.addHook('onRequest', (request, _reply, done) => {
    const { url } = request
    done(/^\/(?:in|api|resume|cancel)\//.test(url) && !url.startsWith(HEALTH) ? away() : undefined)
  })
}

/** Gives waiting callers `ms` to get their answer; those who still wait then learn that their run goes on. */
async function drain(waiting: Waiting, ms: number): Promise<void> {
  await waiting.nobody(ms)
  waiting.letEverybodyGo()
}
