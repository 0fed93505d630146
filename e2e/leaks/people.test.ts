/**
 * Passwords, and the tokens of sessions and links: each is in the one answer that it is for, and nowhere else; not in the data
 * directory, not in what the server prints, not in another answer.
 */
import { Agent } from 'node:http'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { ServerProcess } from '../support/server-process.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { randomText } from './grammar/secrets.ts'
import { Files } from './judge/files.ts'
import { Judge } from './judge/judge.ts'
import { SECRET_FILES } from './judge/manifest.ts'
import { exchange, type WireAnswer } from './stage/wire.ts'

/** A browser that shows the judge every answer. */
class Witness {
  readonly #server: () => ServerProcess
  readonly #answers: { place: string; bytes: Buffer; holds: string[] }[] = []
  readonly #agent = new Agent({ keepAlive: true })
  cookie = ''
  csrf = ''

  constructor(server: () => ServerProcess) {
    this.#server = server
    onTestFinished(() => this.#agent.destroy())
  }

  /** @param as `admin` for a program with the token */
  async call(method: string, path: string, body?: object, as?: 'admin'): Promise<WireAnswer> {
    const server = this.#server()
    const mine = {
      cookie: this.cookie,
      'x-bellhop-csrf': this.csrf,
      origin: server.url,
      'user-agent': `Firefox/1 ${AGENT}`
    }
    const answer = await exchange(this.#agent, `${server.url}/api/v1${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(as === 'admin' ? { authorization: `Bearer ${server.adminToken}` } : mine)
      },
      body: body === undefined ? undefined : Buffer.from(JSON.stringify(body))
    })
    this.#answers.push({ place: `${method} ${path}`, bytes: answer.bytes, holds: this.#take(answer) })
    return answer
  }

  /** What an answer gives to the browser by design: the judge finds it there and takes it out. */
  #take({ status, headers, body }: WireAnswer): string[] {
    if (status >= 300 || body.length === 0) return []
    const { csrf, url } = JSON.parse(body.toString()) as { csrf?: string; url?: string }
    const token = /session=([\w-]+)/.exec(headers['set-cookie']?.[0] ?? '')?.[1]
    if (token !== undefined) this.cookie = `bellhop_session=${token}`
    if (csrf !== undefined) this.csrf = csrf
    return [csrf, token, url?.split('#')[1]].filter((each) => each !== undefined)
  }

  /** Every token that any answer gave. */
  get given(): string[] {
    return [...new Set(this.#answers.flatMap(({ holds }) => holds))]
  }

  showTo(judge: Judge): void {
    for (const { place, bytes, holds } of this.#answers) {
      const rest = holds.reduce((text, token) => text.replaceAll(token, ''), bytes.toString('latin1'))
      judge.examine(place, Buffer.from(rest, 'latin1'))
    }
  }
}

const AGENT = randomText(32, 'agent')

test('what people sign in with is in no file, no line and no answer that it is not for', async () => {
  const root = await temporaryFolder()
  const data = join(root, 'data')
  const settings = { data, env: { HOME: root, TMPDIR: root, BELLHOP_LOG_LEVEL: 'trace' }, cwd: root }
  let server = await ServerProcess.start(settings)
  onTestFinished(() => server.kill())
  const outputs: string[] = []
  const [first, second, wrong, third] = ['first', 'second', 'wrong', 'third'].map((name) => randomText(40, name))
  const anna = new Witness(() => server)
  const bert = new Witness(() => server)
  const setup = await setupToken(server)

  expect((await anna.call('POST', '/setup/check', { token: setup })).status).toBe(200)
  expect((await anna.call('POST', '/setup', { token: setup, name: 'anna', password: first })).status).toBe(200)
  expect((await anna.call('POST', '/setup', { token: setup, name: 'anna', password: first })).status).toBe(410)
  expect((await anna.call('GET', '/session')).status).toBe(200)
  expect((await anna.call('GET', '/sessions')).status).toBe(200)
  expect((await anna.call('POST', '/session', { name: 'anna', password: wrong })).status).toBe(403)
  expect((await anna.call('POST', '/session', { name: wrong, password: wrong })).status).toBe(403)
  expect((await anna.call('POST', '/session', { password: wrong, [String(wrong)]: 1 })).status).toBe(400)
  expect((await anna.call('PUT', '/password', { current: wrong, next: third })).status).toBe(403)
  expect((await anna.call('PUT', '/password', { current: first, next: second })).status).toBe(200)
  const added = await anna.call('POST', '/users', { name: 'bert' })
  const link = (JSON.parse(added.body.toString()) as { url: string }).url.split('#')[1]
  expect((await bert.call('POST', '/setup', { token: link, password: 'short' })).status).toBe(422)
  expect((await bert.call('POST', '/setup', { token: link, password: third })).status).toBe(200)
  // A link that nobody uses, and a session that nobody ends.
  expect((await anna.call('POST', '/users/bert/link', undefined, 'admin')).status).toBe(201)
  expect((await anna.call('GET', '/users')).status).toBe(200)
  expect((await anna.call('POST', '/users', { name: `${wrong}${wrong}` })).status).toBe(422)
  expect((await anna.call('DELETE', `/users/${wrong}`)).status).toBe(404)
  expect((await bert.call('DELETE', '/session')).status).toBe(204)

  const judge = new Judge()
  const passwords = { first, second, wrong, third, agent: AGENT }
  for (const [name, value = ''] of Object.entries(passwords)) judge.knows({ name, value })
  for (const token of [setup, ...anna.given, ...bert.given]) judge.knows({ name: `token ${judge.known}`, value: token })
  expect(judge.known).toBeGreaterThan(12)
  const files = new Files([root], SECRET_FILES)
  const look = (): void => {
    for (const { file, bytes } of files.whole()) judge.examine(file, bytes)
  }
  look()
  outputs.push(server.output)
  await server.kill()
  server = await ServerProcess.start(settings)
  expect((await anna.call('GET', '/users')).status).toBe(200)
  look()
  await server.stop()
  look()
  outputs.push(server.output)
  anna.showTo(judge)
  bert.showTo(judge)
  // The one line that the first token is for. There is an administrator, so the second start has none.
  const [before = '', after = ''] = outputs
  judge.examine('output', Buffer.from(before.replace(/^set up .*$/m, '') + after))
  expect(after).not.toContain('set up')
  expect(judge.leaks).toEqual([])

  // The judge sees what there is to be seen.
  judge.examine('control', Buffer.from(before))
  expect(judge.leaks).toHaveLength(1)
})

async function setupToken(server: ServerProcess): Promise<string> {
  await expect.poll(() => server.output).toMatch(/^set up \S+$/m)
  return /^set up \S+#(\S+)$/m.exec(server.output)?.[1] ?? ''
}
