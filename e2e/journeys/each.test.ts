/** Many users in one run: a list with a token for each, and every message sent with its own. */
import { expect, test } from 'vitest'
import { bellhop } from '../support/cli.ts'
import { post, world } from '../support/world.ts'

interface Shown {
  status: string
  error?: { code: string; message: string }
  steps: { name: string; kind?: string; status: string; items?: object; exports?: { $return_value: object } }[]
}

interface Items {
  counts: object
  items: { index: number; status: string; error?: { code: string; message: string }; steps: { name: string }[] }[]
  next_cursor: string | null
}

const definition = (onError: string, concurrency = 2): string => `
name: notify-all
trigger: { type: http, respond: last_step }
steps:
  - name: notify_all
    each: "{{steps.trigger.event.body.users}}"
    as: user
    concurrency: ${concurrency}
    on_error: ${onError}
    steps:
      - { name: wanted, end_if: { value: "{{user.muted}}", is: "true", reason: muted } }
      - name: notify
        use: slack-send-message
        auth: { slack: { runtime: { oauth_access_token: "{{user.token}}" } } }
        props: { channel: "#general", text: "hello {{user.name}}" }
settings: { timeout: 5m }
`

const users = (count: number): { name: string; token: string; muted?: boolean }[] =>
  Array.from({ length: count }, (_, i) => ({ name: `user-${i}`, token: `xoxb-token-of-user-${i}-abcdef` }))

test('every item acts with the credential of its own user, and the run says how many there were', async () => {
  const { server, vendor } = await world()
  const url = await server.deploy('notify-all', definition('continue'))
  const list = users(12)
  for (const { name, token } of list) if (name !== 'user-7') vendor.admit(name, token)
  list[3] = { ...list[3], name: 'user-3', token: 'xoxb-token-of-user-3-abcdef', muted: true }
  const answer = await post(url, { users: list })
  expect(answer).toMatchObject({ status: 200, body: { total: 12, succeeded: 11, ended_early: 1, failed: 0 } })
  const run = answer.headers.get('x-bellhop-run') ?? ''
  const calls = vendor.calls.filter(({ path }) => path.startsWith('/api/chat'))
  expect(calls).toHaveLength(11)
  const shown = (await server.api('GET', `/runs/${run}`)).body as Shown
  expect(shown.steps).toMatchObject([{ name: 'notify_all', kind: 'each', status: 'succeeded', items: { total: 12 } }])
  expect(JSON.stringify(shown)).not.toContain('xoxb-token')
  const page = (await server.api('GET', `/runs/${run}/steps/notify_all/items?limit=5`)).body as Items
  expect(page.items.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4])
  expect(JSON.stringify(page)).not.toContain('xoxb-token')
  const cli = ['--server', server.url, '--data', server.data]
  console.log((await bellhop(['show', run, ...cli])).stdout)
  console.log((await bellhop(['show', run, '--items', 'notify_all', '--limit', '4', ...cli])).stdout)
})
