/** Credentials that are tried while a form is filled in: whose they are, which fields a store has, and never a value. */
import { expect, test } from 'vitest'
import { startVendor } from '@bellhop/examples/vendor'
import { kvWrite, stage } from '../../server/src/credentials/stores/vault/testing/fixture.ts'
import { dataFiles } from '../support/data-files.ts'
import { world } from '../support/world.ts'

const GOOD = 'xoxb-of-ada-and-good-0123456789'
const BAD = 'xoxb-of-nobody-0123456789'
const STORED = 'xoxb-of-acme-himself-0123456789'

test('an account is tried before it is saved', async () => {
  const vendor = await startVendor({ tokens: { ada: GOOD } })
  const { server, data } = await world({
    env: { BELLHOP_APP_SLACK_BASE_URL: `${vendor.url}/api`, BELLHOP_APP_GITHUB_BASE_URL: vendor.url }
  })
  const tried = async (app: string, fields: object): Promise<unknown> =>
    (await server.api('POST', '/accounts/test', { app, fields })).body
  try {
    const answers = [
      await tried('slack', { oauth_access_token: GOOD }),
      await tried('slack', { oauth_access_token: BAD }),
      await tried('github', { oauth_access_token: GOOD }),
      await tried('github', { oauth_access_token: BAD }),
      await tried('http', { bearer_token: GOOD }),
      await tried('elsewhere', { key: GOOD }),
      await tried('slack', {})
    ]
    expect(answers).toMatchObject([
      { ok: true, says: 'Slack takes it: Acme, ada' },
      { ok: false, says: 'Slack does not take it: it answered 200, “invalid_auth”' },
      { ok: true, says: 'GitHub takes it: ada' },
      { ok: false, says: 'GitHub does not take it: it answered 401, “Bad credentials”' },
      { ok: true, says: 'HTTP has nothing to try it with; all its fields are there' },
      { ok: true },
      { code: 'account_incomplete', status: 422 }
    ])
    vendor.behave(
      { times: 1 },
      { body: { ok: false, error: 'invalid_auth' }, echo: [{ place: 'body', encoding: 'plain' }] }
    )
    const echoed = await tried('slack', { oauth_access_token: BAD })
    await vendor.close()
    const down = await tried('slack', { oauth_access_token: GOOD })
    expect(down).toMatchObject({ ok: false })
    expect(JSON.stringify([answers, echoed, down])).not.toMatch(new RegExp(`${GOOD}|${BAD}`))
  } finally {
    await vendor.close()
  }
  expect((await server.api('GET', '/accounts')).body).toEqual({ accounts: [] })
  for (const { name, bytes } of await dataFiles(data))
    expect(bytes.includes(GOOD) || bytes.includes(BAD), name).toBe(false)
})

test('a binding to a store says which fields it finds, and never a value', async () => {
  const vault = await stage()
  const { server, data } = await world()
  const config = { address: vault.server.url, auth: { token: vault.token } }
  await server.api('PUT', '/stores/main', { kind: 'vault', config })
  kvWrite(vault.kv, 'customers/acme/slack', { token: STORED, team: 'T1' })
  const tried = async (binding: object, steps = {}): Promise<unknown> =>
    (await server.api('POST', '/bindings/try', { app: 'slack', binding, steps })).body
  const path = 'secret/customers/{{steps.trigger.event.body.customer}}/slack'
  const steps = { trigger: { event: { body: { customer: 'acme' } } } }
  const answers = [
    await tried({ store: { from: 'main', path, fields: { oauth_access_token: 'token' } } }, steps),
    await tried({ store: { from: 'main', path, fields: { oauth_access_token: 'tokn' } } }, steps),
    await tried({ store: { from: 'main', path } }),
    await tried({ store: { from: 'main', path: 'secret/customers/nobody/slack' } }),
    await tried({ store: { from: 'none', path: 'a/b' } }),
    await tried({ store: { from: 'main' } }),
    await tried({ account: 'acme' }),
    await tried({ runtime: { oauth_access_token: '{{steps.trigger.event.body.token}}' } })
  ]
  expect(answers).toMatchObject([
    {
      ok: true,
      says: 'Found oauth_access_token',
      fields: [{ name: 'oauth_access_token', from: 'token', found: true }]
    },
    { ok: false, says: expect.stringContaining('it has `token` and `team`') as string, fields: [{ found: false }] },
    { ok: false, says: expect.stringContaining('customer') as string },
    { ok: false, says: expect.stringContaining('main') as string },
    { ok: false, says: expect.stringContaining('none') as string },
    { code: 'definition_invalid', status: 422 },
    { ok: false, says: 'There is no account of this name' },
    { code: 'definition_invalid' }
  ])
  expect(JSON.stringify(answers)).not.toContain(STORED)
  for (const { name, bytes } of await dataFiles(data)) expect(bytes.includes(STORED), name).toBe(false)
})
