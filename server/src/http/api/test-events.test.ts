import { afterAll, beforeAll, expect, test } from 'vitest'
import { startApi, type ApiServer } from '../testing/api-server.ts'

let server: ApiServer
beforeAll(async () => {
  server = await startApi()
})
afterAll(() => server.close())

interface Kept {
  id: string
  event: { method: string; path: string; url: string; headers: Record<string, string>; query: object; body: unknown }
}

const TOKEN = 'opens-everything-1'
const sending = { method: 'POST', headers: { 'content-type': 'application/json' } }

async function draft(name: string, binding: string): Promise<string> {
  const text = `name: ${name}
trigger: { type: http }
steps:
  - name: say
    use: slack-send-message
    auth: { slack: ${binding} }
    props: { channel: general, text: hello }
`
  const made = await server.call('POST', '/drafts', JSON.stringify({ text }))
  const { triggers } = (await made.json()) as { triggers: { url: string }[] }
  return triggers[0]?.url ?? ''
}

async function list(name: string): Promise<Kept[]> {
  const answer = await server.call('GET', `/workflows/${name}/test-events`)
  return ((await answer.json()) as { test_events: Kept[] }).test_events
}

test('what is sent to a draft is kept, and nothing runs', async () => {
  const url = await draft('early', '{ account: mine }')
  const answer = await fetch(`${url}/orders?a=1`, { ...sending, body: JSON.stringify({ n: 1 }) })
  const { kept } = (await answer.json()) as { kept: string }
  expect([answer.status, answer.headers.get('x-bellhop-run')]).toEqual([202, null])
  expect(await list('early')).toMatchObject([
    { id: kept, event: { method: 'POST', path: '/orders', query: { a: '1' }, body: { n: 1 } } }
  ])
})

test('what a draft binds is a handle, and what looks like a credential is one before anything is bound', async () => {
  const [bound, open] = [
    await draft('bound', "{ runtime: { oauth_access_token: '{{steps.trigger.event.body.opener}}' } }"),
    await draft('unbound', '{ account: mine }')
  ]
  for (const url of [bound, open]) {
    await fetch(url, { ...sending, body: JSON.stringify({ opener: TOKEN, api_key: 'key-of-ada-1' }) })
  }
  const [known] = await list('bound')
  expect(known?.event.body).toMatchObject({
    opener: expect.stringMatching(/^bhdl\.slack\.oauth_access_token\./) as string,
    api_key: expect.stringMatching(/^bhdl\.event\.api_key\./) as string
  })
  const [guessed] = await list('unbound')
  expect(guessed?.event.body).toMatchObject({ opener: TOKEN })

  // The draft binds it now.
  const { text, revision } = (await (await server.call('GET', '/workflows/unbound/draft')).json()) as {
    text: string
    revision: number
  }
  const binding = "{ runtime: { oauth_access_token: '{{steps.trigger.event.body.opener}}' } }"
  const changed = JSON.stringify({ text: text.replace('{ account: mine }', binding), revision })
  await server.call('PUT', '/workflows/unbound/draft', changed)
  expect(JSON.stringify(await list('unbound'))).not.toContain(TOKEN)
})

test('a request that must leave nothing is refused by a draft', async () => {
  const url = await draft('traceless', '{ account: mine }')
  const answer = await fetch(url, { method: 'POST', headers: { 'x-pd-nostore': '1' } })
  expect([answer.status, await answer.json()]).toMatchObject([409, { code: 'not_deployed' }])
  expect(await list('traceless')).toEqual([])
})

test('a test event is made, kept through the first deploy, and deleted', async () => {
  const url = await draft('made', '{ account: mine }')
  const made = await server.call(
    'POST',
    '/workflows/made/test-events',
    JSON.stringify({ path: '/a', query: { b: ['1', '2'] }, headers: { 'X-Api-Key': 'key-of-ada-1' }, body: 'text' })
  )
  const event = (await made.json()) as Kept
  expect([made.status, event]).toMatchObject([
    201,
    { event: { method: 'POST', path: '/a', url: `${url}/a?b=1&b=2`, query: { b: ['1', '2'] }, body: 'text' } }
  ])
  expect(event.event.headers['x-api-key']).toMatch(/^bhdl\.event\.headers_x_api_key\./)

  const { text } = (await (await server.call('GET', '/workflows/made/draft')).json()) as { text: string }
  expect((await server.call('PUT', '/workflows/made', text, 'application/yaml')).status).toBe(201)
  expect(await list('made')).toHaveLength(1)
  expect((await server.call('DELETE', `/workflows/made/test-events/${event.id}`)).status).toBe(204)
  expect(await list('made')).toEqual([])
  const again = await server.call('DELETE', `/workflows/made/test-events/${event.id}`)
  expect([again.status, await again.json()]).toMatchObject([404, { code: 'test_event_missing' }])
})

test('of a workflow that a schedule starts, it is the event of a tick', async () => {
  const text = 'name: clocked\ntrigger: { type: schedule, every: 1h }\nsteps: [{ name: clock, use: clock-read }]\n'
  await server.call('POST', '/drafts', JSON.stringify({ text }))
  const made = await server.call('POST', '/workflows/clocked/test-events', '{}')
  expect(await made.json()).toMatchObject({ event: { interval_seconds: 3600 } })
})

test('who watches is told of an event when it arrives', async () => {
  const url = await draft('watched', "{ runtime: { oauth_access_token: '{{steps.trigger.event.body.opener}}' } }")
  const answer = await server.call('GET', '/workflows/watched/test-events/events')
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
  await fetch(url, { ...sending, body: JSON.stringify({ opener: TOKEN, n: 5 }) })
  let heard = ''
  while (!heard.includes('\n\nevent: test_event\n') || !heard.endsWith('\n\n'))
    heard += (await reader?.read())?.value ?? ''
  expect(heard).toContain('"n":5')
  expect(heard).not.toContain(TOKEN)
  await reader?.cancel()
})

test('a workflow that is neither deployed nor a draft has none', async () => {
  for (const [method, path] of [
    ['GET', '/workflows/nobody/test-events'],
    ['GET', '/workflows/nobody/test-events/events'],
    ['DELETE', '/workflows/nobody/test-events/1']
  ] as const) {
    expect((await server.call(method, path)).status).toBe(404)
  }
})
