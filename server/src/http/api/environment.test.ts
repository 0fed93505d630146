import { afterAll, beforeAll, expect, test } from 'vitest'
import { startApi, type ApiServer } from '../testing/api-server.ts'

let server: ApiServer
beforeAll(async () => {
  server = await startApi()
})
afterAll(() => server.close())

const put = (name: string, body: object): Promise<Response> => server.call('PUT', `/env/${name}`, JSON.stringify(body))

test('a secret is set, listed without its value, replaced, and removed', async () => {
  expect((await put('API_KEY', { value: 's3cret', hosts: ['API.example.com', '[::1]:8080'] })).status).toBe(204)
  const terms = { hosts: ['api.example.com'], headers: ['X-Api-Key'], query: ['key'], body: ['token'] }
  expect((await put('OTHER', { value: 's3cret', ...terms })).status).toBe(204)
  const listed = await (await server.call('GET', '/env')).text()
  expect(JSON.parse(listed)).toMatchObject({
    secrets: [
      { name: 'API_KEY', hosts: ['api.example.com', '[::1]:8080'], places: { headers: true, query: [], body: [] } },
      { name: 'OTHER', places: { headers: ['x-api-key'], query: ['key'], body: ['token'] } }
    ]
  })
  expect(listed).not.toContain('s3cret')
  expect((await put('API_KEY', { value: 'another' })).status).toBe(204)
  expect(await (await server.call('GET', '/env')).json()).toMatchObject({ secrets: [{ hosts: [] }, {}] })
  for (const name of ['API_KEY', 'OTHER']) expect((await server.call('DELETE', `/env/${name}`)).status).toBe(204)
  const gone = await server.call('DELETE', '/env/API_KEY')
  expect([gone.status, await gone.json()]).toMatchObject([404, { code: 'env_secret_missing' }])
})

test.each([
  ['a bad name', 'a-b', { value: 's3cret' }, 400, 'invalid_request'],
  ['no value', 'A', { value: '' }, 422, 'env_secret_unfit'],
  ['a long value', 'A', { value: 's3cret'.repeat(20_000) }, 422, 'env_secret_unfit'],
  ['a pattern as host', 'A', { value: 's3cret', hosts: ['*.example.com'] }, 422, 'env_secret_unfit'],
  ['a URL as host', 'A', { value: 's3cret', hosts: ['https://api.example.com/x'] }, 422, 'env_secret_unfit']
])('%s is refused without quoting a value', async (_what, name, body, status, code) => {
  const answer = await put(name, body)
  const text = await answer.text()
  expect([answer.status, JSON.parse(text)]).toMatchObject([status, { code }])
  expect(text).not.toContain('s3cret')
})

test('what nobody revealed is not in the audit log', async () => {
  expect(await (await server.call('GET', '/audit?limit=5')).json()).toEqual({ entries: [] })
})
