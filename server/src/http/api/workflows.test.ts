import { afterAll, beforeAll, expect, test } from 'vitest'
import { ADMIN_TOKEN, startApi, type ApiServer } from '../testing/api-server.ts'

let server: ApiServer
beforeAll(async () => {
  server = await startApi()
})
afterAll(() => server.close())

const definition = (name: string, trigger = 'type: http'): string => `
name: ${name}
trigger: { ${trigger} }
steps:
  - name: notify
    use: slack-send-message
    auth: { slack: { runtime: { oauth_access_token: "{{steps.trigger.event.body.token}}" } } }
    props: { channel: general, text: hello }
`

const deploy = (name: string, text: string, type = 'application/yaml'): Promise<Response> =>
  server.call('PUT', `/workflows/${name}`, text, type)

test('a deploy answers where the trigger is: 201 for a new version, 200 for the same one', async () => {
  const first = await deploy('notify', definition('notify'))
  const answer = (await first.json()) as { triggers: { url: string }[] }
  expect([first.status, answer]).toEqual([
    201,
    {
      name: 'notify',
      version: 1,
      created: true,
      triggers: [{ type: 'http', url: expect.stringMatching(`^${server.url}/in/[\\w-]{22,}$`) as string }],
      warnings: expect.any(Array) as unknown[]
    }
  ])
  const again = await deploy('notify', definition('notify'), 'text/yaml')
  expect([again.status, await again.json()]).toMatchObject([
    200,
    { version: 1, created: false, triggers: answer.triggers }
  ])
  const called = await fetch(answer.triggers[0]?.url ?? '', { method: 'POST' })
  expect(called.status).toBe(200)
})

test('an account that nobody has connected is a warning, until somebody has', async () => {
  const text = definition('accounts').replace(/runtime: \{.*?\} \}/, 'account: acme-bot }')
  const warningsOf = async (): Promise<string> => {
    const answer = await deploy('accounts', text)
    expect(answer.ok).toBe(true)
    return JSON.stringify(((await answer.json()) as { warnings: unknown }).warnings)
  }
  expect(await warningsOf()).toContain('bellhop accounts add slack acme-bot')
  await server.call('PUT', '/accounts/slack/acme-bot', JSON.stringify({ fields: { oauth_access_token: 'xoxb-1' } }))
  expect(await warningsOf()).not.toContain('accounts add')
})

test('a definition may be JSON', async () => {
  const json = { name: 'as-json', trigger: { type: 'http' }, steps: [{ name: 'clock', use: 'clock-read' }] }
  expect((await deploy('as-json', JSON.stringify(json), 'application/json')).status).toBe(201)
})

test('a definition of another type is 415', async () => {
  const answer = await deploy('x', definition('x'), 'text/plain')
  expect([answer.status, await answer.json()]).toMatchObject([415, { code: 'unsupported_media_type' }])
})

test('a bad definition gets all its mistakes with their places, and deploys nothing', async () => {
  const text = definition('broken')
    .replace('slack-send-message', 'slack-sendmessage')
    .replace('type: http', 'type: htp')
  const answer = await deploy('broken', text)
  const problem = (await answer.json()) as {
    code: string
    errors: { path: string; line: number; suggestion?: string }[]
  }
  expect([answer.status, problem.code]).toEqual([422, 'definition_invalid'])
  expect(problem.errors.map(({ path }) => path)).toEqual(expect.arrayContaining(['trigger.type', 'steps[0].use']))
  expect(problem.errors).toContainEqual(expect.objectContaining({ line: 6, suggestion: 'slack-send-message' }))
  expect((await server.call('GET', '/workflows/broken')).status).toBe(404)
})

test('a definition under another name than its own is refused', async () => {
  const answer = await deploy('one', definition('two'))
  expect([answer.status, await answer.json()]).toMatchObject([422, { errors: [{ path: 'name' }] }])
})

test('a workflow is listed, shown with its definition, switched off and on, and deleted', async () => {
  await deploy('life', definition('life'))
  const { workflows } = (await (await server.call('GET', '/workflows')).json()) as { workflows: { name: string }[] }
  expect(workflows.map(({ name }) => name)).toContain('life')
  const shown = await server.call('GET', '/workflows/life')
  const details = (await shown.json()) as { triggers: { url: string }[] }
  expect(details).toMatchObject({ name: 'life', enabled: true, version: 1, definition: { name: 'life' } })
  const trigger = async (): Promise<number> => (await fetch(details.triggers[0]?.url ?? '')).status
  expect(await (await server.call('PATCH', '/workflows/life', '{"enabled":false}')).json()).toMatchObject({
    enabled: false
  })
  expect(await trigger()).toBe(404)
  await server.call('PATCH', '/workflows/life', '{"enabled":true}')
  expect(await trigger()).toBe(200)
  expect((await server.call('DELETE', '/workflows/life')).status).toBe(204)
  expect(await trigger()).toBe(404)
  for (const method of ['GET', 'DELETE']) {
    const gone = await server.call(method, '/workflows/life')
    expect([gone.status, await gone.json()]).toMatchObject([404, { code: 'workflow_missing' }])
  }
})

