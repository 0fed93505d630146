import { hash, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { Judge, report } from '../leaks/judge/judge.ts'
import { post } from '../support/world.ts'
import { builder, type Builder } from './support/builder.ts'

const NOTIFY = `
name: notify-customer
trigger: { type: http, respond: last_step }
steps:
  - name: notify
    use: slack-send-message
    auth: { slack: { runtime: { oauth_access_token: "{{steps.trigger.event.body.slack_token}}" } } }
    props: { channel: "#general", text: "{{steps.trigger.event.body.text}}" }
`
const STORED = `
name: from-store
trigger: { type: http, respond: last_step, allow_anonymous: true }
steps:
  - name: notify
    use: slack-send-message
    auth: { slack: { store: { from: tokens, key: "{{steps.trigger.event.body.customer}}" } } }
    props: { channel: "#general", text: hello }
`
const AS_ACCOUNT = `
name: as-account
trigger: { type: http, respond: last_step }
steps:
  - name: notify
    use: slack-send-message
    auth: { slack: { account: acme-bot } }
    props: { channel: "#general", text: "{{steps.trigger.event.headers.authorization}}" }
`

const PLACES = [
  '/workflows',
  '/runs',
  '/accounts',
  '/stores',
  '/environment',
  '/data',
  '/settings',
  '/settings/users',
  '/settings/security',
  '/settings/audit'
]

function secret(): string {
  return `xoxb-${randomBytes(20).toString('hex')}`
}

test('no page shows, answers or keeps a secret', { timeout: 300_000 }, async () => {
  const judge = new Judge()
  const planted = (name: string): string => {
    const value = secret()
    judge.knows({ name, value })
    return value
  }
  const house = await builder('/workflows')
  await plant(house, planted)
  expect(judge.known).toBe(8)
  const examined = new Set<string>()
  // Every page loads the same scripts; what was looked at once need not be looked at again.
  const examine = (place: string, bytes: Buffer): void => {
    const digest = hash('sha256', bytes)
    if (!examined.has(digest)) judge.examine(place, bytes)
    examined.add(digest)
  }
  const { page, server } = house
  page.on('response', (response) => {
    void response.body().then(
      (bytes) => examine(`answer to ${new URL(response.url()).pathname}`, bytes),
      () => {}
    )
  })
  const seen: string[] = []
  for (const path of await paths(house)) {
    await page.goto(server.url + path)
    await page.locator('main').waitFor()
    await settled(page)
    await openEverything(page, async (what) => {
      seen.push(`${path} ${what}`)
      examine(`page ${path} ${what}`, Buffer.from(await page.content()))
      examine(`address of ${path}`, Buffer.from(page.url()))
    })
  }
  judge.examine('what the browser keeps', Buffer.from(await kept(page)))
  expect(seen.length).toBeGreaterThan(30)
  expect(judge.leaks, report(judge.leaks)).toEqual([])
})

/** Runs, accounts, stores, environment secrets and drafts that know secrets. */
async function plant({ server, data }: Builder, planted: (name: string) => string): Promise<void> {
  const file = join(data, 'tokens.sqlite')
  const database = new DatabaseSync(file)
  database.exec('create table tokens (customer text, oauth_access_token text)')
  database.prepare('insert into tokens values (?, ?)').run('7', planted('stored'))
  database.close()
  const query = 'select oauth_access_token from tokens where customer = $1'
  await server.api('PUT', '/stores/tokens', { kind: 'sqlite', config: { path: file, query } })
  await server.api('PUT', '/stores/vault', {
    kind: 'vault',
    config: { address: 'http://127.0.0.1:9', auth: { token: planted('vault-token') } }
  })
  await server.api('PUT', '/accounts/slack/acme-bot', { fields: { oauth_access_token: planted('account') } })
  await server.api('PUT', '/env/INTERNAL_KEY', { value: planted('environment') })
  const call = { text: 'hello', customer: '7' }
  // Only where a binding refers to it: what nothing points at is not known to be a secret.
  const bound = { ...call, slack_token: planted('runtime') }
  for (const [name, yaml] of Object.entries({
    'notify-customer': NOTIFY,
    'from-store': STORED,
    'as-account': AS_ACCOUNT
  })) {
    const url = await server.deploy(name, yaml)
    const body = name === 'notify-customer' ? bound : call
    await post(url, body, { authorization: `Bearer ${planted(`header of ${name}`)}` }).catch(() => undefined)
    if (name === 'notify-customer') await post(url, bound, { 'x-pd-notrigger': '1' })
  }
}

/** Every address of the page, and those of everything that was planted. */
async function paths({ server }: Builder): Promise<string[]> {
  const { body } = await server.api('GET', '/runs')
  const { runs } = body as { runs: { id: string }[] }
  const names = ['notify-customer', 'from-store', 'as-account']
  return [
    ...PLACES,
    ...names.flatMap((name) => [
      `/workflows/${name}`,
      `/workflows/${name}?step=notify`,
      `/workflows/${name}?step=settings`,
      `/workflows/${name}?view=yaml`,
      `/workflows/${name}/versions`
    ]),
    ...runs.flatMap(({ id }) => [`/runs/${id}?step=trigger`, `/runs/${id}?step=notify`])
  ]
}

/** Looks at the page as it opens, and with each of its tabs and folded parts open. */
async function openEverything(page: Page, look: (what: string) => Promise<void>): Promise<void> {
  await look('as it opens')
  const main = page.locator('main')
  for (const handle of await main.locator('[role=tab], [aria-expanded=false]').all()) {
    if (!(await handle.isVisible()) || !(await handle.isEnabled())) continue
    const name = (await handle.textContent()) ?? ''
    await handle.click({ timeout: 2_000 }).catch(() => undefined)
    await page.waitForTimeout(60)
    await look(`with “${name.slice(0, 40)}”`)
    if ((await page.locator('[role=listbox], [role=menu], [role=dialog]').count()) > 0)
      await page.keyboard.press('Escape')
  }
}

/** Nothing is being loaded any more. Live pages never stop talking, so it is not the network that tells. */
async function settled(page: Page): Promise<void> {
  await page.locator('.breathe.bg-sunken').first().waitFor({ state: 'detached' })
  await page.waitForTimeout(150)
}

const KEPT = `(async () => JSON.stringify({
  local: Object.entries(localStorage),
  session: Object.entries(sessionStorage),
  databases: await indexedDB.databases(),
  caches: await caches.keys(),
  cookies: document.cookie,
  state: history.state
}))()`

/** Everything that the browser keeps of the page by itself. */
function kept(page: Page): Promise<string> {
  return page.evaluate<string>(KEPT)
}
