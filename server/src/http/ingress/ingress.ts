/**
 * Trigger endpoints: any method on `/in/<endpoint>` and below it. From a request to an accepted run, and from the run's
 * end to the answer.
 *
 * Owns who is waiting for an answer and how much is under way. A request is authorised before its body is read, its
 * event is seen here and in the intake only, and a caller who goes away takes nothing along: the run goes on.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify'
import type { AcceptResult } from '../../engine/port.ts'
import type { Accepted } from '../../run/intake.ts'
import type { HttpTrigger } from '../../workflow/trigger-schema.ts'
import type { Deployed } from '../../workflow/versions.ts'
import { bearerOf } from '../auth/bearer.ts'
import { notFound } from '../errors.ts'
import { originOf } from '../origin.ts'
import { HttpFault } from '../problem.ts'
import type { IngressServices, ResumeServices } from '../services.ts'
import { answerAtOnce, answerWaited, markRun, type RunInfo } from './answer.ts'
import { parseBody } from './body.ts'
import { readBody } from './body-stream.ts'
import { allowOrigin, answerOptions, ANY_ORIGIN } from './cors.ts'
import { directivesOf, type Query } from './directives.ts'
import { eventOf, type TriggerEvent } from './event.ts'
import { idempotencyKeyOf, idempotencyOf } from './idempotency.ts'
import type { Load, Ticket } from './load.ts'
import { handleResume, type ResumeRequest } from './resume.ts'
import type { Waiting } from './waiting.ts'

// Not imported: as an ES module, node:http loads all of Node's fetch at every start.
const { METHODS } = process.getBuiltinModule('node:http')

export interface IngressParts {
  services: IngressServices & ResumeServices
  load: Load
  waiting: Waiting
  /** Bytes of a body, as sent and as decompressed. */
  bodyLimit: number
  /** Scheme and authority of trigger URLs; by default, what the caller used. */
  publicUrl: string | undefined
}

/** Not CONNECT, which asks for a tunnel, and not TRACE, which would send credentials back. */
const REFUSED_METHODS = ['CONNECT', 'TRACE']
const ACCEPTED_METHODS = METHODS.filter((method) => !REFUSED_METHODS.includes(method))

type TriggerRequest = FastifyRequest<{ Params: { endpoint: string }; Querystring: Query }>

export function registerIngress(server: FastifyInstance, parts: IngressParts): void {
  for (const method of ACCEPTED_METHODS) {
    if (!server.supportedMethods.includes(method)) server.addHttpMethod(method, { hasBody: true })
  }
  void server.register((scope, _options, done) => {
    // The handler reads bodies itself: after authorisation, for every method, and against the budget.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, _payload, parsed) => {
      parsed(null)
    })
    const ingress = new Ingress(parts)
    const answerAll = (path: string, handle: RouteHandlerMethod): void => {
      for (const url of [path, `${path}/*`]) {
        scope.route({ method: ACCEPTED_METHODS, url, handler: handle })
        scope.route({ method: 'TRACE', url, handler: refuse })
      }
    }
    answerAll('/in/:endpoint', (request, reply) => ingress.handle(request as TriggerRequest, reply))
    for (const action of ['resume', 'cancel'] as const) {
      answerAll(`/${action}/:run/:wait/:proof`, (request, reply) =>
        handleResume(parts, action, request as ResumeRequest, reply)
      )
    }
    done()
  })
}

function refuse(): never {
  throw new HttpFault('method_not_allowed', 405, 'TRACE is not answered here')
}

class Ingress {
  readonly #parts: IngressParts

  constructor(parts: IngressParts) {
    this.#parts = parts
  }

  async handle(request: TriggerRequest, reply: FastifyReply): Promise<FastifyReply> {
    const deployed = await this.#parts.services.versions.byEndpoint(request.params.endpoint)
    const http = deployed?.plan.http
    allowOrigin(reply, http?.cors ?? ANY_ORIGIN, request.headers)
    if (request.method === 'OPTIONS') return answerOptions(reply, request.headers)
    const draft =
      deployed === undefined ? await this.#parts.services.drafts.byEndpoint(request.params.endpoint) : undefined
    if (draft !== undefined) return this.#withTicket((ticket) => this.#keep(draft, request, reply, ticket))
    // Disabled, or started by something else, looks the same as unknown.
    if (deployed === undefined || http === undefined || !deployed.enabled) throw notFound()
    this.#authorise(deployed, http, request.headers.authorization)
    return this.#withTicket((ticket) => this.#trigger(deployed, http, request, reply, ticket))
  }

