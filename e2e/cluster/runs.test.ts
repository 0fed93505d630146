/** Runs that one node lives, as the other sees and ends them. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { gate, isOver, urlsOf, type Shown } from '../support/flow.ts'
import { post } from '../support/post.ts'
import type { ServerProcess } from '../support/server-process.ts'
import { on, openPair, type Pair } from './house.ts'

let pair: Pair
beforeAll(async () => {
  pair = await openPair()
})
afterAll(() => pair.cluster.close())

const flow = (name: string, steps: string, trigger = '{ type: http, respond: last_step }'): string =>
  `name: ${name}\ntrigger: ${trigger}\nsteps:\n${steps}`

const runOf = async (server: ServerProcess, id: string): Promise<Shown> =>
  (await server.api('GET', `/runs/${id}`)).body as Shown

async function latest(server: ServerProcess, workflow: string): Promise<string> {
  const { body } = await server.api('GET', `/workflows/${workflow}/runs?limit=1`)
  return (body as { runs: { id: string }[] }).runs[0]?.id ?? ''
}

interface Message {
  type: string
  status?: string
}

/** A run's live view: what it has said so far, with what it says next, to its end. */
async function* watched(server: ServerProcess, id: string): AsyncGenerator<Message[]> {
  const { body } = await fetch(`${server.url}/api/v1/runs/${id}/events`, {
    headers: { authorization: `Bearer ${server.adminToken}` }
  })
  let text = ''
  for await (const piece of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += piece
    yield [...text.matchAll(/^data: (.*)\n/gm)].map(([, data = '']) => JSON.parse(data) as Message)
  }
}

test('a run is watched to its end on another node than its own', async () => {
  const { a, b } = pair
  const held = await gate()
  const steps = `
  - { name: first, use: flow-keep, props: { value: 1 } }
  - { name: held, use: flow-respond, props: { gate: "${held.url}" } }
  - { name: last, use: flow-keep, props: { value: 2 } }`
  await post(await a.deploy('watched', flow('watched', steps, '{ type: http }')), {})
  await held.came
  let messages: Message[] = []
  for await (messages of watched(b, await latest(a, 'watched'))) if (messages.length > 0) held.open()
  expect(messages[0]?.type).toBe('snapshot')
  expect(messages.filter(({ type }) => type === 'step_finished')).toHaveLength(2)
  expect(messages.at(-1)).toMatchObject({ type: 'ended', status: 'succeeded' })
})

test('a run is cancelled on another node than its own', async () => {
  const { a, b } = pair
  const held = await gate()
  const url = await a.deploy(
    'cancelled',
    flow('cancelled', `  - { name: held, use: flow-suspend, props: { gate: "${held.url}" } }`, '{ type: http }')
  )
  await post(url, {})
  await held.came
  const id = await latest(b, 'cancelled')
  expect((await b.api('POST', `/runs/${id}/cancel`)).status).toBeLessThan(300)
  expect((await runOf(a, id)).status).toBe('cancelled')
  held.open()
  // It has left the memory of the node that lived it: nothing keeps that node from being drained.
  expect((await runOf(a, id)).status).toBe('cancelled')
})

test.each([
  { where: 'in memory', ms: 4_000 },
  { where: 'out of memory', ms: 600_000 }
])('a run that waits $where goes on when another node is called', async ({ ms }) => {
  const { a, b } = pair
  const name = `waits-${ms}`
  const url = await a.deploy(
    name,
    flow(
      name,
      `  - { name: approve, use: flow-suspend, props: { ms: ${ms} } }\n  - { name: tell, use: flow-keep, props: { value: "{{steps.approve.$resume_data.body.by}}" } }`
    )
  )
  await post(url, {})
  const id = await latest(a, name)
  await expect.poll(() => runOf(b, id).then((run) => urlsOf(run))).toBeDefined()
  const { resume_url } = urlsOf(await runOf(b, id))
  expect(await post(on(b, resume_url), { by: 'ada' })).toMatchObject({ status: 200, body: { resumed: true } })
  expect(await post(on(a, resume_url), { by: 'eve' })).toMatchObject({ status: 410 })
  await expect.poll(() => runOf(a, id).then(isOver)).toBe(true)
  const run = await runOf(b, id)
  expect(run.status).toBe('succeeded')
  expect(run.steps.find((step) => step.name === 'tell')?.exports).toMatchObject({ $return_value: 'ada' })
})

test('a request that is repeated on the other node gets the first answer', async () => {
  const { a, b } = pair
  const url = await a.deploy(
    'once',
    flow('once', '  - { name: last, use: flow-keep, props: { value: "{{steps.trigger.event.body}}" } }')
  )
  const headers = { 'idempotency-key': 'the same for both' }
  const first = await post(url, { n: 1 }, headers)
  expect(first).toMatchObject({ status: 200, body: { n: 1 } })
  await expect.poll(() => post(on(b, url), { n: 1 }, headers)).toMatchObject({ status: 200, body: { n: 1 } })
  expect(await post(on(b, url), { n: 2 }, headers)).toMatchObject({ status: 422 })
  const { body } = await b.api('GET', '/workflows/once/runs')
  expect((body as { runs: unknown[] }).runs).toHaveLength(1)
})

test('a tick is fired once by both', async () => {
  const { a, b } = pair
  const steps = '  - { name: last, use: flow-keep }'
  const { status } = await a.api(
    'PUT',
    '/workflows/ticking',
    flow('ticking', steps, '{ type: schedule, every: 1s }'),
    'application/yaml'
  )
  expect(status).toBe(201)
  const ticks = async (): Promise<number[]> => {
    const { body } = await b.api('GET', '/workflows/ticking/runs?limit=100')
    const { runs } = body as { runs: { id: string }[] }
    const shown = await Promise.all(runs.map(({ id }) => b.api('GET', `/runs/${id}`)))
    return shown.map((each) => (each.body as { event: { timestamp: number } }).event.timestamp)
  }
  await expect.poll(async () => (await ticks()).length).toBeGreaterThanOrEqual(5)
  const fired = await ticks()
  expect(new Set(fired).size).toBe(fired.length)
})

test('a test event that comes to one is seen by who watches on the other', async () => {
  const { a, b } = pair
  const url = await a.deploy('tried', flow('tried', '  - { name: last, use: flow-keep }'))
  await expect.poll(async () => (await post(on(b, url), {})).status).toBe(200)
  const view = await fetch(`${a.url}/api/v1/workflows/tried/test-events/events`, {
    headers: { authorization: `Bearer ${a.adminToken}` }
  })
  const reader = view.body?.pipeThrough(new TextDecoderStream()).getReader()
  await post(on(b, url), { word: 'of-a-test-event' }, { 'x-pd-notrigger': '1' })
  let text = ''
  while (!text.includes('"body"')) text += (await reader?.read())?.value ?? ''
  await reader?.cancel()
  expect(text).toContain('of-a-test-event')
})

test('a test session is known to its node alone, which says so', async () => {
  const { a, b } = pair
  const definition = flow('session', '  - { name: last, use: flow-keep }')
  const { body } = await a.api('POST', '/tests', { definition, from: { event: {} } })
  const { id } = body as { id: string }
  const other = await b.api('POST', `/tests/${id}/run`, { definition })
  expect(other).toMatchObject({
    status: 404,
    body: { code: 'test_missing', hint: expect.stringContaining('sticky sessions') as string }
  })
})
