/** Credentials that Nango keeps: by a binding and by a step, and what becomes of one that the vendor refuses. */
import { expect, onTestFinished, test } from 'vitest'
import { NangoStandIn } from '../../server/src/credentials/stores/nango/testing/stand-in.ts'
import { post, world, type World } from '../support/world.ts'

const KEY = 'nango-key-of-this-environment'
const OLD = 'xoxb-first-token-of-acme'
const NEW = 'xoxb-second-token-of-acme'

const BY_BINDING = `
name: by-binding
trigger: { type: http, auth: { type: none }, allow_anonymous: true, respond: last_step }
steps:
  - name: notify
    use: slack-send-message
    auth:
      slack:
        store: { from: nango, connection: "{{steps.trigger.event.body.customer}}", integration: slack }
    props: { channel: "#general", text: hello }
`

const BY_STEP = `
name: by-step
trigger: { type: http, auth: { type: none }, allow_anonymous: true, respond: last_step }
steps:
  - name: fetch
    use: nango-get-connection
    props: { store: nango, connection: "{{steps.trigger.event.body.customer}}", integration: slack }
  - name: notify
    use: slack-send-message
    auth: { slack: { runtime: { oauth_access_token: "{{steps.fetch.$return_value.credentials.access_token}}" } } }
    props: { channel: "#general", text: hello }
`

async function withNango(): Promise<World & { nango: NangoStandIn }> {
  const nango = await NangoStandIn.start()
  onTestFinished(() => nango.close())
  nango.keys.set(KEY, 'read_credentials')
  nango.connect('slack', 'acme', {
    credentials: { type: 'OAUTH2', access_token: OLD, refresh_token: 'r', raw: { bot_token: 'secret-in-the-raw' } },
    connection_config: { signing_secret: 'secret-in-the-config' },
    renew: (old) => ({ ...old, access_token: NEW })
  })
  const made = await world()
  const config = { host: nango.url, api_key: KEY }
  expect((await made.server.api('PUT', '/stores/nango', { kind: 'nango', config })).status).toBeLessThan(300)
  return { ...made, nango }
}

async function expectNoTrace({ server }: World): Promise<void> {
  const { body } = await server.api('GET', '/runs')
  const shown = await Promise.all(
    (body as { runs: { id: string }[] }).runs.map(({ id }) => server.api('GET', `/runs/${id}`))
  )
  const text = JSON.stringify(shown) + server.output
  for (const secret of [KEY, OLD, NEW, 'secret-in-the']) expect(text).not.toContain(secret)
}

test('a binding fetches the credential, once for many runs', async () => {
  const made = await withNango()
  made.vendor.admit('acme', OLD)
  const url = await made.server.deploy('by-binding', BY_BINDING)
  const answers = await Promise.all(Array.from({ length: 10 }, () => post(url, { customer: 'acme' })))
  expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200))
  expect(made.nango.asked).toHaveLength(1)
  await expectNoTrace(made)
})

test('a credential that the vendor refuses is renewed, and the request repeated once', async () => {
  const made = await withNango()
  const url = await made.server.deploy('by-binding', BY_BINDING)
  made.vendor.admit('acme', NEW)
  made.vendor.behave({ path: /chat/, times: 1 }, { status: 401, body: { ok: false, error: 'invalid_auth' } })
  expect(await post(url, { customer: 'acme' })).toMatchObject({ status: 200, body: { ok: true } })
  expect(made.vendor.calls.map(({ customer }) => customer)).toEqual(['anyone', 'acme'])
  expect(made.nango.asked.map(({ query }) => query['force_refresh'])).toEqual([undefined, 'true'])
  await expectNoTrace(made)
})

test('a step leaves handles for all that is secret in a connection', async () => {
  const made = await withNango()
  made.vendor.admit('acme', OLD)
  const url = await made.server.deploy('by-step', BY_STEP)
  expect(await post(url, { customer: 'acme' })).toMatchObject({ status: 200, body: { ok: true } })
  expect(made.vendor.calls.at(-1)).toMatchObject({ customer: 'acme' })
  await expectNoTrace(made)
})

test('a connection that is not there fails the step in words', async () => {
  const made = await withNango()
  const url = await made.server.deploy('by-binding', BY_BINDING)
  expect(await post(url, { customer: 'nobody' })).toMatchObject({ status: 500, body: { code: 'store_path_missing' } })
  await expectNoTrace(made)
})
