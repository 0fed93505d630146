/** Trying a definition that is being written: real requests, what they look like, and that nothing of it is ever written. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { dataFiles } from '../support/data-files.ts'
import type { ServerProcess } from '../support/server-process.ts'
import { world } from '../support/world.ts'

const TOKEN = 'xoxb-of-the-test-0123456789'
const FETCHED = 'fetched-0123456789-by-a-step'
const MARK = 'a-word-of-the-event-that-is-no-secret'

type Line = { type: string } & Record<string, unknown>

interface Request {
  headers: Record<string, string>
  [more: string]: unknown
}

async function lines(server: ServerProcess, path: string, body: unknown): Promise<Line[]> {
  const answer = await fetch(`${server.url}/api/v1${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(body)
  })
  const text = await answer.text()
  if (answer.headers.get('content-type') !== 'application/x-ndjson') {
    return [{ ...(JSON.parse(text) as Line), type: 'refused' }]
  }
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line)
}

async function begin(server: ServerProcess, more: object): Promise<{ id: string; event: unknown }> {
  const { status, body } = await server.api('POST', '/tests', more)
  expect([status, body]).toMatchObject([201, {}])
  return body as { id: string; event: unknown }
}

const ofType = (all: Line[], type: string): Line[] => all.filter((line) => line.type === type)

/** Answers with a credential under a name that says nothing, and with what it got. */
async function plainVendor(): Promise<{ host: string; got: (string | undefined)[] }> {
  const got: (string | undefined)[] = []
  const server = createServer((request, response) => {
    got.push(request.headers.authorization)
    request.resume()
    response.setHeader('content-type', 'application/json')
    if (request.url === '/moved') return void response.writeHead(302, { location: '/there' }).end()
    if (request.url === '/broken') response.statusCode = 404
    response.end(JSON.stringify({ answer: FETCHED, url: request.url, got: request.headers.authorization ?? null }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, got }
}

async function nothingWritten(data: string, server: ServerProcess, words: readonly string[]): Promise<void> {
  const files = await dataFiles(data)
  expect(files.length).toBeGreaterThan(3)
  for (const word of words) {
    expect(files.filter(({ bytes }) => bytes.includes(word)).map(({ name }) => name)).toEqual([])
    expect(server.output).not.toContain(word)
  }
}

const SLACK = `
name: draft
trigger: { type: http, respond: last_step }
steps:
  - name: pause
    delay: 1d
  - name: say
    use: slack-send-message
    auth: { slack: { runtime: { oauth_access_token: "{{steps.trigger.event.body.token}}" } } }
    props: { channel: "{{steps.trigger.event.body.channel}}", text: "{{steps.trigger.event.body.text}}" }
  - name: unless
    end_if: { value: "{{steps.say.$return_value.ok}}", is: empty }
  - name: again
    use: slack-send-message
    auth: { slack: { runtime: { oauth_access_token: "{{steps.trigger.event.body.token}}" } } }
    props: { channel: C0GENERAL, text: "{{steps.say.$return_value.ts}}" }
`

test('a draft is tried as a whole and step by step; requests hold handles, and nothing is written', async () => {
  const { server, vendor, data } = await world()
  vendor.admit('ada', TOKEN)
  const event = { body: { token: TOKEN, channel: '#general', text: MARK, password: 'p-of-nobody-1234' } }
  const session = await begin(server, { definition: SLACK, event })
  expect(session.event).toMatchObject({
    method: 'POST',
    body: {
      token: expect.stringMatching(/^bhdl\.slack\.oauth_access_token\./) as string,
      text: MARK,
      // It is bound to nothing, and looks like a credential.
      password: expect.stringMatching(/^bhdl\.event\.password\./) as string
    }
  })

  const all = await lines(server, `/tests/${session.id}/run`, { definition: SLACK })
  expect(ofType(all, 'step_started').map(({ step }) => step)).toEqual(['pause', 'say', 'unless', 'again'])
  const [pause, say, unless] = ofType(all, 'step_finished')
  expect(pause).toMatchObject({
    step: { status: 'succeeded', kind: 'delay', summary: 'Passed over: a test does not wait' }
  })
  expect(unless).toMatchObject({ step: { status: 'succeeded', kind: 'end_if' } })
  expect(say).toMatchObject({
    step: { name: 'say', status: 'succeeded', kind: 'use', exports: { $return_value: { ok: true } }, attempt_count: 1 },
    requests: [
      {
        method: 'POST',
        url: `${vendor.url}/api/chat.postMessage`,
        headers: { authorization: expect.stringMatching(/^Bearer bhdl\.slack\.oauth_access_token\./) as string },
        body: expect.stringContaining(MARK) as string,
        credentials: [{ place: 'header authorization', label: 'slack.oauth_access_token' }],
        status: 200,
        response_body: expect.stringContaining('"ok":true') as string,
        notes: []
      }
    ]
  })
  expect(ofType(all, 'request')[0]).toEqual({
    type: 'request',
    step: 'say',
    index: 0,
    method: 'POST',
    origin: vendor.url
  })
  expect(ofType(all, 'response')[0]).toMatchObject({ step: 'say', index: 0, status: 200 })
  expect(all.at(-1)).toMatchObject({
    type: 'finished',
    status: 'succeeded',
    answer: { status: 200, body: { ok: true } },
    event: { body: { text: MARK } },
    steps: { say: { $return_value: { ok: true } }, again: {} }
  })
  expect(vendor.calls.map(({ customer }) => customer)).toEqual(['ada', 'ada'])
  expect(vendor.messages.at(-2)).toMatchObject({ customer: 'ada', text: MARK })

  // One step: what others left is still there, and another definition counts.
  const changed = SLACK.replace(
    'text: "{{steps.say.$return_value.ts}}"',
    'text: "once more {{steps.say.$return_value.ts}}"'
  )
  const one = await lines(server, `/tests/${session.id}/steps/again`, { definition: `${changed}  - name: broken\n` })
  expect(one.map(({ type }) => type)).toEqual(['step_started', 'request', 'response', 'step_finished', 'finished'])
  expect(vendor.messages.at(-1)).toMatchObject({ text: expect.stringMatching(/^once more \d/) as string })

  // A session that has tried nothing says what it needs.
  const fresh = await begin(server, { definition: SLACK, event: { body: { channel: '#general', text: 'hi' } } })
  expect(await lines(server, `/tests/${fresh.id}/steps/again`, { definition: SLACK })).toMatchObject([
    { type: 'problem', problem: { code: 'test_step_needed', status: 409 } }
  ])
  const bare = await lines(server, `/tests/${fresh.id}/steps/say`, { definition: SLACK })
  expect(bare).toMatchObject([
    {},
    { step: { status: 'failed', error: { code: 'credential_missing' } } },
    { status: 'failed' }
  ])
  // A test value takes the place of what the event does not bring, for its app alone.
  const fields = { say: { slack: { oauth_access_token: TOKEN } } }
  const filled = await lines(server, `/tests/${fresh.id}/steps/say`, { definition: SLACK, fields })
  expect(filled.at(-1)).toMatchObject({ status: 'succeeded' })
  expect(vendor.calls.at(-1)).toMatchObject({ customer: 'ada' })

  expect(await lines(server, `/tests/${fresh.id}/run`, { definition: `${SLACK}  - name: broken\n` })).toMatchObject([
    { type: 'problem', problem: { code: 'definition_invalid', errors: [{ path: 'steps[4]' }] } }
  ])
  for (const { id } of [session, fresh]) expect((await server.api('DELETE', `/tests/${id}`)).status).toBe(204)
  expect((await server.api('DELETE', `/tests/${fresh.id}`)).status).toBe(404)
  expect(await lines(server, `/tests/${fresh.id}/run`, { definition: SLACK })).toMatchObject([{ code: 'test_missing' }])

  const shown = JSON.stringify([session, all, one, bare, filled])
  expect(shown).not.toContain(TOKEN)
  expect(shown).not.toContain('p-of-nobody-1234')
  expect((await server.api('GET', '/runs')).body).toMatchObject({ runs: [] })
  await nothingWritten(data, server, [TOKEN, MARK, 'p-of-nobody-1234', 'once more'])
})

test('what a step fetches and a later one binds is hidden in its request, whether it succeeds or not', async () => {
  const { server, data } = await world()
  const { host, got } = await plainVendor()
  const definition = (path: string): string => `
name: fetching
trigger: { type: http }
steps:
  - name: fetch
    use: http-request
    props: { url: "http://${host}${path}" }
  - name: use
    code: |
      export default {
        async run({ steps, $ }) {
          console.log('it is', steps.fetch.$return_value.answer)
          $.flow.delay(60_000)
          await fetch('http://${host}/code', { headers: { authorization: 'Bearer ' + this.parcels.$auth.api_key }, method: 'POST', body: 'of code' })
          return this.parcels.$auth.api_key
        },
        props: { parcels: { type: 'app', app: 'parcels' } }
      }
    auth: { parcels: { runtime: { api_key: "{{steps.fetch.$return_value.answer}}" }, hosts: ["${host}"] } }
settings: { egress: ["${host}"] }
`
  const session = await begin(server, { definition: definition('/moved'), event: {} })
  const fetched = await lines(server, `/tests/${session.id}/steps/fetch`, { definition: definition('/moved') })
  expect(ofType(fetched, 'step_finished')).toMatchObject([
    {
      requests: [
        { url: `http://${host}/moved`, status: 302 },
        { url: `http://${host}/there`, status: 200, response_body: expect.stringContaining('bhdl.') as string }
      ]
    }
  ])
  const used = await lines(server, `/tests/${session.id}/steps/use`, { definition: definition('/moved') })
  expect(ofType(used, 'step_finished')).toMatchObject([
    {
      step: { status: 'succeeded', exports: { $return_value: expect.stringMatching(/^bhdl\./) as string } },
      requests: [
        {
          method: 'POST',
          url: `http://${host}/code`,
          body: 'of code',
          credentials: [{ place: 'header authorization', label: 'parcels.api_key' }],
          response_body: expect.stringContaining('Bearer bhdl.') as string
        }
      ]
    }
  ])
  expect(got.at(-1)).toBe(`Bearer ${FETCHED}`)
  const failing = definition('/broken')
  const failed = await lines(server, `/tests/${session.id}/steps/fetch`, { definition: failing })
  const [{ requests }] = ofType(failed, 'step_finished') as unknown as [{ requests: Request[] }]
  expect(requests).toMatchObject([{ status: 404, notes: [expect.stringContaining('withheld') as string] }])
  expect(failed.at(-1)).toMatchObject({ status: 'failed', failed_step: 'fetch' })
  expect(JSON.stringify([fetched, used, failed])).not.toContain(FETCHED)
  await nothingWritten(data, server, [FETCHED])
})

test('an `each` goes through five items; code cannot suspend, or write into a data store', async () => {
  const { server, vendor, data } = await world()
  const definition = `
name: many
trigger: { type: http }
steps:
  - name: each
    each: "{{steps.trigger.event.body.list}}"
    concurrency: 2
    steps:
      - name: say
        use: slack-send-message
        auth: { slack: { runtime: { oauth_access_token: "{{item.key}}" } } }
        props: { channel: C0GENERAL, text: "{{item.name}}" }
  - name: suspend
    code: 'export default ({ $ }) => { $.flow.suspend() }'
  - name: keep
    code: |
      export default { props: { store: { type: 'data_store' } }, run: ({ $ }) => 1, async run() { await this.store.set('k', 1) } }
    props: { store: shelf }
`
  const list = Array.from({ length: 7 }, (_, n) => ({ key: `key-${n}-of-an-item-0123456789`, name: `n${n}` }))
  const { id, event } = await begin(server, { definition, event: { body: { list } } })
  const each = await lines(server, `/tests/${id}/steps/each`, { definition })
  const [done] = ofType(each, 'step_finished') as unknown as [{ items: object[]; requests: Request[] }]
  expect(done).toMatchObject({
    step: { summary: '5 of 5 items succeeded, a test goes no further, and the list has 7' },
    items: [
      { index: expect.any(Number) as number, status: 'succeeded', steps: [{ name: 'say', status: 'succeeded' }] },
      {},
      {},
      {},
      {}
    ]
  })
  expect(done.requests).toHaveLength(5)
  expect(vendor.messages).toHaveLength(5)
  expect(await lines(server, `/tests/${id}/steps/say`, { definition })).toMatchObject([
    { type: 'problem', problem: { code: 'test_of_item' } }
  ])
  for (const [step, code] of [
    ['suspend', 'a test cannot be suspended'],
    ['keep', 'a test writes into no data store']
  ]) {
    const [failed] = ofType(await lines(server, `/tests/${id}/steps/${step}`, { definition }), 'step_finished')
    expect(JSON.stringify(failed)).toContain(code)
  }
  expect(JSON.stringify([event, each])).not.toContain('of-an-item')
  await nothingWritten(
    data,
    server,
    list.map(({ key }) => key)
  )
})

test('a kept test event and a run’s event are tried; a session that is ended stops what it does', async () => {
  const { server, vendor, data } = await world()
  vendor.admit('ada', TOKEN)
  const url = await server.deploy('draft', SLACK.replace('delay: 1d', 'delay: 1ms'))
  const send = (headers: object): Promise<Response> =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ token: TOKEN, channel: '#general', text: 'hello' })
    })
  await send({ 'x-pd-notrigger': '1' })
  await send({})
  const kept = (await server.api('GET', '/workflows/draft/test-events')).body as { test_events: { id: string }[] }
  const { runs } = (await server.api('GET', '/runs')).body as { runs: { id: string }[] }
  const before = vendor.total

  const one = await begin(server, { definition: SLACK, test_event: kept.test_events[0]?.id })
  expect((await lines(server, `/tests/${one.id}/run`, { definition: SLACK })).at(-1)).toMatchObject({
    status: 'succeeded'
  })
  expect(vendor.total).toBe(before + 2)
  const two = await begin(server, { definition: SLACK, run: runs[0]?.id })
  expect(two.event).toMatchObject({ body: { token: null, text: 'hello' } })
  expect((await lines(server, `/tests/${two.id}/run`, { definition: SLACK })).at(-1)).toMatchObject({
    error: { code: 'credential_missing' }
  })
  expect((await server.api('POST', '/tests', { definition: SLACK, run: 'none' })).body).toMatchObject({
    code: 'event_missing'
  })

  const held = vendor.hold({ path: '/api/chat.postMessage' })
  const going = lines(server, `/tests/${one.id}/steps/say`, { definition: SLACK })
  await held.arrived
  expect(await lines(server, `/tests/${one.id}/run`, { definition: SLACK })).toMatchObject([{ code: 'test_busy' }])
  expect((await server.api('DELETE', `/tests/${one.id}`)).status).toBe(204)
  expect((await going).at(-1)).toMatchObject({ type: 'problem', problem: { code: 'test_ended' } })
  held.release()
  expect(((await server.api('GET', '/runs')).body as { runs: object[] }).runs).toHaveLength(1)
  await server.stop()
  await nothingWritten(data, server, [TOKEN])
})
