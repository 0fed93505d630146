import { afterAll, beforeAll, expect, test } from 'vitest'
import { startApi, type ApiServer } from '../testing/api-server.ts'

let server: ApiServer
beforeAll(async () => {
  server = await startApi()
})
afterAll(() => server.close())

interface Page {
  runs: { id: string; status: string }[]
  next_cursor: string | null
}

async function list(path: string): Promise<Page> {
  const answer = await server.call('GET', path)
  expect(answer.status).toBe(200)
  return (await answer.json()) as Page
}

test('runs are listed newest first, filtered, and page by page', async () => {
  const [one, other] = [await server.workflow('listed'), await server.workflow('other')]
  const ids = [
    await server.putRun('succeeded', one),
    await server.putRun('failed', one),
    await server.putRun('succeeded', one),
    await server.putRun('succeeded', other)
  ]
  const idsOf = ({ runs }: Page): number[] => runs.map(({ id }) => ids.indexOf(id))
  expect(idsOf(await list('/runs'))).toEqual([3, 2, 1, 0])
  expect(idsOf(await list('/workflows/listed/runs'))).toEqual([2, 1, 0])
  expect(idsOf(await list('/runs?workflow=listed&status=succeeded'))).toEqual([2, 0])
  expect(idsOf(await list('/runs?since=2025-01-01&until=2025-01-02T00:00:00%2B01:00'))).toEqual([])
  const first = await list('/runs?limit=3')
  expect(idsOf(first)).toEqual([3, 2, 1])
  expect(idsOf(await list(`/runs?limit=3&cursor=${first.next_cursor}`))).toEqual([0])
})

test('a cursor that no list gave out is 400, the runs of no workflow 404', async () => {
  const bad = await server.call('GET', '/runs?cursor=s3cret')
  expect([bad.status, await bad.json()]).toMatchObject([400, { code: 'bad_cursor' }])
  const none = await server.call('GET', '/workflows/none/runs')
  expect([none.status, await none.json()]).toMatchObject([404, { code: 'workflow_missing' }])
})

test.each([
  ['status=s3cret', 'status', /^expected `running`, .* or `crashed`, or several joined by commas$/],
  ['limit=s3cret', 'limit', /^expected a number$/],
  ['limit=0', 'limit', /^expected at least 1$/],
  ['limit=1.5', 'limit', /^expected a whole number$/],
  ['since=s3cret', 'since', /^expected a time in ISO 8601, such as /],
  ['s3cret=1', '', /^there is a key that is not known here$/]
])('a list asked for with %s is told what may stand there, and quoted nothing', async (query, path, message) => {
  const answer = await server.call('GET', `/runs?${query}`)
  const text = await answer.text()
  expect([answer.status, JSON.parse(text)]).toMatchObject([
    400,
    { code: 'invalid_request', errors: [{ path, message: expect.stringMatching(message) as string }] }
  ])
  expect(text).not.toContain('s3cret')
})

test('one run is shown, and one that is not there is 404', async () => {
  const id = await server.putRun('succeeded', await server.workflow('shown'))
  const answer = await server.call('GET', `/runs/${id}`)
  expect([answer.status, await answer.json()]).toMatchObject([
    200,
    { id, workflow: 'shown', event: { method: 'POST' }, steps: [] }
  ])
  for (const missing of [id.replace(/.$/, (last) => (last === '0' ? '1' : '0')), 'nonsense']) {
    const none = await server.call('GET', `/runs/${missing}`)
    expect([none.status, await none.json()]).toMatchObject([404, { code: 'run_missing' }])
  }
})

test('a run is cancelled, unless it has ended or never was', async () => {
  const workflow = await server.workflow('cancelled')
  const id = await server.putRun('running', workflow)
  server.cancellable.add(id)
  const answer = await server.call('POST', `/runs/${id}/cancel`)
  expect([answer.status, await answer.json()]).toEqual([200, { run: id, cancelled: true }])
  const ended = await server.call('POST', `/runs/${await server.putRun('failed', workflow)}/cancel`)
  expect([ended.status, await ended.json()]).toMatchObject([409, { code: 'run_ended' }])
  expect((await server.call('POST', '/runs/nonsense/cancel')).status).toBe(404)
})
