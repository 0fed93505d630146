import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startApi, type ApiServer } from '../testing/api-server.ts'

let server: ApiServer
beforeAll(async () => {
  server = await startApi()
})
afterAll(() => server.close())

interface Message {
  event: string
  data: { type: string; run?: { id: string; status: string } }
}

/** Messages of an event stream, as they come. */
async function* messages(answer: Response): AsyncGenerator<Message> {
  let text = ''
  for await (const chunk of (answer.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
    text += chunk
    for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
      const { event, data } = fieldsOf(text.slice(0, end))
      text = text.slice(end + 2)
      if (event !== undefined && data !== undefined) yield { event, data: JSON.parse(data) as Message['data'] }
    }
  }
}

function fieldsOf(message: string): Record<string, string> {
  return Object.fromEntries(
    message.split('\n').map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon), line.slice(colon + 1).trim()]
    })
  )
}

test('a live view begins with the run as it is and ends with the run', async () => {
  const run = await server.putRun('running', await server.workflow('live'))
  const answer = await server.call('GET', `/runs/${run}/events`)
  expect(answer.headers.get('content-type')).toBe('text/event-stream')
  expect(answer.headers.get('cache-control')).toBe('no-store, no-transform')
  const stream = messages(answer)
  expect((await stream.next()).value).toMatchObject({
    event: 'snapshot',
    data: { run: { id: run, status: 'running' } }
  })
  await server.endRun(run)
  expect((await stream.next()).value).toMatchObject({ event: 'ended', data: { status: 'succeeded', run: { id: run } } })
  expect(await stream.next()).toMatchObject({ done: true })
})

test('a live view of a run that has ended says so and ends, whatever was seen before', async () => {
  const run = await server.putRun('succeeded', await server.workflow('live'))
  const answer = await fetch(`${server.url}/api/v1/runs/${run}/events`, {
    headers: { authorization: 'Bearer an-admin-token-for-tests', 'last-event-id': '17' }
  })
  const seen: string[] = []
  for await (const { event } of messages(answer)) seen.push(event)
  expect(seen).toEqual(['snapshot', 'ended'])
})

test('a live view of no run is 404', async () => {
  const answer = await server.call('GET', '/runs/019aa8b2-6f3c-7000-8a51-2f1f6e1a9b7c/events')
  expect([answer.status, await answer.json()]).toMatchObject([404, { code: 'run_missing' }])
})

test('a viewer who goes away is subscribed no longer', async () => {
  const run = await server.putRun('running', await server.workflow('live'))
  const subscribe = vi.spyOn(server.live, 'subscribe')
  const answer = await server.call('GET', `/runs/${run}/events`)
  const [subscription] = subscribe.mock.results
  subscribe.mockRestore()
  await answer.body?.cancel()
  expect(subscription?.type).toBe('return')
  if (subscription?.type === 'return') await (await subscription.value)?.closed
})

test('the list of runs is told who is new and who has ended', async () => {
  const answer = await server.call('GET', '/runs/events')
  const stream = messages(answer)
  const run = await server.putRun('running', await server.workflow('live'))
  await server.endRun(run)
  expect((await stream.next()).value).toMatchObject({ event: 'run', data: { id: run, status: 'succeeded' } })
  await stream.return(undefined)
})

test('a server that closes ends its live views and says why', async () => {
  const closing = await startApi()
  const run = await closing.putRun('running', await closing.workflow('live'))
  const stream = messages(await closing.call('GET', `/runs/${run}/events`))
  await stream.next()
  const closed = closing.close()
  expect((await stream.next()).value).toMatchObject({ event: 'cut_off', data: { reason: 'shutdown' } })
  expect(await stream.next()).toMatchObject({ done: true })
  await closed
})
