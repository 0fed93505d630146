/** Credentials from where they live: added at the command line, fetched by a binding or a step, and never kept. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { NangoStandIn } from '../../server/src/credentials/stores/nango/testing/stand-in.ts'
import { kvWrite, stage, type Stage } from '../../server/src/credentials/stores/vault/testing/fixture.ts'
import { bellhop } from '../support/cli.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { eventually, post, world, type World } from '../support/world.ts'

const CUSTOMER = '{{steps.trigger.event.body.customer}}'

/** A workflow whose binding fetches, for callers that the trigger knows. */
const byBinding = (store: object): string =>
  JSON.stringify({
    name: 'by-binding',
    trigger: { type: 'http', respond: 'last_step', allow_anonymous: true },
    steps: [notify({ store })]
  })

function notify(binding: object): object {
  return {
    name: 'notify',
    use: 'slack-send-message',
    auth: { slack: binding },
    props: { channel: '#general', text: 'hello' }
  }
}

async function withVault(): Promise<{
  here: World
  vault: Stage
  cli: (...args: string[]) => ReturnType<typeof bellhop>
}> {
  const vault = await stage()
  const here = await world()
  const cli = (...args: string[]): ReturnType<typeof bellhop> => {
    const input = args.includes('add') ? `{ address: "${vault.server.url}", auth: { token: "${vault.token}" } }` : ''
    return bellhop([...args, '--server', here.server.url, '--data', here.data], { input })
  }
  expect(await cli('stores', 'add', 'main', 'vault')).toMatchObject({ code: 0 })
  return { here, vault, cli }
}

test('a store is added, listed and tested at the command line, without its credential or a value', async () => {
  const { vault, cli } = await withVault()
  kvWrite(vault.kv, 'customers/acme/slack', { token: 'xoxb-of-acme-himself' })
  const listed = await cli('stores')
  expect(listed.stdout).toContain(`main  vault  api  address=${vault.server.url}`)
  const well = await cli('stores', 'test', 'main', 'secret/customers/acme/slack')
  expect([well.code, well.stdout.match(/^ok/gm)?.length]).toEqual([0, well.stdout.trim().split('\n').length])
  const bad = await cli('stores', 'test', 'main', 'secret/customers/nobody')
  expect([bad.code, bad.stdout]).toEqual([1, expect.stringMatching(/^PROBLEM +path/m)])
  for (const { stdout, stderr } of [listed, well, bad]) {
    expect(stdout + stderr).not.toContain(vault.token)
    expect(stdout + stderr).not.toContain('xoxb-of-acme')
  }
  expect((await cli('stores', 'remove', 'main')).code).toBe(0)
  expect((await cli('stores')).stdout).toContain('no stores yet')
})

test('what a store is told is listed, with words for every key, and what cannot be is told with where to look', async () => {
  const { here, cli } = await withVault()
  const kinds = (await cli('stores', 'kinds')).stdout
  expect(kinds).toMatch(/^ {2}address +required +\S/m)
  expect(kinds.match(/^ {2}\w+(?: +required)?$/gm)).toBeNull()
  const at = ['--server', here.server.url, '--data', here.data]
  const add = (input: string): ReturnType<typeof bellhop> =>
    bellhop(['stores', 'add', 'other', 'vault', ...at], { input })
  expect((await add('')).stderr).toContain('standard input is empty')
  expect((await add('address')).stderr).toContain('standard input holds no keys with values')
  const wrong = (await add('auth: { token: 5 }')).stderr
  for (const told of ['of the kind vault', 'address: is missing', 'auth.token: expected text', 'bellhop stores kinds'])
    expect(wrong).toContain(told)
})

test('a step that works with another kind of store is warned of at deploy', async () => {
  const { here } = await withVault()
  const warningsOf = async (use: string, props: object): Promise<string> => {
    const steps = [{ name: 'read', use, props: { store: 'main', ...props } }]
    const definition = { name: 'other-kind', trigger: { type: 'http' }, steps }
    const { body } = await here.server.api('PUT', '/workflows/other-kind', definition)
    return JSON.stringify(body)
  }
  const warning = 'the store `main` is HashiCorp Vault, and `sqlite-query` works with one of the kind sqlite'
  expect(await warningsOf('sqlite-query', { sql: 'select 1' })).toContain(warning)
  expect(await warningsOf('vault-read-secret', { path: 'secret/a' })).toContain('"warnings":[]')
})

