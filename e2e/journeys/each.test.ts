/** Many users in one run: a list with a token for each, and every message sent with its own. */
import { expect, test } from 'vitest'
import { bellhop } from '../support/cli.ts'
import { post, world, type World } from '../support/world.ts'

interface Shown {
  steps: { name: string; status: string; items?: object }[]
}

interface Items {
  items: { index: number; status: string; steps: { name: string }[] }[]
  next_cursor: string | null
}

interface Message {
  type: string
  step?: { name?: string }
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

test('every item acts with the credential of its own user, and pages tell how each went', async () => {
  const { server, vendor } = await world()
  const url = await server.deploy('notify-all', definition('continue'))
  const list = users(12)
  for (const { name, token } of list) vendor.admit(name, token)
  list[3] = { ...(list[3] ?? { name: '', token: '' }), muted: true }
  const answer = await post(url, { users: list })
  const counts = { total: 12, succeeded: 11, ended_early: 1, failed: 0 }
  expect(answer).toMatchObject({ status: 200, body: counts })
  const run = answer.headers.get('x-bellhop-run') ?? ''
  const bearers = vendor.calls.filter(({ path }) => path.startsWith('/api/chat')).map(({ customer }) => customer)
  const heard = list.filter(({ muted }) => muted !== true).map(({ name }) => name)
  expect(bearers).toHaveLength(heard.length)
  expect(new Set(bearers)).toEqual(new Set(heard))

  const shown = (await server.api('GET', `/runs/${run}`)).body as Shown
  expect(shown.steps).toMatchObject([{ name: 'notify_all', kind: 'each', status: 'succeeded', items: counts }])
  const first = await page(server, run, 'limit=5')
  expect(first.items.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4])
  expect(first.items[3]).toMatchObject({ status: 'ended_early', note: 'muted', steps: [{ name: 'wanted' }] })
  expect(first.items[4]).toMatchObject({ status: 'succeeded', steps: [{ name: 'wanted' }, { name: 'notify' }] })
  const second = await page(server, run, `limit=5&cursor=${first.next_cursor}`)
  const third = await page(server, run, `limit=5&cursor=${second.next_cursor}`)
  expect([...second.items, ...third.items].map(({ index }) => index)).toEqual([5, 6, 7, 8, 9, 10, 11])
  expect(third.next_cursor).toBeNull()
  expect((await page(server, run, 'status=ended_early')).items.map(({ index }) => index)).toEqual([3])

  const cli = ['--server', server.url, '--data', server.data]
  const timeline = (await bellhop(['show', run, ...cli])).stdout
  expect(timeline).toContain('11 of 12 items succeeded, 1 ended early')
  const some = (await bellhop(['show', run, '--items', 'notify_all', '--limit', '5', ...cli])).stdout
  expect(some).toMatch(/item 3 {2}ended early/)
  expect(some).toMatch(/--cursor \S+/)
  for (const text of [JSON.stringify([shown, first, second, third]), timeline, some, server.output]) {
    expect(text).not.toContain('xoxb-token')
  }
})

test('a user whose credential is refused is left behind, or ends the step, as the definition says', async () => {
  const { server, vendor } = await world()
  const list = users(6)
  for (const { name, token } of list) vendor.admit(name, token)
  vendor.behave({ customer: 'user-2' }, { status: 401 })
  const goesOn = await post(await server.deploy('notify-all', definition('continue', 1)), { users: list })
  expect(goesOn).toMatchObject({ status: 200, body: { succeeded: 5, failed: 1 } })
  const failed = await page(server, goesOn.headers.get('x-bellhop-run') ?? '', 'status=failed')
  expect(failed.items).toMatchObject([{ index: 2, status: 'failed', failed_step: 'notify', error: {} }])

  const before = vendor.total
  const stops = await post(await server.deploy('notify-all', definition('stop', 1)), { users: list })
  expect(stops).toMatchObject({ status: 500, body: { code: 'item_failed' } })
  expect(JSON.stringify(stops.body)).toContain('index 2')
  expect(vendor.total - before).toBe(3)
  const items = await page(server, stops.headers.get('x-bellhop-run') ?? '')
  expect(items.items.map(({ status }) => status)).toEqual(['succeeded', 'succeeded', 'failed'])
})