test('a token is shown when it is made, and the one before stops working', async () => {
  const deployed = (await (
    await deploy('locked', definition('locked', 'type: http, auth: { type: token }'))
  ).json()) as {
    token: string
    triggers: { url: string }[]
  }
  const call = async (token: string): Promise<number> =>
    (await fetch(deployed.triggers[0]?.url ?? '', { headers: { authorization: `Bearer ${token}` } })).status
  expect(await call(deployed.token)).toBe(200)
  const rotated = (await (await server.call('POST', '/workflows/locked/rotate-token')).json()) as { token: string }
  expect([await call(deployed.token), await call(rotated.token)]).toEqual([401, 200])
})

test('a workflow without a token has none to rotate', async () => {
  await deploy('unlocked', definition('unlocked'))
  const answer = await server.call('POST', '/workflows/unlocked/rotate-token')
  expect([answer.status, await answer.json()]).toMatchObject([409, { code: 'token_unused' }])
})

test('a schedule says when it fires next, and runs now when asked to', async () => {
  const scheduled = (name: string, every: string): Promise<Response> =>
    deploy(name, definition(name, `type: schedule, every: ${every}`).replace(/runtime: .*?\} \}/, 'account: acme }'))
  const soon = (await (await scheduled('hourly', '1h')).json()) as { triggers: { type: string; next: string }[] }
  const next = new Date(Math.ceil(Date.now() / 3_600_000) * 3_600_000).toISOString()
  expect(soon).toMatchObject({ triggers: [{ type: 'schedule', next }] })
  const list = (await (await server.call('GET', '/workflows')).json()) as { workflows: { name: string }[] }
  expect(list.workflows.find(({ name }) => name === 'hourly')).toMatchObject({ triggers: soon.triggers })

  const run = await server.call('POST', '/workflows/hourly/run')
  expect([run.status, await run.json()]).toEqual([202, { run: expect.stringMatching(/^[0-9a-f-]{36}$/) as string }])

  const off = await server.call('PATCH', '/workflows/hourly', '{"enabled":false}')
  expect(await off.json()).toMatchObject({ triggers: [{ type: 'schedule', next: null }] })
  const refused = await server.call('POST', '/workflows/hourly/run')
  expect([refused.status, await refused.json()]).toMatchObject([409, { code: 'workflow_disabled' }])

  await deploy('called', definition('called'))
  const called = await server.call('POST', '/workflows/called/run')
  expect([called.status, await called.json()]).toMatchObject([409, { code: 'no_schedule' }])
  expect((await server.call('POST', '/workflows/nobody/run')).status).toBe(404)
})

test('events kept for testing are shown with handles where the workflow knows a secret', async () => {
  const { triggers } = (await (await deploy('tried', definition('tried'))).json()) as { triggers: { url: string }[] }
  const kept = await fetch(triggers[0]?.url ?? '', {
    method: 'POST',
    headers: { 'x-pd-notrigger': '1', 'content-type': 'application/json' },
    body: '{"token":"xoxb-s3cret-value","n":1}'
  })
  const { test_event } = (await kept.json()) as { test_event: string }
  const text = await (await server.call('GET', '/workflows/tried/test-events')).text()
  expect(JSON.parse(text)).toMatchObject({
    test_events: [{ id: test_event, event: { method: 'POST', body: { n: 1 } } }]
  })
  expect(text).not.toContain('s3cret')
})

test('who asks for lines gets lines, of which the last says how it ended', async () => {
  const lines = async (text: string): Promise<unknown[]> => {
    const headers = {
      authorization: `Bearer ${ADMIN_TOKEN}`,
      'content-type': 'application/yaml',
      accept: 'text/html;q=0.1, application/x-ndjson'
    }
    const answer = await fetch(`${server.url}/api/v1/workflows/lines`, { method: 'PUT', headers, body: text })
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/x-ndjson'])
    return (await answer.text())
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line))
  }
  expect(await lines(definition('lines'))).toMatchObject([
    { type: 'deployed', status: 201, deployment: { name: 'lines', created: true } }
  ])
  expect(await lines(definition('lines'))).toMatchObject([{ type: 'deployed', status: 200 }])
  expect(await lines('name: lines')).toMatchObject([
    { type: 'problem', problem: { status: 422, code: 'definition_invalid', errors: expect.any(Array) as unknown } }
  ])
})

test('a list says what each workflow is about, whether it is being changed, and what it did lately', async () => {
  await deploy('busy', definition('busy').replace('name: busy', 'name: busy\ndescription: Says hello.'))
  const ids = await server.workflow('idle')
  const before = (await (await server.call('GET', '/workflows/idle')).json()) as object
  expect(before).toMatchObject({ description: '', apps: [], steps: 1, draft: null, last_run: null })
  const run = await server.putRun('failed', ids)
  await server.call('PUT', '/workflows/busy/draft', JSON.stringify({ text: 'name: busy', revision: 0 }))
  const { workflows } = (await (await server.call('GET', '/workflows')).json()) as { workflows: { name: string }[] }
  expect(workflows.find(({ name }) => name === 'busy')).toMatchObject({
    description: 'Says hello.',
    apps: ['slack'],
    steps: 1,
    draft: { updated_at: expect.any(String) as string },
    day: { runs: Array<number>(24).fill(0), at_least: false }
  })
  const last = [...Array<number>(23).fill(0), 1]
  expect(workflows.find(({ name }) => name === 'idle')).toMatchObject({
    last_run: { id: run, status: 'failed' },
    day: { runs: last, failures: last, at_least: false }
  })
})
