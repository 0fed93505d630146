/** Going on with what a run did: replayed in a new run, from the start or from a step, and resumed by the API. */
import { expect, test } from 'vitest'
import { here, runWhen, start, waits } from '../support/flow.ts'
import { bellhop } from '../support/cli.ts'
import { eventually, post, world, type World } from '../support/world.ts'

const TOKEN = 'xoxb-1111-the-token-of-the-first-time'
const AGAIN = 'xoxb-2222-the-token-of-the-second-time'
const PATH = 'steps.trigger.event.body.slack_token'

interface Run {
  id: string
  status: string
  replay_of?: string
  event: { body: Record<string, unknown> }
  steps: { name: string; status: string; exports?: Record<string, unknown> }[]
}

const definition = (vendor: string, text = '{{steps.trigger.event.body.text}}'): string => `
name: flow
trigger: { type: http, respond: last_step }
steps:
  - name: look
    use: http-request
    auth: { http: { runtime: { bearer_token: '{{steps.trigger.event.body.slack_token}}' } } }
    props: { method: POST, url: '${vendor}/v1/notes', body: { said: '{{steps.trigger.event.body.text}}' } }
  - name: pause
    delay: 1ms
  - name: tell
    use: slack-send-message
    auth: { slack: { runtime: { oauth_access_token: '{{steps.trigger.event.body.slack_token}}' } } }
    props: { channel: '#general', text: '${text}' }
`

async function deploy({ server, vendor }: World, text?: string): Promise<string> {
  const answer = await server.api('PUT', '/workflows/flow', definition(vendor.url, text), 'application/yaml')
  const { triggers } = answer.body as { triggers: { url: string }[] }
  return triggers[0]?.url ?? ''
}

async function ended({ server }: World, id: string): Promise<Run> {
  return eventually(async () => {
    const run = (await server.api('GET', `/runs/${id}`)).body as Run
    return run.status === 'running' || run.status === 'waiting' ? undefined : run
  })
}

async function played(there: World): Promise<string> {
  const answer = await post(await deploy(there), { slack_token: TOKEN, text: 'hello' })
  const run = answer.headers.get('x-bellhop-run') ?? ''
  // Whether the caller waits until the end depends on the delay.
  expect(await ended(there, run)).toMatchObject({ status: 'succeeded' })
  return run
}

const replay = (there: World, run: string, body: object): Promise<{ status: number; body: unknown }> =>
  there.server.api('POST', `/runs/${run}/replay`, JSON.stringify(body), 'application/json')

const callsTo = ({ vendor }: World, path: string): number => vendor.calls.filter((call) => call.path === path).length

test('a run is replayed with its event, and asks for the credentials that are gone', async () => {
  const there = await world()
  const run = await played(there)
  const offer = await there.server.api('GET', `/runs/${run}/replay`)
  expect(offer.body).toMatchObject({
    workflow: 'flow',
    version: 1,
    credentials: [{ path: PATH, required: true, steps: ['look', 'tell'] }],
    taken: [],
    runs: ['look', 'pause', 'tell']
  })
  expect(await replay(there, run, {})).toMatchObject({ status: 422, body: { code: 'credential_missing' } })
  const started = await replay(there, run, { credentials: { [PATH]: AGAIN } })
  expect(started.status).toBe(202)
  const { run: id } = started.body as { run: string }
  const again = await ended(there, id)
  expect(again).toMatchObject({ status: 'succeeded', replay_of: run, event: { body: { text: 'hello' } } })
  expect(again.event.body['slack_token']).toMatch(/^bhdl\./)
  expect(JSON.stringify(again)).not.toContain(AGAIN)
  expect([callsTo(there, '/v1/notes'), there.vendor.messages.length]).toEqual([2, 2])
})

test('from a step on, what finished before is taken over, by the version that corrected what failed', async () => {
  const there = await world()
  const run = await played(there)
  await deploy(there, 'corrected: {{steps.look.$return_value.said}}')
  const offer = await there.server.api('GET', `/runs/${run}/replay?from_step=tell`)
  expect(offer.body).toMatchObject({ version: 2, taken: ['look', 'pause'], runs: ['tell'], again: [] })
  const started = await replay(there, run, { from_step: 'tell', credentials: { [PATH]: AGAIN } })
  const again = await ended(there, (started.body as { run: string }).run)
  expect(again).toMatchObject({ status: 'succeeded', replay_of: run })
  expect(again.steps.map(({ name, status }) => [name, status])).toEqual([
    ['look', 'succeeded'],
    ['pause', 'succeeded'],
    ['tell', 'succeeded']
  ])
  expect(callsTo(there, '/v1/notes')).toBe(1)
  expect(there.vendor.messages.at(-1)?.text).toBe('corrected: hello')
})

