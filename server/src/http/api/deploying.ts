/**
 * Deploying, which may take a while: one answer for those who only want to know how it ended, and lines of JSON for those
 * who watch (`Accept: application/x-ndjson`): what is being done, then how it ended.
 */
import type { FastifyReply } from 'fastify'
import { PassThrough } from 'node:stream'
import { z } from 'zod'
import { problemOf, Problem } from '../problem.ts'
import { logDefect } from '../request-log.ts'

export const LINES = 'application/x-ndjson'

/** An empty line that keeps proxies from taking silence for an end. */
const HEARTBEAT_MS = 15_000

/** One line of such an answer. */
export function lineSchema(deployment: z.ZodType): z.ZodType {
  return z.discriminatedUnion('type', [
    z.object({ type: z.literal('progress'), text: z.string().meta({ description: 'What is being done.' }) }),
    z.object({ type: z.literal('deployed'), status: z.int(), deployment }),
    z.object({ type: z.literal('problem'), problem: Problem })
  ])
}

/** Whether a caller wants lines. https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1 */
export function wantsLines(accept: string | undefined): boolean {
  return accept?.split(',').some((type) => type.split(';')[0]?.trim().toLowerCase() === LINES) === true
}

/** Answers with lines as a deploy goes on; the last one says how it ended. */
export function sendLines(
  reply: FastifyReply,
  work: (progress: (text: string) => void) => Promise<{ status: number; body: object }>
): void {
  sendAnyLines(reply, async (write) => {
    const { status, body } = await work((text) => write({ type: 'progress', text }))
    write({ type: 'deployed', status, deployment: body })
  })
}

/** Answers with the lines that `work` writes; where it fails, the last one is a problem. */
export function sendAnyLines(reply: FastifyReply, work: (write: (line: object) => void) => Promise<void>): void {
  const stream = new PassThrough()
  const write = (line: object): void => void (stream.writable && stream.write(`${JSON.stringify(line)}\n`))
  const heartbeat = setInterval(() => stream.writable && stream.write('\n'), HEARTBEAT_MS)
  void work(write)
    .catch((error: unknown) => {
      const problem = problemOf(error)
      if (problem.status === 500) logDefect(reply.server.bellhopLog, problem.code, error)
      write({ type: 'problem', problem })
    })
    .finally(() => {
      clearInterval(heartbeat)
      stream.end()
    })
  void reply
    .header('content-type', LINES)
    .header('cache-control', 'no-store')
    .header('x-accel-buffering', 'no')
    .send(stream)
}
