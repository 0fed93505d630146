/**
 * Cross-origin calls (WHATWG Fetch, section 3.2). A trigger endpoint is meant to be called from anywhere unless its
 * definition names origins; it knows no cookies of its own, so nothing here allows credentials.
 */
import type { FastifyReply } from 'fastify'
import type { IncomingHttpHeaders } from 'node:http'

export interface CorsPolicy {
  /** Origins that may read answers; `*` for all. */
  origins: readonly string[]
}

/** Also for endpoints that do not exist, so that a browser's console shows the 404 rather than a refused preflight. */
export const ANY_ORIGIN: CorsPolicy = { origins: ['*'] }

/** What `OPTIONS` says; other methods that HTTP knows work too, as they need no permission or cannot come from a page. */
const METHODS = 'GET,HEAD,POST,PUT,PATCH,DELETE,OPTIONS'
const HEADER_NAMES = /^[!#$%&'*+.^_`|~0-9A-Za-z, -]{1,2000}$/
const PREFLIGHT_SECONDS = '7200'

/** Lets the calling page, if it is one, read this answer with all its headers, whatever it is. */
export function allowOrigin(reply: FastifyReply, { origins }: CorsPolicy, { origin }: IncomingHttpHeaders): void {
  const any = origins.includes('*')
  if (!any) reply.header('vary', 'origin')
  else reply.header('access-control-allow-origin', '*')
  if (origin === undefined || !(any || origins.includes(origin))) return
  if (!any) reply.header('access-control-allow-origin', origin)
  reply.header('access-control-expose-headers', '*')
}

/**
 * Answers `OPTIONS`, a preflight or not, without a run: that is what webhook endpoints do, and a page that asks whether
 * it may call must not have called already.
 */
export function answerOptions(reply: FastifyReply, headers: IncomingHttpHeaders): FastifyReply {
  const wanted = headers['access-control-request-headers']
  reply.code(204).header('allow', METHODS).header('access-control-allow-methods', METHODS)
  // `*` would not cover `authorization`, so what is asked for is what is allowed.
  const names = wanted !== undefined && HEADER_NAMES.test(wanted) ? wanted : '*'
  return reply
    .header('access-control-allow-headers', names)
    .header('access-control-max-age', PREFLIGHT_SECONDS)
    .header('vary', 'origin, access-control-request-headers')
    .send()
}