test('while it goes on, its view and its pages tell how far it has come; cancelled, it stays there', async () => {
  const { server, vendor } = await world()
  const list = users(5)
  for (const { name, token } of list) vendor.admit(name, token)
  const url = await server.deploy('notify-all', definition('stop', 1))
  const held = vendor.hold({ customer: 'user-2' })
  const answer = post(url, { users: list })
  await held.arrived
  const run = ((await server.api('GET', '/runs?limit=1')).body as { runs: { id: string }[] }).runs[0]?.id ?? ''
  const going = (await server.api('GET', `/runs/${run}`)).body as Shown
  expect(going.steps).toMatchObject([{ name: 'notify_all', status: 'running', items: { total: 5, succeeded: 2 } }])
  expect((await page(server, run)).items.map(({ index, status }) => [index, status])).toEqual([
    [0, 'succeeded'],
    [1, 'succeeded'],
    [2, 'running']
  ])
  expect((await server.api('POST', `/runs/${run}/cancel`)).status).toBe(200)
  held.release()
  await answer
  expect((await server.api('GET', `/runs/${run}`)).body).toMatchObject({
    status: 'cancelled',
    steps: [{ name: 'notify_all', status: 'stopped', items: { succeeded: 2 } }]
  })
  expect((await page(server, run)).items.map(({ status }) => status)).toEqual(['succeeded', 'succeeded', 'stopped'])
})

test('a live view hears of items, not of their steps', async () => {
  const { server, vendor } = await world()
  const list = users(4)
  for (const { name, token } of list) vendor.admit(name, token)
  const url = await server.deploy('notify-all', definition('stop', 1))
  const held = vendor.hold({ customer: 'user-0' })
  const answer = post(url, { users: list })
  await held.arrived
  const run = ((await server.api('GET', '/runs?limit=1')).body as { runs: { id: string }[] }).runs[0]?.id ?? ''
  const headers = { authorization: `Bearer ${server.adminToken}` }
  const view = await fetch(`${server.url}/api/v1/runs/${run}/events`, { headers })
  held.release()
  const text = await view.text()
  await answer
  const messages = [...text.matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data ?? '') as Message)
  expect(messages.find(({ type }) => type === 'item_finished')).toMatchObject({
    step: 'notify_all',
    items: { total: 4 }
  })
  expect(messages.filter(({ type, step }) => type === 'step_finished' && step?.name !== 'notify_all')).toEqual([])
  expect(messages.at(-1)).toMatchObject({ type: 'ended', status: 'succeeded' })
})

test('I4: a run that keeps nothing goes through its items, too, and leaves none', async () => {
  const { server, vendor } = await world()
  const list = users(5)
  for (const { name, token } of list) vendor.admit(name, token)
  const url = await server.deploy('notify-all', definition('continue'))
  const answer = await post(url, { users: list }, { 'x-pd-nostore': '1' })
  expect(answer).toMatchObject({ status: 200, body: { succeeded: 5 } })
  const run = answer.headers.get('x-bellhop-run') ?? ''
  expect((await server.api('GET', `/runs/${run}/steps/notify_all/items`)).status).toBe(404)
})

test('more credentials in a request than a run can hold are refused, and the hint names the way that scales', async () => {
  const { server } = await world()
  const url = await server.deploy('notify-all', definition('continue'))
  const answer = await post(url, { users: users(1001) })
  expect(answer.status).toBe(413)
  expect(JSON.stringify(answer.body)).toContain('store')
  expect(JSON.stringify(answer.body)).not.toContain('xoxb-token')
})

async function page(server: World['server'], run: string, query = ''): Promise<Items> {
  const { status, body } = await server.api('GET', `/runs/${run}/steps/notify_all/items?${query}`)
  expect(status).toBe(200)
  return body as Items
}
