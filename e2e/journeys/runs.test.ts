/** Runs, from outside: what callers get, what is kept, and what survives a restart. */
import { expect, test } from 'vitest'
import { eventually, post, world, type World } from '../support/world.ts'

const TOKEN = 'xoxb-2406-a-token-of-a-customer'

const notify = `
name: notify
trigger: { type: http, respond: last_step }
steps:
  - name: send
    use: slack-send-message
    auth:
      slack:
        runtime: { oauth_access_token: "{{steps.trigger.event.body.slack_token}}" }
    props: { channel: "{{steps.trigger.event.body.channel}}", text: "{{steps.trigger.event.body.text}}" }
`

const message = { slack_token: TOKEN, channel: '#general', text: 'Hello' }

interface Shown {
  id: string
  status: string
  note?: string
  failed_step?: string
  event?: { body?: Record<string, unknown> }
  error?: { code: string; message: string; hint?: string }
  steps: {
    name: string
    status: string
    exports?: Record<string, unknown>
    summary?: string
    attempt_count: number
    error?: { code: string }
  }[]
}

async function latest({ server }: World): Promise<Shown> {
  const { body } = await server.api('GET', '/runs?limit=1')
  const id = (body as { runs: { id: string }[] }).runs[0]?.id ?? 'none'
  return (await server.api('GET', `/runs/${id}`)).body as Shown
}

test('a credential in the request is used against the vendor, and history holds its handle', async () => {
  const here = await world()
  const url = await here.server.deploy('notify', notify)
  const answer = await post(url, message)
  expect(answer).toMatchObject({ status: 200, body: { ok: true } })
  expect(here.vendor.messages.at(-1)).toMatchObject({ channel: 'C0GENERAL', text: 'Hello' })

  const run = await latest(here)
  expect(run.status).toBe('succeeded')
  expect(run.event?.body?.['slack_token']).toMatch(/^bhdl\.slack\.oauth_access_token\.[0-9a-z]{26}$/)
  expect(run.steps[0]).toMatchObject({ name: 'send', status: 'succeeded', attempt_count: 1 })
  expect(run.steps[0]?.summary).toContain('C0GENERAL')
  expect(JSON.stringify(run)).not.toContain(TOKEN)
})

test('a missing credential fails the step before any request, naming field and reference', async () => {
  const here = await world()
  const url = await here.server.deploy('notify', notify)
  const answer = await post(url, { channel: '#general', text: 'Hello' })
  expect(answer.headers.get('content-type')).toContain('application/problem+json')
  expect(answer.status).toBeGreaterThanOrEqual(400)
  expect(JSON.stringify(answer.body)).toContain('oauth_access_token')
  expect(JSON.stringify(answer.body)).toContain('steps.trigger.event.body.slack_token')
  expect(answer.body).toMatchObject({ step: 'send' })
  expect(here.vendor.total).toBe(0)
})

test('a vendor’s refusal comes out as what it means, with step and run', async () => {
  const here = await world()
  here.vendor.behave({ path: '/api/chat.postMessage' }, { body: { ok: false, error: 'channel_not_found' } })
  const url = await here.server.deploy('notify', notify)
  const answer = await post(url, message)
  expect(answer.body).toMatchObject({ step: 'send', run: (await latest(here)).id })
  expect(JSON.stringify(answer.body)).toContain('Slack says `channel_not_found`')
})

test('a retryable failure is tried again with the same idempotency key, and history shows the attempts', async () => {
  const here = await world()
  here.vendor.behave({ path: '/api/chat.postMessage', times: 2 }, { status: 503 })
  const retried = `${notify}    retry: { attempts: 4, backoff: 10ms }\n`
  const url = await here.server.deploy('notify', retried)
  expect((await post(url, message)).status).toBe(200)
  expect(here.vendor.total).toBe(3)
  expect((await latest(here)).steps[0]).toMatchObject({ status: 'succeeded', attempt_count: 3 })
})

test('end_if ends the run early with its reason', async () => {
  const here = await world()
  const url = await here.server.deploy(
    'maybe',
    `
name: maybe
trigger: { type: http, respond: last_step }
steps:
  - name: nothing
    end_if: { value: "{{steps.trigger.event.body.items}}", is: empty, reason: nothing to do }
  - name: call
    use: http-request
    props: { url: "${here.vendor.url}/v1/invoices" }
`
  )
  await post(url, { items: [] })
  expect(await latest(here)).toMatchObject({ status: 'ended_early', note: 'nothing to do' })
  expect(here.vendor.total).toBe(0)
})

test('a delay outlives a kill: the caller gets 202, and the run goes on after the restart', async () => {
  const here = await world()
  const delayed = notify.replace('steps:\n', 'steps:\n  - { name: pause, delay: 6s }\n')
  const url = await here.server.deploy('notify', delayed)
  const answer = await post(url, message)
  expect(answer.status).toBe(202)
  await here.server.kill()
  await here.restart()
  const run = await eventually(async () => {
    const shown = await latest(here)
    return shown.status === 'succeeded' ? shown : undefined
  })
  expect(run.steps.map(({ name }) => name)).toEqual(['pause', 'send'])
  expect(here.vendor.total).toBe(1)
})

