/** Moving up: a server that was killed in the middle of everything, its data directory in PostgreSQL, and a node that goes on. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { migrate } from '../../server/src/storage/postgres/migrate.ts'
import { bellhop } from '../support/cli.ts'
import { at, gate, urlsOf, type Shown } from '../support/flow.ts'
import { nodes } from '../support/nodes.ts'
import { post } from '../support/post.ts'
import { ServerProcess } from '../support/server-process.ts'
import { eventually, world } from '../support/world.ts'

const ACTIONS = fileURLToPath(new URL('../support/flow-actions.ts', import.meta.url))
const BIN = fileURLToPath(new URL('../../server/bin/bellhop.js', import.meta.url))
const PASSWORD = 'correct horse battery'

/** A stand-in for Slack that hears with which token what is said, and holds its answer to one text until it is told. */
async function listener(
  held: string
): Promise<{ url: string; heard: string[]; came: Promise<void>; letGo: () => void }> {
  const heard: string[] = []
  const [came, freed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { text } = (await json(request)) as { text: string }
    heard.push(`${text} (${request.headers.authorization})`)
    if (text === held) {
      came.resolve()
      await freed.promise
    }
    response.setHeader('content-type', 'application/json').end('{"ok":true,"channel":"C0GENERAL","ts":"1.1"}')
  }
  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, heard, came: came.promise, letGo: freed.resolve }
}

const tell = (token: string, text: string): string => `
    use: slack-send-message
    auth: { slack: ${token} }
    props: { channel: C0GENERAL, text: "${text}" }
`
const runtime = (reference: string): string => `{ runtime: { oauth_access_token: "{{${reference}}}" } }`
const brought = runtime('steps.trigger.event.body.token')

const WORKFLOWS: Record<string, string> = {
  past: `  - name: tell${tell('{ account: acme }', 'past')}`,
  approved: `  - { name: approve, use: flow-suspend }\n  - name: tell${tell(brought, 'approved')}`,
  delayed: `  - { name: approve, use: flow-delay, props: { ms: 3600000 } }\n  - name: tell${tell(brought, 'delayed')}`,
  unkept: `  - { name: approve, use: flow-suspend, props: { gate: "{{steps.trigger.event.body.gate}}" } }\n  - name: tell${tell(brought, 'unkept')}settings: { retention: { keep: false } }\n`,
  many: `  - name: all
    each: "{{steps.trigger.event.body.users}}"
    as: user
    concurrency: 1
    steps:
      - name: tell
        use: slack-send-message
        auth: { slack: ${runtime('user.token')} }
        props: { channel: C0GENERAL, text: "hello {{user.name}}" }
`
}

const deploy = async (server: ServerProcess): Promise<Record<string, string>> => {
  const urls: Record<string, string> = {}
  for (const [name, steps] of Object.entries(WORKFLOWS))
    urls[name] = await server.deploy(name, `name: ${name}\ntrigger: { type: http }\nsteps:\n${steps}`)
  return urls
}

/** The only run of a workflow, when it is as it should be. */
async function runOf(server: ServerProcess, workflow: string, ready: (run: Shown) => boolean): Promise<Shown> {
  return eventually(async () => {
    const { body } = await server.api('GET', `/workflows/${workflow}/runs`)
    const id = (body as { runs: { id: string }[] }).runs[0]?.id
    if (id === undefined) return undefined
    const run = (await server.api('GET', `/runs/${id}`)).body as Shown
    return ready(run) ? run : undefined
  })
}

const has =
  (status: string) =>
  (run: Shown): boolean =>
    run.status === status

