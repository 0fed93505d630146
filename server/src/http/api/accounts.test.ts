import { afterAll, beforeAll, expect, test } from 'vitest'
import { startApi, type ApiServer } from '../testing/api-server.ts'

let server: ApiServer
beforeAll(async () => {
  server = await startApi()
})
afterAll(() => server.close())

test('an account is connected, listed without its values, and removed', async () => {
  const fields = JSON.stringify({ fields: { oauth_access_token: 'xoxb-s3cret' } })
  expect((await server.call('PUT', '/accounts/slack/acme%20bot', fields)).status).toBe(204)
  const listed = await (await server.call('GET', '/accounts')).text()
  expect(JSON.parse(listed)).toMatchObject({
    accounts: [{ app: 'slack', name: 'acme bot', fields: ['oauth_access_token'] }]
  })
  expect(listed).not.toContain('s3cret')
  expect((await server.call('DELETE', '/accounts/slack/acme%20bot')).status).toBe(204)
  const gone = await server.call('DELETE', '/accounts/slack/acme%20bot')
  expect([gone.status, await gone.json()]).toMatchObject([404, { code: 'account_missing' }])
})

test('an account of an app that is in no catalogue is connected by whoever says so', async () => {
  const body = JSON.stringify({ fields: { api_key: 's3cret' }, unlisted: true })
  expect((await server.call('PUT', '/accounts/parcels/acme', body)).status).toBe(204)
  expect(await (await server.call('GET', '/accounts')).json()).toMatchObject({
    accounts: [{ app: 'parcels', name: 'acme', fields: ['api_key'] }]
  })
  expect((await server.call('DELETE', '/accounts/parcels/acme')).status).toBe(204)
})

test.each([
  ['an unknown app', '/accounts/slak/x', { a: 'b' }, 404, 'unknown_app'],
  ['a missing field', '/accounts/desk/x', { subdomain: 's3cret' }, 422, 'account_incomplete'],
  [
    'an unknown field',
    '/accounts/slack/x',
    { oauth_access_token: 's3cret', other: 's3cret' },
    422,
    'account_field_unknown'
  ],
  ['a value that is no text', '/accounts/slack/x', { oauth_access_token: 5 }, 400, 'invalid_request'],
  ['a bad name', '/accounts/slack/x%2Fy', { oauth_access_token: 's3cret' }, 400, 'invalid_request']
])('%s is refused without quoting a value', async (_what, path, fields, status, code) => {
  const answer = await server.call('PUT', path, JSON.stringify({ fields }))
  const text = await answer.text()
  expect([answer.status, JSON.parse(text)]).toMatchObject([status, { code }])
  expect(text).not.toContain('s3cret')
})

test('apps and actions say what a definition can name', async () => {
  const { apps } = (await (await server.call('GET', '/apps')).json()) as { apps: { app: string; fields: object }[] }
  expect(apps.find(({ app }) => app === 'desk')?.fields).toMatchObject({
    subdomain: { label: 'Subdomain', secret: false, optional: false },
    agent: { secret: true, optional: true }
  })
  const { actions } = (await (await server.call('GET', '/actions')).json()) as { actions: { key: string }[] }
  expect(actions.find(({ key }) => key === 'slack-send-message')).toMatchObject({
    apps: { slack: 'slack' },
    props: {
      channel: { type: 'string', label: 'Channel', optional: false },
      kind: {
        options: [
          { label: 'plain', value: 'plain' },
          { label: 'Rich text', value: 'rich' }
        ],
        default: 'plain'
      },
      signing_key: { secret: true, optional: true }
    }
  })
})
