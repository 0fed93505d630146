/** Somebody who looks at a server's page in a real browser: signed in, and with nothing in the cache. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import type { Service } from '../service.ts'
import { PROBE } from './probe.ts'

const PASSWORD = 'correct horse battery staple'

/** Makes a user, and the cookie of a session of theirs: `name=value`. */
export async function signIn(server: Service, data: string): Promise<string> {
  const ask = async (path: string, body: object, headers: Record<string, string>): Promise<Response> => {
    const answer = await fetch(`${server.url}/api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: server.url, ...headers },
      body: JSON.stringify(body)
    })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return answer
  }
  const token = readFileSync(join(data, 'admin-token'), 'utf8').trim()
  const made = await ask('/users', { name: 'ada' }, { authorization: `Bearer ${token}` })
  const { url } = (await made.json()) as { url: string }
  const answer = await ask('/setup', { token: new URL(url).hash.slice(1), name: 'ada', password: PASSWORD }, {})
  const cookie = answer.headers.getSetCookie()[0]?.split(';')[0]
  if (cookie === undefined) throw new Error('setting a password began no session')
  return cookie
}

/** A page of a browser profile of its own. The caller closes its context. */
export async function visit(browser: Browser, server: Service, cookie: string): Promise<Page> {
  const context = await browser.newContext({ baseURL: server.url, viewport: { width: 1440, height: 900 } })
  const [name = '', value = ''] = cookie.split('=')
  await context.addCookies([{ name, value, url: server.url, httpOnly: true, sameSite: 'Strict' }])
  await context.addInitScript(PROBE)
  const page = await context.newPage()
  page.setDefaultTimeout(60_000)
  return page
}
