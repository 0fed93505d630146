/** Who may sign in, as the operator sees it: the printed link, the command line, and what a restart leaves. */
import { get } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { bellhop } from '../support/cli.ts'
import { ServerProcess } from '../support/server-process.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { eventually } from '../support/world.ts'

const PASSWORD = 'correct horse battery'

async function start(data: string, env: Record<string, string> = {}): Promise<ServerProcess> {
  const server = await ServerProcess.start({ data, env })
  onTestFinished(() => server.kill())
  return server
}

function printedLink(server: ServerProcess): Promise<URL> {
  return eventually(() => {
    const link = /^set up (\S+)$/m.exec(server.output)?.[1]
    return link === undefined ? undefined : new URL(link)
  })
}

/** Sets a password by link, in the way that its page does. */
async function use(server: ServerProcess, link: URL, name = ''): Promise<{ status: number; cookie: string }> {
  const answer = await fetch(`${server.url}/api/v1/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: server.url },
    body: JSON.stringify({ token: link.hash.slice(1), name, password: PASSWORD })
  })
  return { status: answer.status, cookie: answer.headers.getSetCookie()[0]?.split(';')[0] ?? '' }
}

const asUser = (server: ServerProcess, cookie: string): Promise<Response> =>
  fetch(`${server.url}/api/v1/workflows`, { headers: { cookie } })

test('each start prints another link until there is an administrator, after the line that says where it listens', async () => {
  const data = await temporaryFolder()
  const first = await start(data)
  const old = await printedLink(first)
  expect(first.output).toMatch(/^listening \S+\nset up \S+\/setup#[\w-]{43}\n/)
  await first.stop()
  const second = await start(data)
  const link = await printedLink(second)
  expect((await use(second, old, 'anna')).status).toBe(410)
  const { status, cookie } = await use(second, link, 'anna')
  expect(status).toBe(200)
  expect((await asUser(second, cookie)).status).toBe(200)
  await second.kill()
  // A session outlives the server, and a lost machine's page goes on where it was.
  const third = await start(data)
  expect((await asUser(third, cookie)).status).toBe(200)
  expect(third.output).not.toContain('set up')
})

test('the link leads to where browsers come in, if that is elsewhere', async () => {
  const server = await start(await temporaryFolder(), { BELLHOP_PUBLIC_URL: 'https://bellhop.example.com' })
  expect((await printedLink(server)).href).toMatch(/^https:\/\/bellhop\.example\.com\/setup#/)
})

test('the command line makes links, and lists and removes users', async () => {
  const server = await start(await temporaryFolder())
  const users = (...args: string[]) => bellhop(['users', ...args, '--server', server.url, '--data', server.data])
  const linkIn = ({ stdout }: { stdout: string }): URL => new URL(stdout.split('\n')[0] ?? '')
  expect((await users()).stdout).toContain('no users yet')
  const printed = await printedLink(server)
  const made = await users('link')
  expect((await use(server, printed, 'anna')).status).toBe(410)
  expect((await use(server, linkIn(made), 'anna')).status).toBe(200)
  expect((await users('link')).stderr).toContain('there is an administrator already')
  expect((await users('link', 'bert')).stderr).toContain('no user of this name')
  const bert = linkIn(await users('add', 'bert'))
  expect((await users('list')).stdout).toMatch(/^anna +last seen .*\nbert +no password yet, link until /)
  const { cookie } = await use(server, bert)
  expect((await asUser(server, cookie)).status).toBe(200)
  expect((await users('remove', 'anna')).stdout).toBe('removed anna\n')
  expect((await users('remove', 'bert')).stderr).toContain('nobody else can sign in')
  expect((await use(server, linkIn(await users('link', 'bert')))).status).toBe(200)
  expect((await asUser(server, cookie)).status).toBe(401)
})

test('the builder is where the server listens, or says how it is built', async () => {
  const server = await start(await temporaryFolder())
  const types = await new Promise((resolve, reject) => {
    get(`${server.url}/workflows`, { headers: { accept: 'text/html' } }, (answer) => {
      resolve([answer.statusCode, answer.headers['content-type']])
      answer.resume()
    }).once('error', reject)
  })
  expect([
    [200, 'text/html; charset=utf-8'],
    [503, 'text/html; charset=utf-8']
  ]).toContainEqual(types)
})
