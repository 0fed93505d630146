import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Fault, type Json } from '@bellhop/sdk'

/** Where a command finds the server, as its options and the environment say. */
export interface ServerOptions {
  server: string
  data: string
  token?: string
}

/** The admin API, as the commands call it. The token is read at each use and kept in no field. */
export class Client {
  readonly #options: ServerOptions

  constructor(options: ServerOptions) {
    this.#options = options
  }

  get server(): string {
    return this.#options.server.replace(/\/+$/, '')
  }

  /**
   * One call under `/api/v1`. Returns the decoded answer, null for an empty one.
   * @throws Fault with the server's own code, message and hint; `server_unreachable`; `admin_token_missing`
   */
  async call(method: string, path: string, body?: { type: string; text: string }): Promise<Json> {
    const response = await this.open(method, path, body)
    const text = await response.text()
    return text === '' ? null : (JSON.parse(text) as Json)
  }

  /** The same, with the answer's body still to be read (server-sent events). */
  async open(method: string, path: string, body?: { type: string; text: string }, accept = '*/*'): Promise<Response> {
    const headers: Record<string, string> = { authorization: `Bearer ${this.#token()}`, accept }
    if (body !== undefined) headers['content-type'] = body.type
    const init = { method, headers, ...(body === undefined ? {} : { body: body.text }) }
    const response = await fetch(`${this.server}/api/v1${path}`, init).catch(() => {
      throw new Fault('server_unreachable', `no Bellhop server answers at ${this.server}`, {
        hint: 'Start one with `bellhop start`, or name another with --server or BELLHOP_SERVER.'
      })
    })
    if (!response.ok) throw await faultOf(response)
    return response
  }

  #token(): string {
    if (this.#options.token !== undefined) return this.#options.token
    const file = join(this.#options.data, 'admin-token')
    try {
      return readFileSync(file, 'utf8').trim()
    } catch {
      throw new Fault('admin_token_missing', `there is no admin token at ${file}`, {
        hint: 'Name the server’s data directory with --data, or set BELLHOP_TOKEN.'
      })
    }
  }
}

/** A problem document as the server sends it (RFC 9457). */
export interface ToldProblem {
  code?: string
  detail?: string
  title?: string
  hint?: string
  status?: number
  errors?: ToldMistake[]
}

async function faultOf(response: Response): Promise<Fault> {
  const problem = (await response.json().catch(() => ({}))) as ToldProblem
  return faultOfProblem({ ...problem, status: response.status })
}

/** A problem document as the Fault that it was. */
export function faultOfProblem({ code, detail, title, hint, status = 500, errors = [] }: ToldProblem): Fault {
  const mistakes = errors.map((mistake) => `\n  ${mistakeLine(mistake)}`).join('')
  const message = `${detail ?? title ?? `the server answered ${status}`}${mistakes}`
  return new Fault(code ?? 'server_error', message, { status, ...(hint === undefined ? {} : { hint }) })
}

/** A mistake or warning as the server tells it. */
export interface ToldMistake {
  path?: string
  line?: number
  message?: string
  expected?: string
  suggestion?: string
}

/** `line 3, steps[0].use: unknown action …; write …` */
export function mistakeLine({ path, line, message, expected, suggestion }: ToldMistake): string {
  const where = [line === undefined ? '' : `line ${line}`, path ?? ''].filter((part) => part !== '').join(', ')
  const what = `${where === '' ? '' : `${where}: `}${message ?? ''}`
  const more =
    expected === undefined || message?.includes(`expected ${expected}`) === true ? '' : `; expected ${expected}`
  if (suggestion === undefined || message?.includes(suggestion) === true) return what + more
  // Several lines are there to be pasted.
  return suggestion.includes('\n')
    ? `${what}${more}; write:\n${suggestion.replace(/^/gm, '      ')}`
    : `${what}${more}; write ${suggestion}`
}