test('a step whose secrets were fetched runs again where they are needed, and only there', async () => {
  const there = await world()
  const { server, vendor } = there
  vendor.admit('ada', 'the-first-key-of-ada')
  const text = `
name: fetching
trigger: { type: http }
steps:
  - name: fetch
    use: http-request
    auth: { http: { runtime: { bearer_token: '{{steps.trigger.event.body.key}}' } } }
    props: { url: '${vendor.url}/v1/vault/ada' }
  - name: count
    use: http-request
    auth: { http: { runtime: { bearer_token: '{{steps.trigger.event.body.key}}' } } }
    props: { method: POST, url: '${vendor.url}/v1/notes', body: { n: 1 } }
  - name: tell
    use: slack-send-message
    auth: { slack: { runtime: { oauth_access_token: '{{steps.fetch.$return_value.token}}' } } }
    props: { channel: '#general', text: hello }
`
  const deployed = await server.api('PUT', '/workflows/fetching', text, 'application/yaml')
  const { triggers } = deployed.body as { triggers: { url: string }[] }
  const answer = await post(triggers[0]?.url ?? '', { key: 'the-first-key-of-ada' })
  const run = (answer.body as { run: string }).run
  expect(await ended(there, run)).toMatchObject({ status: 'succeeded' })
  const path = 'steps.trigger.event.body.key'
  expect((await server.api('GET', `/runs/${run}/replay?from_step=tell`)).body).toMatchObject({
    taken: ['count'],
    runs: ['fetch', 'tell'],
    again: ['fetch'],
    credentials: [{ path, required: true }]
  })
  const credentials = { [path]: 'the-first-key-of-ada' }
  const started = await replay(there, run, { from_step: 'tell', credentials })
  expect(await ended(there, (started.body as { run: string }).run)).toMatchObject({ status: 'succeeded' })
  expect([callsTo(there, '/v1/vault/ada'), callsTo(there, '/v1/notes')]).toEqual([2, 1])
})

test('what cannot be replayed says why', async () => {
  const there = await world()
  const run = await played(there)
  const code = async (path: string): Promise<unknown> => {
    const { status, body } = await there.server.api('GET', path)
    return [status, (body as { code: string }).code]
  }
  expect(await code(`/runs/${run}/replay?from_step=nothing`)).toEqual([404, 'step_missing'])
  expect(await code('/runs/01890a5d-ac96-774b-bcce-b302099a8057/replay')).toEqual([404, 'run_missing'])
  expect(await replay(there, run, { credentials: { other: 'x' } })).toMatchObject({
    status: 400,
    body: { code: 'credential_unasked' }
  })
  const failed = await post(await deploy(there, '{{steps.trigger.event.body.text}}'), { slack_token: '' })
  const id = failed.headers.get('x-bellhop-run') ?? ''
  expect(await ended(there, id)).toMatchObject({ status: 'failed' })
  expect(await code(`/runs/${id}/replay?from_step=tell`)).toEqual([409, 'step_not_reached'])
})

test('the command line says what a replay does, and reads credentials from standard input', async () => {
  const there = await world()
  const run = await played(there)
  const env = { BELLHOP_SERVER: there.server.url, BELLHOP_DATA: there.data }
  const { code, stdout } = await bellhop(['replay', run, '--from', 'tell'], { env, input: `${PATH}=${AGAIN}\n` })
  expect([code, stdout]).toEqual([
    0,
    expect.stringMatching(/^flow, version 1\n {2}taken over: look, pause\n {2}runs: tell\nstarted [0-9a-f-]{36}\n$/)
  ])
  const id = /started (\S+)/.exec(stdout)?.[1] ?? ''
  expect(await ended(there, id)).toMatchObject({ status: 'succeeded', replay_of: run })
})

test('a waiting run is resumed by the API, once', async () => {
  const there = await here()
  await post(await start(there, '\n  - { name: approve, use: flow-suspend }\n'), {})
  const { id, ...waiting } = await runWhen(there, waits)
  expect(waiting).toMatchObject({ resumable: true })
  const resume = () =>
    there.server.api('POST', `/runs/${id}/resume`, JSON.stringify({ value: { by: 'ada' } }), 'application/json')
  expect(await resume()).toMatchObject({ status: 200, body: { run: id, resumed: true } })
  const run = (await runWhen(there, ({ status }) => status === 'succeeded')) as unknown as Run
  expect(JSON.stringify(run.steps)).toContain('"body":{"by":"ada"}')
  expect(await resume()).toMatchObject({ status: 409, body: { code: 'run_not_waiting' } })
})
