/**
 * Requests that end a wait: any method on `/resume/<run>/<wait>/<proof>` and `/cancel/…`, and below them.
 *
 * Whoever guesses learns nothing: a URL that was never given out is answered as any path that leads nowhere, whether its
 * run exists or not, and before anything of the request is read. Whoever holds a real one is told how its wait stands.
 */
import type { JsonObject } from '@bellhop/sdk'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { GivenOut, ResumeAction } from '../../run/resumptions.ts'
import type { ResumeResult } from '../../engine/port.ts'
import { notFound } from '../errors.ts'
import { HttpFault } from '../problem.ts'
import type { ResumeServices } from '../services.ts'
import { parseBody } from './body.ts'
import { readBody } from './body-stream.ts'
import { allowOrigin, answerOptions, ANY_ORIGIN } from './cors.ts'
import type { Query } from './directives.ts'
import { eventOf } from './event.ts'
import type { Load } from './load.ts'

export interface ResumeParts {
  services: ResumeServices
  load: Load
  /** Bytes of a body, as sent and as decompressed. */
  bodyLimit: number
}

type Params = { run: string; wait: string; proof: string }
export type ResumeRequest = FastifyRequest<{ Params: Params; Querystring: Query }>

export async function handleResume(
  { services: { resumptions }, load, bodyLimit }: ResumeParts,
  action: ResumeAction,
  request: ResumeRequest,
  reply: FastifyReply
): Promise<FastifyReply> {
  allowOrigin(reply, ANY_ORIGIN, request.headers)
  if (request.method === 'OPTIONS') return answerOptions(reply, request.headers)
  const { run, wait, proof } = request.params
  const found = resumptions.find(action, run, wait, proof)
  if (found === undefined) throw notFound()
  request.runId = found.run
  const ticket = load.admit()
  try {
    const bytes = await readBody(request.raw, bodyLimit, ticket)
    const came = action === 'cancel' ? {} : await requestOf(request, found, bytes)
    return answer(reply, action, await resumptions.deliver(found, came))
  } finally {
    ticket.giveBack()
  }
}

/** The request as steps see it: without its URL, which is used up. */
async function requestOf(request: ResumeRequest, { action, run, wait }: GivenOut, bytes: Buffer): Promise<JsonObject> {
  const { headers, query, raw } = request
  const parts = {
    method: request.method,
    origin: '',
    target: belowProof(request.originalUrl, `${action}/${run}/${wait}`),
    query,
    headers,
    clientIp: request.ip
  }
  const { url: _url, ...event } = eventOf(parts, await parseBody(bytes, raw.headers['content-type']))
  return event
}

/** As a target of two segments, of which `eventOf` keeps what stands below. */
function belowProof(target: string, prefix: string): string {
  const rest = target.slice(target.indexOf(prefix) + prefix.length + 1)
  const end = rest.search(/[/?#]/)
  return `/resume/it${end === -1 ? '' : rest.slice(end)}`
}

function answer(reply: FastifyReply, action: ResumeAction, result: ResumeResult): FastifyReply {
  reply.header('cache-control', 'no-store').header('referrer-policy', 'no-referrer')
  switch (result) {
    case 'resumed':
      return reply.code(200).send(action === 'resume' ? { resumed: true } : { cancelled: true })
    case 'used':
      throw over('wait_used', 'this wait was ended by an earlier request, to this URL or to its other one')
    case 'expired':
      throw over('wait_expired', 'the time of this wait is over')
    case 'gone':
      throw over('run_ended', 'the run has ended')
  }
}

function over(code: string, message: string): HttpFault {
  return new HttpFault(code, 410, message, 'Such a URL is good for one request while its run waits.')
}
