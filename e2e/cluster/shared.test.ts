/** What is changed on one node is so on the other, within a second. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { post } from '../support/post.ts'
import type { ServerProcess } from '../support/server-process.ts'
import { on, openPair, posting, RUNTIME, statusOf, type Pair } from './house.ts'

let pair: Pair
beforeAll(async () => {
  pair = await openPair()
})
afterAll(() => pair.cluster.close())

const said = (): unknown => pair.cluster.vendor.messages.at(-1)?.['text']
const saidBy = (): unknown => pair.cluster.vendor.messages.at(-1)?.['customer']

/** Lets customers in by tokens that are `xoxb-` and their name. */
function admit(...customers: string[]): void {
  for (const customer of customers) pair.cluster.vendor.admit(customer, `xoxb-${customer}`)
}

test('both call themselves another node, and take the same admin token', () => {
  const { a, b } = pair
  const slots = [a, b].map(({ output }) => /^node (\d) of /m.exec(output)?.[1])
  expect(new Set(slots)).toEqual(new Set(['1', '2']))
  expect(a.adminToken).toBe(b.adminToken)
})

test('a workflow that is deployed, redeployed, disabled, enabled and removed', async () => {
  const { a, b } = pair
  const url = await a.deploy('changing', posting('changing', 'first', RUNTIME))
  await expect.poll(() => statusOf(b, url)).toBe(200)
  expect(said()).toBe('first')
  await a.deploy('changing', posting('changing', 'second', RUNTIME))
  await expect.poll(() => statusOf(b, url).then(said)).toBe('second')
  await a.api('PATCH', '/workflows/changing', { enabled: false })
  await expect.poll(() => statusOf(b, url)).toBe(404)
  await b.api('PATCH', '/workflows/changing', { enabled: true })
  await expect.poll(() => statusOf(a, url)).toBe(200)
  await b.api('DELETE', '/workflows/changing')
  await expect.poll(() => statusOf(a, url)).toBe(404)
})

/** A definition of code alone. */
const coded = (name: string, code: string, settings = {}): string =>
  JSON.stringify({ name, trigger: { type: 'http', respond: 'last_step' }, steps: [{ name: 'only', code }], settings })

test('code that was built on the other node', async () => {
  const { a, b } = pair
  const url = await a.deploy('coded', coded('coded', 'export default () => ({ answer: 6 * 7 })'))
  await expect.poll(() => post(on(b, url), {}).then(({ body }) => body)).toEqual({ answer: 42 })
})

test('a token of a trigger that is made anew', async () => {
  const { a, b } = pair
  const definition = posting('guarded', 'hello', RUNTIME, ', auth: { type: token }')
  const { body } = await a.api('PUT', '/workflows/guarded', definition, 'application/yaml')
  const { triggers, token } = body as { triggers: { url: string }[]; token: string }
  const url = triggers[0]?.url ?? ''
  const by = (secret: string) => ({ authorization: `Bearer ${secret}` })
  await expect.poll(() => statusOf(b, url, by(token))).toBe(200)
  const rotated = await b.api('POST', '/workflows/guarded/rotate-token')
  const fresh = (rotated.body as { token: string }).token
  await expect.poll(() => statusOf(a, url, by(token))).toBe(401)
  await expect.poll(() => statusOf(a, url, by(fresh))).toBe(200)
})

test('an account', async () => {
  const { a, b } = pair
  admit('first', 'second')
  const keep = (token: string) => a.api('PUT', '/accounts/slack/bot', { fields: { oauth_access_token: token } })
  await keep('xoxb-first')
  const url = await a.deploy('with-account', posting('with-account', 'hi', '{ account: bot }'))
  await expect.poll(() => statusOf(b, url).then(saidBy)).toBe('first')
  await keep('xoxb-second')
  await expect.poll(() => statusOf(b, url).then(saidBy)).toBe('second')
})

test('a secret of the environment', async () => {
  const { a, b } = pair
  const { vendor } = pair.cluster
  admit('third', 'fourth')
  const keep = (value: string) => a.api('PUT', '/env/SLACK', { value, hosts: [new URL(vendor.url).host] })
  await keep('xoxb-third')
  const code = `export default async () => {
    const headers = { authorization: 'Bearer ' + process.env.KEY, 'content-type': 'application/json' }
    const body = JSON.stringify({ channel: 'C0GENERAL', text: 'from the environment' })
    return (await fetch('${vendor.url}/api/chat.postMessage', { method: 'POST', headers, body })).status
  }`
  const settings = { egress: [new URL(vendor.url).host], env: { KEY: { secret: 'SLACK' } } }
  const url = await a.deploy('with-env', coded('with-env', code, settings))
  await expect.poll(() => statusOf(b, url).then(saidBy)).toBe('third')
  await keep('xoxb-fourth')
  await expect.poll(() => statusOf(b, url).then(saidBy)).toBe('fourth')
})

test('a store', async () => {
  const { a, b } = pair
  admit('fifth', 'sixth')
  const folder = await mkdtemp(join(tmpdir(), 'bellhop-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const keep = async (customer: string): Promise<void> => {
    const path = join(folder, `${customer}.db`)
    const db = new DatabaseSync(path)
    db.exec(`create table customers (token text); insert into customers values ('xoxb-${customer}')`)
    db.close()
    const config = { path, query: 'select token from customers where $1 = $1' }
    expect(await a.api('PUT', '/stores/crm', { kind: 'sqlite', config })).toMatchObject({ status: 204 })
  }
  await keep('fifth')
  const store = '{ store: { from: crm, key: "any", fields: { oauth_access_token: token } } }'
  const url = await a.deploy('with-store', posting('with-store', 'hi', store))
  await expect.poll(() => statusOf(b, url).then(saidBy)).toBe('fifth')
  await keep('sixth')
  await expect.poll(() => statusOf(b, url).then(saidBy)).toBe('sixth')
})

/** What a browser sends with what it asks. */
async function ask(
  server: ServerProcess,
  method: string,
  path: string,
  cookie: string,
  body?: object,
  csrf = ''
): Promise<Response> {
  return fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: { 'content-type': 'application/json', origin: server.url, cookie, 'x-bellhop-csrf': csrf },
    ...(body === undefined ? {} : { body: JSON.stringify(body) })
  })
}

test('who sets up by the link of one, is known to the other, and is signed out everywhere', async () => {
  const { a, b } = pair
  const link = /^set up \S+#(\S+)$/m.exec(a.output)?.[1] ?? ''
  const opened = await ask(b, 'POST', '/setup', '', { token: link, name: 'anna', password: 'correct horse battery' })
  expect(opened.status).toBe(200)
  const cookie = opened.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const { csrf } = (await opened.json()) as { csrf: string }
  expect((await ask(a, 'GET', '/workflows', cookie)).status).toBe(200)
  // A live view ends with the session, wherever that is ended.
  const view = await ask(a, 'GET', '/runs/events', cookie)
  expect(view.status).toBe(200)
  expect((await ask(b, 'DELETE', '/sessions', cookie, undefined, csrf)).status).toBeLessThan(300)
  for await (const _ of view.body ?? []);
  expect((await ask(a, 'GET', '/workflows', cookie)).status).toBe(401)
  // The other's link is void as well.
  const late = await ask(a, 'POST', '/setup', '', {
    token: /^set up \S+#(\S+)$/m.exec(b.output)?.[1] ?? '',
    name: 'eve',
    password: 'correct horse battery'
  })
  expect(late.status).toBe(410)
})
