import { Fault, type Dollar, type FetchAnswer, type FetchInit, type HttpResponse, type Json } from '@bellhop/sdk'
import { exportTooLarge, MAX_EXPORT_CHARACTERS } from './operations/exporting.ts'
import type { StepRecord } from '../workflow/step-record.ts'
import { bodyTooLarge, MAX_BODY_BYTES } from './operations/respond.ts'
import type { Operations } from './operations/operations.ts'
import type { Left } from './operations/site.ts'

/** Builds the `$` of one attempt for an action of this process: the same operations that sandboxed code asks for. */
export function dollarOf(
  context: Dollar['context'],
  operations: Operations,
  fetch: (url: string, init?: FetchInit) => Promise<FetchAnswer>,
  signal: AbortSignal
): Dollar {
  const rerun: Dollar['flow']['rerun'] = (ms, context, max) => operations.do('flow.rerun', { ms, context, max })
  return {
    context,
    export: (key, value) => operations.do('export', { key, value }),
    respond: (response) => respond(operations, response),
    flow: {
      exit: (reason) => operations.do('flow.exit', { reason }),
      delay: (ms) => operations.do('flow.delay', { ms }),
      suspend: (ms) => operations.do('flow.suspend', { ms }),
      rerun,
      retry: rerun
    },
    send: { http: (request) => operations.do('send.http', request) },
    fetch,
    signal
  }
}

/**
 * What is wrong with an answer is thrown at once, also where nobody waits for the promise. Of a stream, which has to be
 * waited for, it is told through the promise.
 */
function respond(operations: Operations, { body, ...head }: HttpResponse = {}): Promise<void> {
  if (isStream(body)) {
    if (head.immediate === true) throw streamAtOnce()
    const read = readAll(body).then((bytes) => respondBytes(operations, head, bytes))
    // Whoever does not wait for it gets no answer, and takes nothing else along.
    read.catch(() => {})
    return read
  }
  if (body instanceof Uint8Array) respondBytes(operations, head, body)
  else operations.do('respond', { ...head, body })
  // What is answered at once is on its way when the ingress has had its turn.
  return head.immediate === true ? new Promise((resolve) => setImmediate(resolve)) : Promise.resolve()
}

function streamAtOnce(): Fault {
  return new Fault('bad_response', '`$.respond` cannot answer with a stream and `immediate: true`', {
    hint: 'Read the stream first, or leave `immediate` out.'
  })
}

function respondBytes(operations: Operations, head: Omit<HttpResponse, 'body'>, bytes: Uint8Array): void {
  if (bytes.length > MAX_BODY_BYTES) throw bodyTooLarge()
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
  operations.do('respond', { ...head, body, encoding: 'base64' })
}

function isStream(body: HttpResponse['body']): body is AsyncIterable<Uint8Array | string> {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body
}

async function readAll(stream: AsyncIterable<Uint8Array | string>): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk)
    size += bytes.length
    if (size > MAX_BODY_BYTES) throw bodyTooLarge()
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
}

/**
 * The record of a finished attempt, as the JSON that its exports really are: what `JSON.stringify` drops or changes is
 * dropped or changed before the next step sees it, not after a restart.
 * @throws Fault `export_not_json`, `export_too_large`
 */
export function recordOf({ exports, exit, response, next, sends }: Left, returned: Json | undefined): StepRecord {
  const { $summary: summary, ...named } = Object.fromEntries(exports)
  return asJson({
    exports: { ...(returned === undefined ? {} : { $return_value: returned }), ...named },
    ...(summary === undefined ? {} : { summary: typeof summary === 'string' ? summary : JSON.stringify(summary) }),
    ...(exit === undefined ? {} : { exit }),
    ...(response === undefined ? {} : { response }),
    // What ends the run leaves nothing to wait for.
    ...(next === undefined || exit !== undefined ? {} : { next }),
    ...(sends.length === 0 ? {} : { sends })
  })
}

function asJson(record: unknown): StepRecord {
  const text = stringify(record)
  if (text.length > MAX_EXPORT_CHARACTERS) throw exportTooLarge()
  return JSON.parse(text) as StepRecord
}

/** JSON.stringify's own errors quote what they read, so they are replaced. */
function stringify(record: unknown): string {
  try {
    return JSON.stringify(record)
  } catch {
    throw new Fault('export_not_json', 'the step exports something that is not JSON (a cycle, or a BigInt)', {
      hint: 'Export plain objects, lists, text and numbers.'
    })
  }
}
