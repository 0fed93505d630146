import { defineComponent, type FetchAnswer } from '@bellhop/sdk'
import { messageOf, readRefusal, retryAfterMs } from '../../vendor/refusal.ts'
import { kindOfStatus, quotable, rejection } from '../../vendor/rejection.ts'
import { readBody, RESPONSE_FORMATS } from '../answer.ts'
import { http } from '../app.ts'
import { credentialOf } from '../credential.ts'
import { buildRequest } from '../request.ts'

// Not imported: as an ES module, node:http loads all of Node's fetch at every start.
const { STATUS_CODES } = process.getBuiltinModule('node:http')

export const request = defineComponent({
  type: 'action',
  key: 'http-request',
  name: 'Send an HTTP request',
  description: 'Calls any HTTP API. Returns the body of the answer; exports `status` and `headers`.',
  version: '0.1.0',
  props: {
    http,
    method: {
      type: 'string',
      label: 'Method',
      options: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'],
      default: 'GET',
      optional: true
    },
    url: {
      type: 'string',
      label: 'URL',
      description: 'The credential goes to the host that is written out here; if a reference gives it, list `hosts`.'
    },
    headers: { type: 'object', label: 'Headers', optional: true },
    query: {
      type: 'object',
      label: 'Query',
      description: 'Parameters added to the URL; a list repeats its parameter.',
      optional: true
    },
    body: {
      type: 'any',
      label: 'Body',
      description: 'Text goes as it is, anything else as JSON, or as a form if `content-type` says so.',
      optional: true
    },
    timeout_seconds: {
      type: 'integer',
      label: 'Timeout',
      description: 'How long to wait for the answer to begin, in seconds.',
      default: 30,
      min: 1,
      max: 600,
      optional: true
    },
    follow_redirects: { type: 'boolean', label: 'Follow redirects', default: true, optional: true },
    response_format: {
      type: 'string',
      label: 'Read the answer as',
      description: 'By its content type, or as JSON, text or bytes.',
      options: RESPONSE_FORMATS,
      default: 'auto',
      optional: true
    },
    fail_on_error_status: {
      type: 'boolean',
      label: 'Fail on 4xx and 5xx',
      description: 'False returns such an answer like any other; look at the export `status`.',
      default: true,
      optional: true
    },
    send_idempotency_key: {
      type: 'boolean',
      label: 'Send an idempotency key',
      description: 'POST and PATCH carry `idempotency-key`, the same for every attempt of this step.',
      default: true,
      optional: true
    }
  },
  async run({ $ }) {
    const init = buildRequest({
      method: this.method,
      headers: this.headers,
      query: this.query,
      body: this.body,
      credential: credentialOf(this.http),
      idempotencyKey: this.send_idempotency_key ? $.context.idempotency_key : undefined
    })
    const answer = await $.fetch(this.url, {
      ...init,
      timeoutMs: this.timeout_seconds * 1000,
      redirect: this.follow_redirects ? 'follow' : 'manual'
    })
    const { host } = new URL(this.url)
    if (answer.status >= 400 && this.fail_on_error_status) throw await refusalOf(answer, host)
    $.export('status', answer.status)
    // Those two are about a connection that later steps do not have.
    const { connection: _, 'keep-alive': __, ...headers } = answer.headers
    $.export('headers', headers)
    $.export('$summary', `${this.method} ${host} answered ${answer.status}`)
    return readBody(answer, this.response_format)
  }
})

/** What an API says about itself is all that is known of it: its status, and its message if there is one. */
async function refusalOf(answer: FetchAnswer, host: string): Promise<Error> {
  const message = messageOf(await readRefusal(answer))
  return rejection({
    kind: kindOfStatus(answer.status),
    vendor: host,
    said: `${answer.status} ${STATUS_CODES[answer.status] ?? ''}`,
    means: message === undefined ? 'it says no more' : quotable(message),
    status: answer.status,
    retryAfterMs: retryAfterMs(answer, Date.now())
  })
}
