/**
 * What the caller of a trigger gets. Everything here came through the keyring's scrubber, so it holds handles only (I1).
 *
 * A failed run is 500 whatever its vendor said: 502 and 503 make callers and proxies repeat a request on their own, and
 * repeating a run is for its owner to decide. The vendor's part is told by `code` and `detail`.
 */
import type { Json } from '@bellhop/sdk'
import type { FastifyReply } from 'fastify'
import type { CallerView, RunAnswer, RunEnd } from '../../engine/port.ts'
import type { Respond } from '../../workflow/trigger-schema.ts'
import { setsSession } from '../auth/cookie.ts'
import { problem, sendProblem, type Problem } from '../problem.ts'

// Not imported: as an ES module, node:http loads all of Node's fetch at every start.
const { validateHeaderName, validateHeaderValue } = process.getBuiltinModule('node:http')

/** Which run is answered for. */
export interface RunInfo {
  run: string
  /** Whether it survives a crash (I2); false is said wherever the run's id is. */
  durable: boolean
  /** Whether this is the answer to an earlier request with the same idempotency key. */
  replayed: boolean
}

/** Headers of every answer that belongs to a run. */
export function markRun(reply: FastifyReply, { run, durable, replayed }: RunInfo): void {
  reply.header('x-bellhop-run', run)
  if (!durable) reply.header('x-bellhop-durable', 'false')
  if (replayed) reply.header('idempotency-replayed', 'true')
}

/** Answers a trigger that does not wait for its run. */
export function answerAtOnce(reply: FastifyReply, respond: Respond, info: RunInfo): FastifyReply {
  if (respond.mode !== 'static') return sendJson(reply, 200, identity(info))
  const { status, headers, body } = respond
  return sendAnswer(reply, { status, headers, body: body ?? null }, info)
}

/** Answers a trigger that waited, with what it learned of the run. */
export function answerWaited(reply: FastifyReply, respond: Respond, info: RunInfo, view: CallerView): FastifyReply {
  if (!view.ended && view.answer !== undefined) return sendAnswer(reply, view.answer, info)
  if (!view.ended) return sendJson(reply, 202, { ...identity(info), ended: false })
  const { end } = view
  if ('answer' in end && end.answer !== undefined) {
    // The last step's value is data, so a string stays a JSON string.
    if (respond.mode === 'last_step') return sendJson(reply, end.answer.status, end.answer.body)
    return sendAnswer(reply, end.answer, info)
  }
  return sendProblem(reply, problemOfEnd(end, info))
}

/** A type alias, so that it is JSON. */
type Identity = { run: string; durable?: false }

function identity({ run, durable }: RunInfo): Identity {
  return durable ? { run } : { run, durable: false }
}

function problemOfEnd(end: RunEnd, info: RunInfo): Problem {
  switch (end.status) {
    case 'failed':
      return failed(500, end, info, end.step)
    case 'crashed':
      return failed(500, end, info)
    case 'timed_out':
      return failed(504, end, info)
    case 'cancelled':
      // Not 503: nobody should start again on their own what somebody has just stopped.
      return problem('run_cancelled', 409, {
        detail: 'the run was cancelled before it could answer',
        ...identity(info)
      })
    default:
      // Succeeded or ended early, but without an answer.
      return problem('no_response', 500, {
        detail: 'the run ended without calling `$.respond`, which its trigger waits for',
        hint: 'Call `$.respond` on every way through the workflow, or choose another `respond` for its trigger.',
        ...identity(info)
      })
  }
}

function failed(status: number, end: Extract<RunEnd, { error: unknown }>, info: RunInfo, step?: string): Problem {
  const { code, message, hint, retryable } = end.error
  return problem(code, status, {
    detail: message,
    ...(hint === undefined ? {} : { hint }),
    retryable,
    ...identity(info),
    ...(step === undefined ? {} : { step })
  })
}

function sendJson(reply: FastifyReply, status: number, body: Json): FastifyReply {
  reply.code(status).header('content-type', 'application/json; charset=utf-8').header('cache-control', 'no-store')
  return reply.send(JSON.stringify(body))
}

/** Says how an answer is sent, and who may do what on this origin: the server's business and not a workflow's. */
const OWN_HEADERS = new Set([
  'alt-svc',
  'clear-site-data',
  'connection',
  'content-length',
  'date',
  'keep-alive',
  'nel',
  'proxy-authenticate',
  'report-to',
  'reporting-endpoints',
  'service-worker-allowed',
  'strict-transport-security',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade'
])

/**
 * A workflow may answer with a page, but the page gets an origin of its own: the admin API and the builder live on this
 * one (https://html.spec.whatwg.org/multipage/browsers.html#sandboxing).
 */
const SANDBOX = 'sandbox allow-downloads allow-forms allow-modals allow-popups allow-scripts allow-top-navigation'

/** Sends what a definition or `$.respond` says: text and bytes as they are, anything else as JSON, nothing for null. */
function sendAnswer(reply: FastifyReply, answer: RunAnswer, info: RunInfo): FastifyReply {
  const wrong = wrongIn(answer)
  if (wrong !== undefined) {
    return sendProblem(reply, problem('bad_response', 500, { detail: wrong, ...identity(info) }))
  }
  const { body, type } = sent(answer)
  reply
    .code(answer.status)
    .header('cache-control', 'no-store')
    .header('content-security-policy', SANDBOX)
    .header('referrer-policy', 'no-referrer')
  if (type !== undefined) reply.header('content-type', type)
  for (const [name, value] of Object.entries(answer.headers)) {
    const lower = name.toLowerCase()
    if (lower === 'content-security-policy') reply.header(lower, [value, SANDBOX].flat().join(', '))
    else if (lower === 'set-cookie')
      reply.header(
        lower,
        [value].flat().filter((each) => !setsSession(each))
      )
    else if (!OWN_HEADERS.has(lower)) reply.header(lower, value)
  }
  if (type === undefined || answer.status === 204 || answer.status === 205 || answer.status === 304) return reply.send()
  return reply.send(body)
}

function sent({ body, encoding }: RunAnswer): { body: string | Buffer; type: string | undefined } {
  if (body === null) return { body: '', type: undefined }
  if (typeof body !== 'string') return { body: JSON.stringify(body), type: 'application/json; charset=utf-8' }
  if (encoding === undefined) return { body, type: 'text/plain; charset=utf-8' }
  return { body: Buffer.from(body, encoding), type: 'application/octet-stream' }
}

/** What keeps an answer from being sent. It names positions: a name or value may be anything. */
function wrongIn({ status, headers }: RunAnswer): string | undefined {
  if (!Number.isInteger(status) || status < 200 || status > 599)
    return 'the response’s status is not between 200 and 599'
  for (const [index, [name, value]] of Object.entries(headers).entries()) {
    try {
      validateHeaderName(name)
      for (const each of [value].flat()) validateHeaderValue(name, each)
    } catch {
      return `header ${index + 1} of the response is not a valid header`
    }
  }
  return undefined
}
