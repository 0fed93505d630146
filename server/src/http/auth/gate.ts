/**
 * Who may call the admin API: a program with the admin token, or a browser with a session. A session's request has to come from
 * our own pages, and to bring the session's CSRF token with whatever may change something.
 */
import { Duplex } from 'node:stream'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { HttpFault } from '../problem.ts'
import type { ApiServices } from '../services.ts'
import { bearerOf, sameSecret } from './bearer.ts'
import { tokenOf } from './cookie.ts'
import { requireSameOrigin } from './same-origin.ts'
import type { SignedIn } from './sessions.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is signed in; null for requests with the admin token, and for those that need nothing. */
    signedIn: SignedIn | null
  }
}

const CSRF_HEADER = 'x-bellhop-csrf'
const READS = new Set(['GET', 'HEAD'])
const LOOK_EVERY_MS = 60_000

type GateServices = Pick<ApiServices, 'adminToken' | 'sessions'>

/** The check, as a hook of every call that is not open. Live answers end with the session that asked for them. */
export function createGate(server: FastifyInstance, services: GateServices, publicUrl: string | undefined) {
  server.decorateRequest('signedIn', null)
  server.addHook('onSend', ({ signedIn }, _reply, answer, next) => {
    if (signedIn !== null && answer instanceof Duplex) endWithSession(signedIn, answer, services.sessions)
    next(null, answer)
  })
  return (request: FastifyRequest): Promise<void> => admit(request, services, publicUrl)
}

/** @throws HttpFault `unauthorized` (401), `cross_site`, `csrf_token_missing` (403) */
async function admit(
  request: FastifyRequest,
  { adminToken, sessions }: GateServices,
  publicUrl: string | undefined
): Promise<void> {
  if (request.headers.authorization !== undefined) {
    const bearer = bearerOf(request.headers.authorization)
    if (bearer !== undefined && sameSecret(bearer, adminToken())) return
    throw unauthorized(bearer !== undefined)
  }
  const token = tokenOf(request)
  const signedIn = token === undefined ? undefined : await sessions.find(token)
  if (signedIn === undefined) throw unauthorized(false)
  requireSameOrigin(request, publicUrl)
  requireCsrf(request, signedIn)
  request.signedIn = signedIn
}

function requireCsrf({ method, headers }: FastifyRequest, { csrf }: SignedIn): void {
  const given = headers[CSRF_HEADER]
  if (READS.has(method) || (typeof given === 'string' && sameSecret(given, csrf))) return
  throw new HttpFault(
    'csrf_token_missing',
    403,
    `the header ${CSRF_HEADER} does not hold this session’s token`,
    'Load the page again: GET /session answers with the token.'
  )
}

function unauthorized(tried: boolean): HttpFault {
  return new HttpFault(
    'unauthorized',
    401,
    tried ? 'this is not the admin token' : 'the admin API needs a bearer token, or somebody who is signed in',
    'Sign in, or send the text of `admin-token` in the server’s data directory.',
    { 'www-authenticate': `Bearer realm="bellhop"${tried ? ', error="invalid_token"' : ''}` }
  )
}

function endWithSession(signedIn: SignedIn, view: Duplex, sessions: GateServices['sessions']): void {
  const look = async (): Promise<void> => {
    // Where nobody can say, it is over: whoever watches asks again, and is let in if they may.
    const lives = await sessions.lives(signedIn).catch(() => false)
    if (!lives) view.end()
  }
  const stop = sessions.onChange(() => void look())
  // It may have ended since the request was let in.
  void look()
  // Nobody says when a session runs out.
  const timer = setInterval(() => void look(), LOOK_EVERY_MS)
  view.once('close', () => {
    clearInterval(timer)
    stop()
  })
}

/** Whoever is signed in, for calls that are about them. @throws HttpFault `session_needed` (403) */
export function signedInOf({ signedIn }: FastifyRequest): SignedIn {
  if (signedIn !== null) return signedIn
  throw new HttpFault('session_needed', 403, 'this call is about who is signed in, and the admin token is nobody')
}