test('a binding fetches each customer’s own credential, and nothing of it is an export', async () => {
  const { here, vault } = await withVault()
  for (const customer of ['acme', 'bolt']) {
    kvWrite(vault.kv, `customers/${customer}/slack`, { token: `xoxb-token-of-${customer}` })
    here.vendor.admit(customer, `xoxb-token-of-${customer}`)
  }
  const store = { from: 'main', path: `secret/customers/${CUSTOMER}/slack`, fields: { oauth_access_token: 'token' } }
  const url = await here.server.deploy('by-binding', byBinding(store))
  for (const customer of ['acme', 'bolt', 'acme']) {
    expect(await post(url, { customer })).toMatchObject({ status: 200, body: { ok: true } })
  }
  expect(here.vendor.messages.map(({ customer }) => customer)).toEqual(['acme', 'bolt', 'acme'])
  // Vault was asked for each secret once.
  const reads = vault.server.asked.filter(({ path }) => path.includes('data/customers'))
  expect(reads).toHaveLength(2)
  // Nobody climbs out of his own place.
  const climbing = await post(url, { customer: '../bolt' })
  expect([climbing.status, climbing.body]).toMatchObject([500, { code: 'store_path_missing' }])
  expect(await post(url, { customer: '..' })).toMatchObject({ status: 500, body: { code: 'lookup_unusable' } })
})

