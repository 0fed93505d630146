/**
 * Every error that leaves over HTTP is one of these: a problem document (RFC 9457). Nothing of a request is quoted in
 * it, and no message of a library or of the runtime gets through, because those quote what they read (I1).
 */
import { Fault } from '@bellhop/sdk'
import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { DefinitionFault } from '../workflow/definition-fault.ts'
import type { Mistake } from '../workflow/mistakes.ts'

export const ProblemMistake = z
  .object({
    path: z.string().meta({ description: 'Where in the definition or request; empty for the whole.' }),
    line: z.int().optional(),
    column: z.int().optional(),
    message: z.string(),
    expected: z.string().optional(),
    suggestion: z.string().optional().meta({ description: 'What to write instead.' })
  })
  .meta({ id: 'Mistake' })

export const Problem = z
  .object({
    type: z.string().meta({ description: '`urn:bellhop:problem:` and the code.' }),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional(),
    code: z.string().meta({ description: 'Stable, snake_case.' }),
    hint: z.string().optional().meta({ description: 'What to check or do next.' }),
    retryable: z.boolean().optional().meta({ description: 'Whether the same request may succeed later.' }),
    run: z.string().optional(),
    step: z.string().optional().meta({ description: 'The step that failed.' }),
    durable: z.literal(false).optional().meta({ description: 'Said of a run that would not survive a crash.' }),
    errors: z.array(ProblemMistake).optional().meta({ description: 'All mistakes, not just the first.' })
  })
  .meta({ id: 'Problem' })
export type Problem = z.infer<typeof Problem>

/** A Fault that answers with headers of its own, such as `www-authenticate` or `allow`. */
export class HttpFault extends Fault {
  readonly headers: Readonly<Record<string, string>>

  constructor(code: string, status: number, message: string, hint?: string, headers: Record<string, string> = {}) {
    super(code, message, { status, retryable: status === 503, ...(hint === undefined ? {} : { hint }) })
    this.headers = headers
  }
}

/** A definition or request with mistakes: all of them are answered. */
export class InvalidFault extends HttpFault {
  readonly mistakes: readonly Mistake[]

  constructor(code: string, status: number, message: string, mistakes: readonly Mistake[], hint?: string) {
    super(code, status, message, hint)
    this.mistakes = mistakes
  }
}

const MEDIA_TYPE = 'application/problem+json; charset=utf-8'
/** A problem is data: a browser that is shown one loads and runs nothing. */
const POLICY = "default-src 'none'; frame-ancestors 'none'"
const DEFAULT_RETRY_AFTER_MS = 5_000

/** `storage_full` → `Storage full`. A title goes with its type and says nothing of the occurrence (RFC 9457, 3.1.3). */
function titleOf(code: string): string {
  const words = code.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** A problem document from its occurrence-specific members. */
export function problem(code: string, status: number, members: Partial<Omit<Problem, 'code' | 'status'>>): Problem {
  return { type: `urn:bellhop:problem:${code}`, title: titleOf(code), status, code, ...members }
}

/** What a thrown error says to the outside: a Fault all it has, anything else nothing but that it happened. */
export function problemOf(error: unknown): Problem {
  if (!(error instanceof Fault)) {
    return problem('internal', 500, {
      detail: 'something went wrong in Bellhop itself',
      hint: 'The server’s log says where; please report it.'
    })
  }
  const status = error.status !== undefined && error.status >= 400 && error.status <= 599 ? error.status : 500
  return problem(error.code, status, {
    detail: error.message,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(error.retryable ? { retryable: true } : {}),
    ...(error instanceof InvalidFault || error instanceof DefinitionFault ? { errors: [...error.mistakes] } : {})
  })
}

/** The headers that an error brings along: its own, and `retry-after` where repeating makes sense. */
export function headersOf(error: unknown, status: number): Record<string, string> {
  const headers = error instanceof HttpFault ? { ...error.headers } : {}
  const after = error instanceof Fault ? error.retryAfterMs : undefined
  if (status === 503 || after !== undefined) {
    headers['retry-after'] = String(Math.ceil((after ?? DEFAULT_RETRY_AFTER_MS) / 1000))
  }
  return headers
}

/** Sends a problem document. */
export function sendProblem(
  reply: FastifyReply,
  document: Problem,
  headers: Record<string, string> = {}
): FastifyReply {
  return reply
    .code(document.status)
    .headers(headers)
    .header('content-type', MEDIA_TYPE)
    .header('content-security-policy', POLICY)
    .header('cache-control', 'no-store')
    .header('x-content-type-options', 'nosniff')
    .send(JSON.stringify(document))
}

/** The same as the bytes of an answer, for a request that Node could not parse and Fastify never saw. */
export function rawProblem(document: Problem): string {
  const body = JSON.stringify(document)
  return [
    `HTTP/1.1 ${document.status} ${document.title}`,
    `Content-Type: ${MEDIA_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'X-Content-Type-Options: nosniff',
    'Cache-Control: no-store',
    'Connection: close',
    '',
    body
  ].join('\r\n')
}
