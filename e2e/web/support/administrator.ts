import { setTimeout } from 'node:timers/promises'
import type { Cookie } from 'playwright-core'
import type { ServerProcess } from '../../support/server-process.ts'

export const ADMIN = { name: 'ada', password: 'correct horse battery staple' }

type SessionCookie = Pick<Cookie, 'name' | 'value' | 'httpOnly' | 'sameSite'> & { url: string }

/** Makes the first administrator through the link that the server printed; returns the session as cookies. */
export async function setUp(server: ServerProcess): Promise<SessionCookie[]> {
  const { url } = server
  const token = await printedToken(server)
  const answer = await fetch(`${url}/api/v1/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ token, ...ADMIN })
  })
  if (answer.status !== 200) throw new Error(`setting up: ${answer.status} ${await answer.text()}`)
  return answer.headers.getSetCookie().map((cookie) => {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
    return { name, value, url, httpOnly: true, sameSite: 'Strict' }
  })
}

/** It is printed after the line that says where the server listens. */
async function printedToken(server: ServerProcess): Promise<string> {
  for (;;) {
    const token = /^set up \S+#(\S+)$/m.exec(server.output)?.[1]
    if (token !== undefined) return token
    await setTimeout(20)
  }
}