test('a step fetches, and a later binding uses what it left', async () => {
  const { here, vault } = await withVault()
  kvWrite(vault.kv, 'customers/acme/slack', { token: 'xoxb-token-of-acme', team: 'team-secret-of-acme' })
  here.vendor.admit('acme', 'xoxb-token-of-acme')
  const fetch = {
    name: 'fetch',
    use: 'vault-read-secret',
    props: { store: 'main', path: 'secret/customers/acme/slack' }
  }
  const steps = [fetch, notify({ runtime: { oauth_access_token: '{{steps.fetch.$return_value.data.token}}' } })]
  const trigger = { type: 'http', respond: 'last_step' }
  const url = await here.server.deploy('by-step', JSON.stringify({ name: 'by-step', trigger, steps }))
  const answer = await post(url, {})
  expect(answer).toMatchObject({ status: 200, body: { ok: true } })
  const { body } = await here.server.api('GET', `/runs/${answer.headers.get('x-bellhop-run')}`)
  const shown = JSON.stringify(body)
  expect(shown).toMatch(/"token":"bhdl\./)
  expect(shown).not.toMatch(/xoxb-token-of-acme|team-secret-of-acme/)
})

test('a credential that was rotated at its source is fetched again when the vendor refuses it', async () => {
  const { here, vault } = await withVault()
  kvWrite(vault.kv, 'customers/acme/slack', { token: 'xoxb-first-of-acme' })
  here.vendor.admit('before', 'xoxb-first-of-acme')
  here.vendor.admit('after', 'xoxb-second-of-acme')
  const store = { from: 'main', path: `secret/customers/${CUSTOMER}/slack`, fields: { bearer_token: 'token' } }
  const props = { method: 'POST', url: `${here.vendor.url}/v1/notes` }
  const steps = [{ name: 'note', use: 'http-request', auth: { http: { store } }, props }]
  const trigger = { type: 'http', respond: 'last_step', allow_anonymous: true }
  const url = await here.server.deploy('noting', JSON.stringify({ name: 'noting', trigger, steps }))
  expect((await post(url, { customer: 'acme' })).status).toBe(200)
  here.vendor.behave({ customer: 'before', path: '/v1/notes' }, { status: 401 })
  kvWrite(vault.kv, 'customers/acme/slack', { token: 'xoxb-second-of-acme' })
  expect((await post(url, { customer: 'acme' })).status).toBe(200)
  expect((await post(url, { customer: 'acme' })).status).toBe(200)
  expect(here.vendor.calls.map(({ customer }) => customer)).toEqual(['before', 'before', 'after', 'after'])
})

test('Slack, which refuses a credential with a 200, is understood as well', async () => {
  const { here, vault } = await withVault()
  kvWrite(vault.kv, 'customers/acme/slack', { token: 'xoxb-first-of-acme' })
  here.vendor.admit('before', 'xoxb-first-of-acme')
  here.vendor.admit('after', 'xoxb-second-of-acme')
  const store = { from: 'main', path: `secret/customers/${CUSTOMER}/slack`, fields: { oauth_access_token: 'token' } }
  const url = await here.server.deploy('by-binding', byBinding(store))
  expect((await post(url, { customer: 'acme' })).status).toBe(200)
  const refusal = { ok: false, error: 'token_revoked' }
  here.vendor.behave({ customer: 'before', path: '/api/chat.postMessage' }, { body: refusal })
  kvWrite(vault.kv, 'customers/acme/slack', { token: 'xoxb-second-of-acme' })
  expect(await post(url, { customer: 'acme' })).toMatchObject({ status: 200, body: { ok: true } })
  expect(here.vendor.calls.map(({ customer }) => customer)).toEqual(['before', 'before', 'after'])
})

test('a file of stores is read at start, with its credentials from the environment', async () => {
  const nango = await NangoStandIn.start()
  onTestFinished(() => nango.close())
  nango.keys.set('the-key-of-nango', 'read_credentials')
  nango.connect('slack', 'acme', { credentials: { type: 'OAUTH2', access_token: 'xoxb-from-nango', raw: {} } })
  const file = join(await temporaryFolder(), 'stores.yaml')
  await writeFile(file, `stores:\n  hub: { kind: nango, host: "${nango.url}", api_key: "\${NANGO_KEY}" }\n`)
  const here = await world({ args: ['--stores', file], env: { NANGO_KEY: 'the-key-of-nango' } })
  here.vendor.admit('acme', 'xoxb-from-nango')
  const url = await here.server.deploy(
    'by-binding',
    byBinding({ from: 'hub', connection: CUSTOMER, integration: 'slack' })
  )
  expect(await post(url, { customer: 'acme' })).toMatchObject({ status: 200, body: { ok: true } })
})

/** Two fields of a user that is made for the run, in one call. */
async function deployDynamic({ server, vendor }: World): Promise<string> {
  const fields = { username: 'username', password: 'password' }
  const call = {
    name: 'call',
    use: 'http-request',
    auth: { http: { store: { from: 'main', path: 'database/creds/app', fields } } },
    props: { method: 'POST', url: `${vendor.url}/v1/notes`, fail_on_error_status: false }
  }
  const definition = { name: 'dynamic', trigger: { type: 'http', respond: 'last_step' }, steps: [call] }
  return server.deploy('dynamic', JSON.stringify(definition))
}

test('what Vault makes for a run goes back when the run ends', async () => {
  const { here, vault } = await withVault()
  const url = await deployDynamic(here)
  expect((await post(url, {})).status).toBe(200)
  await eventually(() => vault.server.tokens.leases().length === 0 || undefined)
  expect(vault.server.asked.some(({ path }) => path === 'database/creds/app')).toBe(true)
  const refused = await post(url, {}, { 'x-pd-nostore': '1' })
  expect(refused).toMatchObject({ status: 500, body: { code: 'nostore_cannot_lease' } })
  expect(vault.server.tokens.leases()).toEqual([])
})

test('the doctor shows what cannot be given back, until it is', async () => {
  const { here, vault, cli } = await withVault()
  const url = await deployDynamic(here)
  expect((await cli('doctor')).stdout).toContain('everything that ended runs held of stores was given back')
  vault.server.broken.set('auth/token/revoke-self', { status: 500, errors: ['of Vault’s own'] })
  const run = (await post(url, {})).headers.get('x-bellhop-run') ?? ''
  const unwell = await eventually(async () => {
    const answer = await cli('doctor')
    return answer.code === 1 ? answer : undefined
  })
  expect(unwell.stdout).toMatch(new RegExp(`^PROBLEM +what the run ${run} held of the store .main. could not be`, 'm'))
  expect(unwell.stdout).not.toMatch(/of Vault’s own|made-password|hvs\./)
  vault.server.broken.clear()
  await eventually(async () => (await cli('doctor')).code === 0 || undefined)
  expect(vault.server.tokens.leases()).toEqual([])
})
