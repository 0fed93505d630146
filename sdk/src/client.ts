/**
 * For callers of Bellhop: triggers with the credentials that a run needs, and the admin API. On `fetch`, without
 * dependencies. Tokens are functions, asked at each use and kept nowhere; no error quotes what was sent.
 */
import { Fault } from './fault.ts'
import type { Json, JsonObject } from './json.ts'

/** Gives a token when it is needed. */
export type Token = () => string | Promise<string>

export interface TriggerCall {
  /** Default POST. */
  method?: string
  /** Sent as JSON; the credentials that bindings take from the body stand in it. */
  body?: Json
  /** Those that bindings take from headers. */
  headers?: Readonly<Record<string, string>>
  query?: Readonly<Record<string, string>>
  /** Of a trigger with `auth: { type: token }`: what its deploy showed. */
  token?: Token
  /** A repetition with the same key gets the first answer, and starts no second run. */
  idempotencyKey?: string
  /** Leaves nothing of the event and the run, which is then not durable. */
  noStore?: boolean
  signal?: AbortSignal
}

export interface TriggerAnswer {
  /** The id of the run; undefined where none was started. */
  run: string | undefined
  status: number
  headers: Headers
  /** JSON where it says that it is, text otherwise. */
  body: Json
  /** Whether the run survives a crash. */
  durable: boolean
  /** Whether it is the answer to an earlier call with the same idempotency key. */
  replayed: boolean
}

/**
 * Calls a trigger. What the workflow itself answers is an answer, whatever its status.
 * @param url as the deploy printed it
 * @throws Fault with the server's code where the call was refused or the run failed; `server_unreachable`, retryable
 *   where a repetition starts no second run
 */
export async function callTrigger(url: string, call: TriggerCall = {}): Promise<TriggerAnswer> {
  const target = new URL(url)
  for (const [name, value] of Object.entries(call.query ?? {})) target.searchParams.append(name, value)
  const headers = new Headers({ ...call.headers })
  if (call.token !== undefined) headers.set('authorization', `Bearer ${await call.token()}`)
  if (call.idempotencyKey !== undefined) headers.set('idempotency-key', call.idempotencyKey)
  if (call.noStore === true) headers.set('x-pd-nostore', '1')
  const { body, method = 'POST', signal, idempotencyKey } = call
  const answer = await send(target, { method, headers, body, signal }, idempotencyKey !== undefined)
  if (isProblem(answer)) throw await faultOf(answer)
  return {
    run: answer.headers.get('x-bellhop-run') ?? undefined,
    status: answer.status,
    headers: answer.headers,
    body: await read(answer),
    durable: answer.headers.get('x-bellhop-durable') !== 'false',
    replayed: answer.headers.get('idempotency-replayed') === 'true'
  }
}

export interface Deployment {
  name: string
  version: number
  /** False when the same definition was there already. */
  created: boolean
  triggers: ({ type: 'http'; url: string } | { type: 'schedule'; next: string | null })[]
  /** The trigger's new token, shown this once. */
  token?: string
  warnings: { path: string; message: string }[]
}

export interface Run {
  id: string
  workflow: string | null
  version: number | null
  status: string
  note?: string
  error?: { code: string; message: string; retryable: boolean; hint?: string }
  failed_step?: string
  accepted_at: string
  ended_at?: string
  duration_ms?: number
}

/** A run with what its steps did. The whole of it is described by `/api/v1/openapi.json`. */
export interface RunWithSteps extends Run {
  event?: Json
  steps: { name: string; status: string; exports?: JsonObject; summary?: string; error?: Run['error'] }[]
}

export interface RunFilter {
  workflow?: string
  status?: string
  /** ISO 8601. */
  since?: string
  until?: string
  limit?: number
  cursor?: string
}

/** The admin API of one server. */
export class Admin {
  readonly #url: string
  readonly #token: Token

  /** @param url of the server, such as `http://127.0.0.1:4000` */
  constructor(url: string, token: Token) {
    this.#url = url.replace(/\/+$/, '')
    this.#token = token
  }

