/** Replaces every error answer of Fastify and Node, all of which may quote the request, by a problem document. */
import { Fault } from '@bellhop/sdk'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Socket } from 'node:net'
import { headersOf, HttpFault, problem, problemOf, rawProblem, sendProblem } from './problem.ts'
import { logDefect } from './request-log.ts'

/** What Fastify's own error codes mean to a caller. Its messages are never used. */
const MEANINGS: Readonly<Record<string, () => HttpFault>> = {
  FST_ERR_BAD_URL: () =>
    new HttpFault('bad_url', 400, 'the URL’s path is not valid percent-encoding', 'Write a literal % as %25.'),
  FST_ERR_MAX_PARAM_LENGTH: notFound,
  FST_ERR_CTP_BODY_TOO_LARGE: () => new HttpFault('body_too_large', 413, 'the request body is too large'),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () =>
    new HttpFault('unsupported_media_type', 415, 'the content-type header names no media type that is understood here'),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () => new HttpFault('body_incomplete', 400, 'the body is not as long as it says'),
  FST_ERR_ROUTE_MISSING_CONTENT_TYPE: () =>
    new HttpFault('content_type_missing', 400, 'a QUERY request needs a content-type header')
}

export function notFound(): HttpFault {
  return new HttpFault('not_found', 404, 'there is nothing here', 'Check the URL’s path.')
}

/** The Fault that an error is to the caller; anything unforeseen stays as it is and becomes `internal`. */
function meaningOf(error: unknown): unknown {
  if (error instanceof Fault) return error
  const code = (error as Partial<FastifyError> | null)?.code
  return (code === undefined ? undefined : MEANINGS[code]?.()) ?? error
}

/** The one way an error leaves: also Fastify's `frameworkErrors`, which has no route yet. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const meaning = meaningOf(error)
  const document = problemOf(meaning)
  if (document.status === 500) logDefect(request.server.bellhopLog, document.code, meaning)
  void sendProblem(reply, document, headersOf(meaning, document.status))
}

export function installErrors(server: FastifyInstance): void {
  server.setErrorHandler(answerError)
  server.setNotFoundHandler((request, reply) => {
    answerError(notFound(), request, reply)
  })
}

/** Bytes that were no HTTP request, or came too slowly: the answer says so, and the connection ends. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy(error)
    return
  }
  socket.end(rawProblem(unparsed(error.code)))
  // A peer that never reads its answer would keep the socket.
  socket.destroySoon()
}

function unparsed(code: string | undefined): ReturnType<typeof problem> {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return problem('headers_too_large', 431, { detail: 'the request’s headers and URL are too large' })
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return problem('request_timeout', 408, { detail: 'the request did not arrive in time' })
    default:
      return problem('bad_request', 400, { detail: 'this is not a valid HTTP request' })
  }
}
