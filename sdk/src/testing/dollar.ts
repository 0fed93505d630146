/** The `$` of a component under test, and what it left through it. */
import { buffer } from 'node:stream/consumers'
import type { Dollar, HttpResponse, SendRequest, StepContext, WaitUrls } from '../action.ts'
import { Fault } from '../fault.ts'
import type { Json, JsonObject } from '../json.ts'
import type { ActionTest } from '../testing.ts'
import { doorFetch } from './fetch.ts'

/** An answer to the caller: bytes where it gave bytes, or a stream. */
export type Responded = Omit<HttpResponse, 'body'> & { body?: Json | Uint8Array }

/** A wait that the code asked for. */
export interface Wait {
  kind: 'delay' | 'suspend' | 'rerun'
  ms: number
  /** What `$.flow.rerun` hands on. */
  context?: Json
  maxRetries?: number
}

export interface Left {
  exports: Record<string, unknown>
  response: Responded | undefined
  exit: string | undefined
  wait: Wait | undefined
  sent: SendRequest[]
}

const DAY_MS = 86_400_000
const URLS: WaitUrls = { resume_url: 'https://bellhop.test/resume/1', cancel_url: 'https://bellhop.test/cancel/1' }

export function dollarOf(test: ActionTest): { $: Dollar; left: Left } {
  const left: Left = {
    exports: {},
    response: undefined,
    exit: undefined,
    wait: undefined,
    sent: []
  }
  const signal = test.signal ?? new AbortController().signal
  const $: Dollar = {
    context: { ...CONTEXT, ...test.context },
    export(key, value) {
      if (key === '$return_value') {
        throw new Fault('reserved_export', 'an action returns `$return_value`; it cannot export it', {
          hint: 'Return the value, or export it under another name.'
        })
      }
      if (value !== undefined) left.exports[key] = value
    },
    respond: (response = {}) => respond(left, response),
    flow: flowOf(left),
    send: { http: (request) => void left.sent.push(request) },
    fetch: (url, init = {}) => doorFetch(url, init, signal),
    signal
  }
  return { $, left }
}

function flowOf(left: Left): Dollar['flow'] {
  const waits = (wait: Wait): WaitUrls => {
    left.wait = wait
    return URLS
  }
  const rerun: Dollar['flow']['rerun'] = (ms, context, maxRetries) =>
    waits({
      kind: 'rerun',
      ms,
      ...(context === undefined ? {} : { context }),
      ...(maxRetries === undefined ? {} : { maxRetries })
    })
  return {
    exit(reason = '') {
      left.exit = reason
      return undefined
    },
    delay: (ms) => waits({ kind: 'delay', ms }),
    suspend: (ms = DAY_MS) => waits({ kind: 'suspend', ms }),
    rerun,
    retry: rerun
  }
}

/** The first answer counts. A stream is read to its end, which the code has to wait for. */
function respond(left: Left, { body, ...head }: HttpResponse): Promise<void> {
  const { status = 200, immediate } = head
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    throw new Fault('bad_response', '`$.respond` needs a status between 200 and 599')
  }
  if (typeof body !== 'object' || body === null || !(Symbol.asyncIterator in body)) {
    left.response ??= { ...head, ...(body === undefined ? {} : { body }) }
    return Promise.resolve()
  }
  if (immediate === true) {
    throw new Fault('bad_response', '`$.respond` cannot answer with a stream and `immediate: true`', {
      hint: 'Read the stream first, or leave `immediate` out.'
    })
  }
  const reading = buffer(body).then((bytes) => {
    left.response ??= { ...head, body: new Uint8Array(bytes) }
  })
  // Who does not wait for it gets no answer, as in a run.
  reading.catch(() => undefined)
  return reading
}

/**
 * What JSON makes of it, as between two steps.
 * @throws Fault `export_not_json`
 */
export function asJson(left: { value: unknown; exports: Record<string, unknown> }): {
  value: Json | undefined
  exports: JsonObject
} {
  try {
    return JSON.parse(JSON.stringify(left)) as ReturnType<typeof asJson>
  } catch (cause) {
    throw new Fault('export_not_json', 'the component exports something that is not JSON (a cycle, or a BigInt)', {
      hint: 'Export plain objects, lists, text and numbers.',
      cause
    })
  }
}

const CONTEXT: StepContext = {
  id: '01890a5d-ac96-774b-bcce-b302099a8057',
  ts: '2026-01-01T00:00:00.000Z',
  workflow_id: 'w_1',
  workflow_name: 'a-test',
  deployment_id: '0c2f7c52-3f63-4d0e-8d8d-4a0b6f6b3a11',
  trace_id: '01890a5d-ac96-774b-bcce-b302099a8057',
  replay: false,
  attempt: 1,
  deadline: Date.UTC(2026, 0, 1, 0, 5),
  JIT: false,
  idempotency_key: 'idempotency-key-of-the-test',
  run: { runs: 1 }
}