  async #withTicket(work: (ticket: Ticket) => Promise<FastifyReply>): Promise<FastifyReply> {
    const ticket = this.#parts.load.admit()
    try {
      return await work(ticket)
    } catch (error) {
      ticket.giveBack()
      throw error
    }
  }

  /** A request to a workflow that is not deployed yet: kept for trying it, and nothing runs. */
  async #keep(
    { workflowId }: { workflowId: number },
    request: TriggerRequest,
    reply: FastifyReply,
    ticket: Ticket
  ): Promise<FastifyReply> {
    request.traceless = directivesOf(request.headers, request.query).nostore
    if (request.traceless) throw notDeployed()
    const event = await this.#event(request, ticket)
    const id = await this.#parts.services.testEvents.keep({ workflowId, deployed: undefined }, event)
    ticket.giveBack()
    return reply.code(202).header('cache-control', 'no-store').send({ kept: id })
  }

  #authorise(deployed: Deployed, http: HttpTrigger, header: string | undefined): void {
    if (http.auth.type === 'none') return
    const token = bearerOf(header)
    if (token !== undefined && this.#parts.services.versions.acceptsToken(deployed, token)) return
    throw new HttpFault(
      'unauthorized',
      401,
      token === undefined ? 'this trigger needs a bearer token' : 'this is not the token of this trigger',
      'Send it as `Authorization: Bearer <token>`; the deploy showed it.',
      { 'www-authenticate': token === undefined ? 'Bearer' : 'Bearer error="invalid_token"' }
    )
  }

  async #trigger(
    deployed: Deployed,
    http: HttpTrigger,
    request: TriggerRequest,
    reply: FastifyReply,
    ticket: Ticket
  ): Promise<FastifyReply> {
    const { headers, query } = request
    const directives = directivesOf(headers, query)
    request.traceless = directives.nostore
    const key = idempotencyKeyOf(headers)
    const event = await this.#event(request, ticket)
    if (directives.notrigger) {
      const id = await this.#parts.services.testEvents.keep({ workflowId: deployed.workflowId, deployed }, event)
      ticket.giveBack()
      return reply.code(200).header('cache-control', 'no-store').send({ test_event: id })
    }
    const accepted = await this.#parts.services.intake.accept(deployed, {
      event,
      nostore: directives.nostore,
      ...(key === undefined ? {} : { idempotency: idempotencyOf(key, event) })
    })
    return this.#answer(http, request, reply, accepted, ticket)
  }

  async #event(request: TriggerRequest, ticket: Ticket): Promise<TriggerEvent> {
    const { method, headers, query, raw } = request
    const bytes = await readBody(raw, this.#parts.bodyLimit, ticket)
    const origin = originOf(request, this.#parts.publicUrl)
    const parts = { method, origin, target: request.originalUrl, query, headers, clientIp: request.ip }
    return eventOf(parts, await parseBody(bytes, headers['content-type']))
  }

  async #answer(
    { respond }: HttpTrigger,
    request: FastifyRequest,
    reply: FastifyReply,
    accepted: Accepted,
    ticket: Ticket
  ): Promise<FastifyReply> {
    const { result } = accepted
    if (!result.accepted && result.reason !== 'repeated') throw keyReused()
    const info = infoOf(accepted, result)
    const ended = result.accepted ? result.ended : result.answer
    const giveBack = (): void => ticket.giveBack()
    const over = result.accepted ? result.over : ended
    over.then(giveBack, giveBack)
    request.runId = info.run
    markRun(reply, info)
    if (respond.mode === 'immediate' || respond.mode === 'static') return answerAtOnce(reply, respond, info)
    return answerWaited(reply, respond, info, await this.#parts.waiting.wait(ended))
  }
}

function infoOf(accepted: Accepted, result: Exclude<AcceptResult, { reason: 'key_reused' | 'tick_taken' }>): RunInfo {
  const { durable } = accepted
  return result.accepted
    ? { run: accepted.run, durable, replayed: false }
    : { run: result.run, durable, replayed: true }
}

/** What is not run can only be kept, and this request says to keep nothing (I4). */
function notDeployed(): HttpFault {
  return new HttpFault(
    'not_deployed',
    409,
    'this workflow is not deployed: requests are kept for trying it, and `x-pd-nostore` keeps nothing',
    'Deploy the workflow, or leave the header out.'
  )
}

function keyReused(): HttpFault {
  return new HttpFault(
    'idempotency_key_reused',
    422,
    'another request came before under the same idempotency key',
    'Use a new key for every request, and the same one only to repeat it.'
  )
}
