/** `@bellhop/sdk/client` against the real server. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Admin, callTrigger } from '@bellhop/sdk/client'
import { expect, test } from 'vitest'
import { world } from '../support/world.ts'

const NOTIFY = `name: notify
trigger: { type: http, auth: { type: token }, respond: last_step }
steps:
  - name: notify
    use: slack-send-message
    auth: { slack: { runtime: { oauth_access_token: '{{steps.trigger.event.body.slack_token}}' } } }
    props: { channel: '#general', text: '{{steps.trigger.event.body.text}}' }
`

test('a workflow is deployed, called with a credential, and looked at', async () => {
  const { server, data, vendor } = await world()
  const admin = new Admin(server.url, async () => (await readFile(join(data, 'admin-token'), 'utf8')).trim())

  const { triggers, token = '', created } = await admin.deploy('notify', NOTIFY)
  const [trigger] = triggers
  const url = trigger?.type === 'http' ? trigger.url : ''
  expect(created).toBe(true)

  const body = { slack_token: 'token-of-ada-0123456789', text: 'hello' }
  const call = { body, token: () => token, idempotencyKey: 'first' }
  const first = await callTrigger(url, call)
  expect(first).toMatchObject({ status: 200, body: { ok: true }, durable: true, replayed: false })
  expect(await callTrigger(url, call)).toMatchObject({ run: first.run, replayed: true })
  expect(vendor.messages).toHaveLength(1)
  const unkept = await callTrigger(url, { body, token: () => token, noStore: true })
  expect(unkept).toMatchObject({ status: 200, durable: false })

  const run = await admin.run(first.run ?? '')
  expect(run).toMatchObject({
    workflow: 'notify',
    status: 'succeeded',
    steps: [{ name: 'notify', status: 'succeeded' }]
  })
  expect(JSON.stringify(run)).not.toContain('token-of-ada')
  expect((await admin.runs({ workflow: 'notify', limit: 10 })).runs.map(({ id }) => id)).toEqual([first.run])
})

test('what is refused is a Fault with the server’s code, and nothing that was sent', async () => {
  const { server, data } = await world()
  const token = (await readFile(join(data, 'admin-token'), 'utf8')).trim()
  const admin = new Admin(`${server.url}/`, () => token)
  await expect(admin.deploy('bad', 'name: bad\ntrigger: { type: http }\nsteps: []\n')).rejects.toMatchObject({
    status: 422,
    message: expect.stringContaining('steps') as string
  })
  await expect(admin.cancel('00000000-0000-7000-8000-000000000000')).rejects.toMatchObject({ code: 'run_missing' })
  await expect(new Admin(server.url, () => 'wrong').runs()).rejects.toMatchObject({ status: 401 })

  const { triggers } = await admin.deploy('notify', NOTIFY)
  const url = triggers[0]?.type === 'http' ? triggers[0].url : ''
  await expect(callTrigger(url, { body: { slack_token: 'x' } })).rejects.toMatchObject({ name: 'Fault', status: 401 })

  await server.stop()
  await expect(callTrigger(url, { idempotencyKey: 'k' })).rejects.toMatchObject({
    code: 'server_unreachable',
    retryable: true
  })
  await expect(callTrigger(url)).rejects.toMatchObject({ code: 'server_unreachable', retryable: false })
})