test('a run that outlives its timeout ends as timed out', async () => {
  const here = await world()
  here.vendor.hold({ path: '/api/chat.postMessage' })
  const url = await here.server.deploy('notify', `${notify}settings: { timeout: 200ms }\n`)
  const answer = await post(url, message)
  expect(answer.status).toBe(504)
  expect(await latest(here)).toMatchObject({ status: 'timed_out' })
})

test('a cancelled run ends, and its waiting caller learns it', async () => {
  const here = await world()
  const held = here.vendor.hold({ path: '/api/chat.postMessage' })
  const url = await here.server.deploy('notify', notify)
  const calling = post(url, message)
  await held.arrived
  const { id } = await latest(here)
  expect((await here.server.api('POST', `/runs/${id}/cancel`)).status).toBeLessThan(300)
  expect((await calling).status).toBeGreaterThanOrEqual(400)
  expect(await latest(here)).toMatchObject({ status: 'cancelled' })
})

test('a connected account is used by name, and its value is shown nowhere', async () => {
  const here = await world()
  const saved = await here.server.api('PUT', '/accounts/slack/acme-bot', { fields: { oauth_access_token: TOKEN } })
  expect(saved.status).toBeLessThan(300)
  const bound = notify.replace(/runtime: .*/, 'account: acme-bot')
  const url = await here.server.deploy('notify', bound)
  expect((await post(url, { channel: '#general', text: `said ${TOKEN}` })).status).toBe(200)
  const run = await latest(here)
  expect(JSON.stringify(run)).not.toContain(TOKEN)
  expect(JSON.stringify((await here.server.api('GET', '/accounts')).body)).not.toContain(TOKEN)
  expect(here.server.output).not.toContain(TOKEN)
})

test('an Idempotency-Key gives the first answer again, and another request under it 422', async () => {
  const here = await world()
  const url = await here.server.deploy('notify', notify)
  const key = { 'idempotency-key': 'order-1' }
  const first = await post(url, message, key)
  const again = await post(url, message, key)
  expect(again.body).toEqual(first.body)
  expect(here.vendor.total).toBe(1)
  expect((await post(url, { ...message, text: 'Other' }, key)).status).toBe(422)
  expect((await post(url, { ...message, slack_token: 'another-customer' }, key)).status).toBe(422)
  await here.server.kill()
  await here.restart()
  const later = await post(url.replace(/http:\/\/[^/]+/, here.server.url), message, key)
  expect(later.body).toEqual(first.body)
  expect(here.vendor.total).toBe(1)
})

test('keep: false leaves no run behind', async () => {
  const here = await world()
  const url = await here.server.deploy('notify', `${notify}settings: { retention: { keep: false } }\n`)
  expect((await post(url, message)).status).toBe(200)
  expect((await here.server.api('GET', '/runs')).body).toMatchObject({ runs: [] })
})

test('notrigger keeps a test event, shown with handles, and runs nothing', async () => {
  const here = await world()
  const url = await here.server.deploy('notify', notify)
  const answer = await post(url, message, { 'x-pd-notrigger': '1' })
  expect(answer.status).toBe(200)
  expect(here.vendor.total).toBe(0)
  expect((await here.server.api('GET', '/runs')).body).toMatchObject({ runs: [] })
  const { body } = await here.server.api('GET', '/workflows/notify/test-events')
  expect(JSON.stringify(body)).toContain('bhdl.slack.oauth_access_token.')
  expect(JSON.stringify(body)).not.toContain(TOKEN)
})

test('a nostore run that would have to be remembered is refused, with the reason', async () => {
  const here = await world()
  const delayed = notify
    .replace('last_step', 'immediate')
    .replace('steps:\n', 'steps:\n  - { name: pause, delay: 6s }\n')
  const answer = await post(await here.server.deploy('notify', delayed), message, { 'x-pd-nostore': '1' })
  expect(answer.status).toBe(422)
  expect(answer.body).toMatchObject({ code: 'nostore_cannot_wait' })
})

test('a run keeps the version that it started with', async () => {
  const here = await world()
  const held = here.vendor.hold({ path: '/api/chat.postMessage' })
  const url = await here.server.deploy('notify', notify)
  const calling = post(url, message)
  await held.arrived
  await here.server.deploy('notify', `${notify}  - { name: more, delay: 1ms }\n`)
  held.release()
  expect((await calling).status).toBe(200)
  expect((await latest(here)).steps.map(({ name }) => name)).toEqual(['send'])
})

test('a live view tells of the run as it goes on', async () => {
  const here = await world()
  const held = here.vendor.hold({ path: '/api/chat.postMessage' })
  const url = await here.server.deploy('notify', notify)
  const calling = post(url, message)
  await held.arrived
  const { id } = await latest(here)
  const view = await fetch(`${here.server.url}/api/v1/runs/${id}/events`, {
    headers: { authorization: `Bearer ${here.server.adminToken}` }
  })
  held.release()
  const told = await view.text()
  await calling
  expect(view.headers.get('content-type')).toContain('text/event-stream')
  expect(told).toContain('"succeeded"')
  expect(told).not.toContain(TOKEN)
})