/** As the page of a link does. */
async function setPassword(server: ServerProcess): Promise<void> {
  const link = await eventually(() => /^set up \S+#(\S+)$/m.exec(server.output)?.[1])
  const { status } = await post(
    `${server.url}/api/v1/setup`,
    { token: link, name: 'anna', password: PASSWORD },
    { origin: server.url }
  )
  expect(status).toBe(200)
}

/** Runs `bellhop migrate`, and kills it while it waits for a table that the test holds. */
async function migrateAndKill(args: readonly string[], url: string): Promise<void> {
  const holder = new pg.Client({ connectionString: url })
  await holder.connect()
  await migrate(holder)
  await holder.query('begin; lock table bellhop.unfinished in share mode')
  const child = spawn(process.execPath, [BIN, ...args], { env: {}, stdio: 'ignore' })
  onTestFinished(() => void child.kill('SIGKILL'))
  const waiting =
    'select 1 from pg_locks join pg_database on oid = database where datname = current_database() and not granted'
  await eventually(async () => ((await holder.query(waiting)).rowCount === 0 ? undefined : true))
  expect(readFileSync(`/proc/${child.pid}/cmdline`, 'utf8')).not.toContain(new URL(url).password)
  child.kill('SIGKILL')
  await once(child, 'exit')
  await holder.end()
}

test('everything goes on in a database that nodes share', { timeout: 240_000 }, async () => {
  const slack = await listener('hello carl')
  const env = { BELLHOP_APP_SLACK_BASE_URL: `${slack.url}/api` }
  const nodeArgs = ['--import', ACTIONS]
  const { server, data } = await world({ env, nodeArgs })
  await setPassword(server)
  await server.api('PUT', '/accounts/slack/acme', { fields: { oauth_access_token: 'xoxb-of-the-account' } })
  const urls = await deploy(server)
  // Of a run that is not kept nobody sees the URLs but the one that it sends them to.
  const seen = await gate()
  seen.open()
  for (const name of ['past', 'approved', 'delayed', 'unkept'])
    await post(urls[name] ?? '', { token: `xoxb-of-the-request-${name}`, gate: seen.url })
  await runOf(server, 'past', has('succeeded'))
  const waiting = Object.fromEntries(
    await Promise.all(
      ['approved', 'delayed', 'unkept'].map(async (name) => [name, await runOf(server, name, has('waiting'))] as const)
    )
  )
  const users = ['anna', 'bert', 'carl', 'dora'].map((name) => ({ name, token: `xoxb-of-${name}-and-nobody-else` }))
  await post(urls['many'] ?? '', { users })
  await slack.came
  await server.kill()

  const key = readFileSync(join(data, 'key'), 'utf8').trim()
  const { start, settings, url } = await nodes({ env: { ...env, BELLHOP_KEY: key }, nodeArgs })
  const args = ['migrate', '--from', data, '--to', url]
  await migrateAndKill(args, url)
  const early = await ServerProcess.startAndFail(await settings())
  expect(early).toMatchObject({ code: 1, output: expect.stringContaining('not all of it is there') as string })
  const doctor = await bellhop(['doctor', '--data', data], { env: { BELLHOP_DATABASE_URL: url, BELLHOP_KEY: key } })
  expect(doctor.stdout).toContain('PROBLEM  A data directory is being moved into this database')
  expect(doctor.stdout).not.toContain('BELLHOP_KEY is not the key')
  const moved = await bellhop(args)
  expect(moved).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('Everything is there') as string })
  expect(moved.stdout).toMatch(/^unfinished +4 +4$/m)
  expect(moved.stdout).not.toContain(key)
  expect((await bellhop(args)).stderr).toContain('holds something already')

  slack.letGo()
  const node = await start()
  const there = { server: node }
  expect(await runOf(node, 'past', has('succeeded'))).toMatchObject({ steps: [{ name: 'tell', status: 'succeeded' }] })
  expect(await runOf(node, 'delayed', has('waiting'))).toEqual(waiting['delayed'])
  const signedIn = await post(`${node.url}/api/v1/session`, { name: 'anna', password: PASSWORD }, { origin: node.url })
  expect(signedIn.status).toBe(200)
  const resumed = ['approved', 'delayed'].map((name) => urlsOf(waiting[name] as Shown).resume_url)
  for (const url of [...resumed, (await seen.came).resume_url]) expect((await fetch(at(there, url))).status).toBe(200)
  for (const name of ['approved', 'delayed', 'many']) await runOf(node, name, has('succeeded'))
  await post(at(there, urls['past'] ?? ''), {})
  await eventually(() => (slack.heard.filter((said) => said.startsWith('past')).length === 2 ? true : undefined))
  await eventually(async () =>
    (await node.api('GET', `/runs/${waiting['unkept']?.id}`)).status === 404 ? true : undefined
  )
  expect(slack.heard.toSorted()).toEqual(
    [
      ...['approved', 'delayed', 'unkept'].map((name) => `${name} (Bearer xoxb-of-the-request-${name})`),
      ...['past', 'past'].map((text) => `${text} (Bearer xoxb-of-the-account)`),
      // The one that was under way when the server was killed.
      'hello carl (Bearer xoxb-of-carl-and-nobody-else)',
      ...users.map(({ name, token }) => `hello ${name} (Bearer ${token})`)
    ].toSorted()
  )
  expect(await secretsIn(url)).toBe(0)
  expect(await node.stop()).toBe(0)
})

/** How many rows hold sealed secrets. */
async function secretsIn(url: string): Promise<number | null> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query('select 1 from bellhop.keyring')).rowCount
  } finally {
    await client.end()
  }
}
