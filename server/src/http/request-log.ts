/**
 * What the server's log says of requests: method, route pattern, status, time and run. Never a URL, header, body or
 * query, and of an `x-pd-nostore` request nothing at all (I1, I4).
 */
import { Fault } from '@bellhop/sdk'
import type { FastifyInstance } from 'fastify'

/** The part of a pino logger that is used here. */
export interface Log {
  isLevelEnabled(level: 'info'): boolean
  info(fields: object, text: string): void
  error(fields: object, text: string): void
}

declare module 'fastify' {
  interface FastifyInstance {
    bellhopLog: Log
  }
  interface FastifyRequest {
    /** The run that this request made or asked about, once it is known. */
    runId: string
    /** Whether the request must leave no trace (I4). */
    traceless: boolean
  }
}

export function installRequestLog(server: FastifyInstance, log: Log): void {
  server.decorate('bellhopLog', log)
  server.decorateRequest('runId', '')
  server.decorateRequest('traceless', false)
  if (!log.isLevelEnabled('info')) return
  server.addHook('onResponse', (request, reply, done) => {
    if (!request.traceless) {
      log.info(
        {
          method: request.method,
          route: request.routeOptions.url ?? 'none',
          status: reply.statusCode,
          ms: Math.round(reply.elapsedTime * 10) / 10,
          ...(request.runId === '' ? {} : { run: request.runId })
        },
        'request'
      )
    }
    done()
  })
}

/** A defect of Bellhop's own, by its kind and place. Its message is left out: it may quote what was being read (I1). */
export function logDefect(log: Log, code: string, error: unknown): void {
  if (error instanceof Fault) log.error({ code }, 'request failed')
  else log.error({ code, error: nameOf(error), at: placeOf(error) }, 'request failed')
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.constructor.name : typeof error
}

/** The frames of the stack, without the message that stands before them. */
function placeOf(error: unknown): string[] {
  if (!(error instanceof Error) || error.stack === undefined) return []
  const frames = error.stack.slice(error.stack.indexOf(error.message) + error.message.length).split('\n')
  return frames
    .map((line) => line.trim())
    .filter((line) => line.startsWith('at '))
    .slice(0, 8)
}
