/** What a browser does with a session: keeps the cookie, sends where a request comes from, and the proof that it got. */
import type { ApiServer } from './api-server.ts'

export const PASSWORD = 'correct horse battery'

export interface Answered {
  status: number
  headers: Headers
  body: Record<string, unknown>
}

export class Browser {
  readonly #server: Pick<ApiServer, 'url'>
  readonly #more: Readonly<Record<string, string>>
  /** `name=value` of the session's cookie. */
  cookie = ''
  csrf = ''

  /** @param more headers of every request */
  constructor(server: Pick<ApiServer, 'url'>, more: Readonly<Record<string, string>> = {}) {
    this.#server = server
    this.#more = more
  }

  async call(method: string, path: string, body?: object, headers: Record<string, string> = {}): Promise<Answered> {
    const { origin, host } = new URL(this.#server.url)
    const answer = await fetch(`${this.#server.url}/api/v1${path}`, {
      method,
      headers: {
        host,
        'sec-fetch-site': 'same-origin',
        ...(method === 'GET' ? {} : { origin }),
        ...(this.cookie === '' ? {} : { cookie: this.cookie }),
        ...(this.csrf === '' ? {} : { 'x-bellhop-csrf': this.csrf }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...this.#more,
        ...headers
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) })
    })
    this.#take(answer.headers)
    const text = await answer.text()
    const json = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>
    if (answer.ok && typeof json['csrf'] === 'string') this.csrf = json['csrf']
    return { status: answer.status, headers: answer.headers, body: json }
  }

  async signIn(name: string, password = PASSWORD): Promise<Answered> {
    return this.call('POST', '/session', { name, password })
  }

  #take(headers: Headers): void {
    for (const set of headers.getSetCookie()) {
      const [pair = ''] = set.split(';')
      this.cookie = pair.endsWith('=') ? '' : pair
    }
  }
}

/** The token of a link, as the admin gets it. */
export async function linkFor(server: ApiServer, name?: string): Promise<string> {
  const answer = await server.call('POST', name === undefined ? '/setup/link' : `/users/${name}/link`)
  const { url } = (await answer.json()) as { url: string }
  return new URL(url).hash.slice(1)
}

/** Makes the first administrator, who is signed in in this browser. */
export async function setUp(server: ApiServer, browser: Browser, name = 'anna'): Promise<void> {
  const token = await linkFor(server)
  const { status, body } = await browser.call('POST', '/setup', { token, name, password: PASSWORD })
  if (status !== 200) throw new Error(JSON.stringify(body))
}