  /** @param definition YAML text, or the definition itself */
  async deploy(name: string, definition: string | JsonObject): Promise<Deployment> {
    const path = `/workflows/${encodeURIComponent(name)}`
    return (await this.call('PUT', path, definition)) as unknown as Deployment
  }

  /** A page of runs, newest first. */
  async runs(filter: RunFilter = {}): Promise<{ runs: Run[]; next_cursor: string | null }> {
    const given = Object.entries(filter).flatMap(([name, value]) => (value === undefined ? [] : [[name, `${value}`]]))
    return (await this.call('GET', `/runs?${String(new URLSearchParams(given))}`)) as unknown as {
      runs: Run[]
      next_cursor: string | null
    }
  }

  async run(id: string): Promise<RunWithSteps> {
    return (await this.call('GET', `/runs/${encodeURIComponent(id)}`)) as unknown as RunWithSteps
  }

  async cancel(id: string): Promise<void> {
    await this.call('POST', `/runs/${encodeURIComponent(id)}/cancel`)
  }

  /**
   * Any other call under `/api/v1`. Text goes as YAML, anything else as JSON.
   * @throws Fault with the server's code, message and hint; `server_unreachable`
   */
  async call(method: string, path: string, body?: Json): Promise<Json> {
    const headers = new Headers({ authorization: `Bearer ${await this.#token()}` })
    if (typeof body === 'string') headers.set('content-type', 'application/yaml')
    const url = new URL(`${this.#url}/api/v1${path}`)
    const answer = await send(url, { method, headers, body }, method === 'GET' || method === 'PUT')
    if (!answer.ok) throw await faultOf(answer)
    return read(answer)
  }
}

interface Sent {
  method: string
  headers: Headers
  body: Json | undefined
  signal?: AbortSignal | undefined
}

/** @param repeatable whether the same call may be made again without another effect */
async function send(url: URL, { method, headers, body, signal }: Sent, repeatable: boolean): Promise<Response> {
  if (body !== undefined && !headers.has('content-type')) headers.set('content-type', 'application/json')
  const asItIs = typeof body === 'string' && headers.get('content-type') === 'application/yaml'
  const text = asItIs ? body : JSON.stringify(body)
  // Credentials go where they were sent, and nowhere else: a redirect is an answer.
  const init = { method, headers, ...(body === undefined ? {} : { body: text }), signal: signal ?? null }
  return fetch(url, { ...init, redirect: 'manual' }).catch((cause: unknown) => {
    if (signal?.aborted === true) throw cause
    throw new Fault('server_unreachable', `no Bellhop server answers at ${url.origin}`, {
      retryable: repeatable,
      hint: repeatable
        ? 'Look whether it runs there, and try again.'
        : 'Look whether it runs there. Repeating may start a second run: an idempotency key prevents that.'
    })
  })
}

async function read(answer: Response): Promise<Json> {
  const text = await answer.text()
  if (text === '') return null
  return /\bjson\b/.test(answer.headers.get('content-type') ?? '') ? (JSON.parse(text) as Json) : text
}

function isProblem(answer: Response): boolean {
  return answer.headers.get('content-type')?.startsWith('application/problem+json') === true
}

/** A problem document (RFC 9457) as the Fault that it was; of a definition with mistakes, with all of them. */
async function faultOf(answer: Response): Promise<Fault> {
  const problem = (await answer.json().catch(() => ({}))) as Problem
  const mistakes = (problem.errors ?? []).map(({ path, message }) => `\n  ${path}: ${message}`)
  const message = `${problem.detail ?? problem.title ?? `the server answered ${answer.status}`}${mistakes.join('')}`
  return new Fault(problem.code ?? 'server_error', message, {
    status: answer.status,
    retryable: problem.retryable ?? false,
    ...(problem.hint === undefined ? {} : { hint: problem.hint })
  })
}

interface Problem {
  code?: string
  title?: string
  detail?: string
  hint?: string
  retryable?: boolean
  errors?: { path: string; message: string }[]
}
