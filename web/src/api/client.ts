/**
 * The admin API, typed by its own OpenAPI document (`npm run api --workspace web` writes `schema.ts`). Every call of the
 * page goes through here: it proves that it comes from this page (CSRF), and turns problem documents (RFC 9457) into
 * `ApiProblem`s.
 */
import createClient, { type Middleware } from 'openapi-fetch'
import type { components, paths } from './schema.ts'

export type Schemas = components['schemas']
export type Problem = Schemas['Problem']
export type Mistake = Schemas['Mistake']

/** What the server said instead of an answer. */
export class ApiProblem extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail ?? problem.title)
    this.name = 'ApiProblem'
    this.problem = problem
  }
}

/** The server could not be asked at all. */
export class Unreachable extends Error {
  constructor() {
    super('the server does not answer')
    this.name = 'Unreachable'
  }
}

/** The session's proof, from `GET /session`. Held in memory: a page that is loaded anew asks again. */
let csrf: string | undefined
let signedOut: () => void = () => {}

export function proveWith(token: string | undefined): void {
  csrf = token
}

/** What is done when the server no longer knows the session. */
export function onSignedOut(react: () => void): void {
  signedOut = react
}

const conduct: Middleware = {
  onRequest({ request }) {
    if (csrf !== undefined && request.method !== 'GET') request.headers.set('x-bellhop-csrf', csrf)
    return request
  },
  async onResponse({ response }) {
    if (response.ok) return response
    throw await problemOf(response)
  },
  onError() {
    return new Unreachable()
  }
}

export const api = createClient<paths>({ baseUrl: '/api/v1' })
api.use(conduct)

/** A call whose answer comes in parts (lines, events), outside of the typed client. `path` is below `/api/v1`. */
export async function call(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers)
  if (csrf !== undefined && init.method !== undefined && init.method !== 'GET') headers.set('x-bellhop-csrf', csrf)
  const response = await fetch(`/api/v1${path}`, { ...init, headers }).catch((error: unknown) => {
    throw error instanceof DOMException && error.name === 'AbortError' ? error : new Unreachable()
  })
  if (response.ok) return response
  throw await problemOf(response)
}

async function problemOf(response: Response): Promise<ApiProblem> {
  const problem = (await response
    .clone()
    .json()
    .catch(() => undefined)) as Problem | undefined
  if (response.status === 401 && problem?.code === 'unauthorized') signedOut()
  return new ApiProblem(
    problem ?? {
      type: 'about:blank',
      title: `the server answered with ${response.status}`,
      status: response.status,
      code: 'unreadable'
    }
  )
}

/** The body of an answer that has one. */
export async function body<T>(answer: Promise<{ data?: T }>): Promise<T> {
  const { data } = await answer
  if (data === undefined) throw new Error('an answer without a body')
  return data
}
