import { afterAll, beforeAll, expect, test } from 'vitest'
import { startApi, type ApiServer } from '../testing/api-server.ts'

let server: ApiServer
beforeAll(async () => {
  server = await startApi()
})
afterAll(() => server.close())

const shelf = (config: object): string => JSON.stringify({ kind: 'shelf', config })

test('a store is added, listed without its credential, tested and removed', async () => {
  expect((await server.call('PUT', '/stores/main', shelf({ password: 's3cret' }))).status).toBe(204)
  const listed = await (await server.call('GET', '/stores')).text()
  expect(JSON.parse(listed)).toMatchObject({ stores: [{ name: 'main', kind: 'shelf', source: 'api' }] })
  expect(listed).not.toContain('s3cret')
  const tested = await server.call('POST', '/stores/main/test', '{"path":"a/b"}')
  const said = await tested.text()
  expect([tested.status, JSON.parse(said)]).toMatchObject([200, { ok: false, checks: [{ what: 'address' }] }])
  expect(said).not.toContain('s3cret')
  expect((await server.call('DELETE', '/stores/main')).status).toBe(204)
  const gone = await server.call('DELETE', '/stores/main')
  expect([gone.status, await gone.json()]).toMatchObject([404, { code: 'store_missing' }])
})

test('a store whose configuration fits no more is listed with why, and keeps none of the others from it', async () => {
  await server.call('PUT', '/stores/a', shelf({ password: 's3cret' }))
  await server.call('PUT', '/stores/b', shelf({ password: 's3cret' }))
  await server.breakStore('a')
  const listed = await (await server.call('GET', '/stores')).text()
  expect(JSON.parse(listed)).toMatchObject({
    stores: [{ name: 'a', config: {}, problem: expect.stringContaining('password') as string }, { name: 'b' }]
  })
  expect(listed).not.toContain('s3cret')
  for (const name of ['a', 'b']) await server.call('DELETE', `/stores/${name}`)
})

test('the kinds say what they are told, and nothing is held', async () => {
  const { kinds } = (await (await server.call('GET', '/store-kinds')).json()) as { kinds: unknown[] }
  expect(kinds).toMatchObject([{ kind: 'shelf', lookup: 'path', config: { required: ['password'] } }])
  expect(await (await server.call('GET', '/leases')).json()).toEqual({ leases: [] })
})

test.each([
  ['an unknown kind', 'PUT', '/stores/x', { kind: 's3cret', config: {} }, 422, 'unknown_store_kind'],
  [
    'a configuration that does not fit',
    'PUT',
    '/stores/x',
    { kind: 'shelf', config: { s3cret: 's3cret' } },
    422,
    'store_invalid'
  ],
  ['no configuration', 'PUT', '/stores/x', { kind: 'shelf', password: 's3cret' }, 400, 'invalid_request'],
  ['a bad name', 'PUT', '/stores/a%2Fs3cret', { kind: 'shelf', config: {} }, 400, 'invalid_request'],
  ['a path that climbs', 'POST', '/stores/main/test', { path: '../s3cret' }, 422, 'lookup_unusable'],
  ['a store that is not there', 'POST', '/stores/nobody/test', {}, 404, 'store_missing']
])('%s is refused without quoting what was sent', async (_what, method, path, body, status, code) => {
  await server.call('PUT', '/stores/main', shelf({ password: 'a-password' }))
  const answer = await server.call(method, path, JSON.stringify(body))
  const text = await answer.text()
  expect([answer.status, JSON.parse(text)]).toMatchObject([status, { code }])
  expect(text).not.toContain('s3cret')
})
