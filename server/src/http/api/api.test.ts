import { afterAll, beforeAll, expect, test } from 'vitest'
import { ADMIN_TOKEN, startApi, type ApiServer } from '../testing/api-server.ts'

let server: ApiServer
beforeAll(async () => {
  server = await startApi()
})
afterAll(() => server.close())

const CALLS: readonly [string, string][] = [
  ['DELETE', '/session'],
  ['GET', '/sessions'],
  ['DELETE', '/sessions'],
  ['DELETE', '/sessions/x'],
  ['PUT', '/password'],
  ['POST', '/setup/link'],
  ['GET', '/users'],
  ['POST', '/users'],
  ['POST', '/users/x/link'],
  ['DELETE', '/users/x'],
  ['GET', '/workflows'],
  ['PUT', '/workflows/x'],
  ['GET', '/workflows/x'],
  ['PATCH', '/workflows/x'],
  ['DELETE', '/workflows/x'],
  ['POST', '/workflows/x/run'],
  ['POST', '/workflows/x/rotate-token'],
  ['GET', '/workflows/x/runs'],
  ['GET', '/workflows/x/versions'],
  ['GET', '/workflows/x/versions/x'],
  ['GET', '/workflows/x/draft'],
  ['PUT', '/workflows/x/draft'],
  ['DELETE', '/workflows/x/draft'],
  ['GET', '/drafts'],
  ['POST', '/drafts'],
  ['GET', '/examples'],
  ['POST', '/definitions/check'],
  ['GET', '/workflows/x/test-events'],
  ['POST', '/workflows/x/test-events'],
  ['DELETE', '/workflows/x/test-events/x'],
  ['GET', '/workflows/x/test-events/events'],
  ['GET', '/runs'],
  ['GET', '/runs/events'],
  ['GET', '/runs/x'],
  ['GET', '/runs/x/events'],
  ['GET', '/runs/x/steps/x/items'],
  ['POST', '/runs/x/cancel'],
  ['GET', '/runs/x/replay'],
  ['POST', '/runs/x/replay'],
  ['POST', '/runs/x/resume'],
  ['GET', '/accounts'],
  ['PUT', '/accounts/slack/x'],
  ['DELETE', '/accounts/slack/x'],
  ['POST', '/workflows/x/steps/x/options'],
  ['POST', '/workflows/x/steps/x/props'],
  ['POST', '/steps/describe'],
  ['POST', '/steps/options'],
  ['POST', '/steps/props'],
  ['POST', '/tests'],
  ['POST', '/accounts/test'],
  ['POST', '/bindings/try'],
  ['POST', '/tests/x/steps/x'],
  ['POST', '/tests/x/run'],
  ['DELETE', '/tests/x'],
  ['GET', '/components'],
  ['GET', '/components/x'],
  ['GET', '/env'],
  ['PUT', '/env/x'],
  ['DELETE', '/env/x'],
  ['GET', '/audit'],
  ['GET', '/native-steps'],
  ['GET', '/stores'],
  ['PUT', '/stores/x'],
  ['POST', '/stores/x/test'],
  ['DELETE', '/stores/x'],
  ['GET', '/store-kinds'],
  ['GET', '/leases'],
  ['GET', '/data-stores'],
  ['GET', '/data-stores/x/entries'],
  ['DELETE', '/data-stores/x/entries'],
  ['DELETE', '/data-stores/x'],
  ['GET', '/apps'],
  ['GET', '/actions']
]

test.each(CALLS)('%s %s needs the admin token', async (method, path) => {
  for (const authorization of ['', `Bearer ${ADMIN_TOKEN}x`, `Basic ${ADMIN_TOKEN}`, ADMIN_TOKEN]) {
    const answer = await fetch(`${server.url}/api/v1${path}`, { method, headers: { authorization } })
    expect([answer.status, await answer.json()]).toMatchObject([401, { code: 'unauthorized' }])
    expect(answer.headers.get('www-authenticate')).toContain('Bearer')
  }
})

test('the list above is the whole API, but for what is open', async () => {
  const document = (await (await fetch(`${server.url}/api/v1/openapi.json`)).json()) as {
    paths: Record<string, Record<string, { security?: unknown[] }>>
  }
  const documented = Object.entries(document.paths).flatMap(([path, calls]) =>
    Object.entries(calls)
      .filter(([, call]) => call.security === undefined)
      .map(([method]) => `${method.toUpperCase()} ${path.replaceAll(/\{app\}/g, 'slack').replaceAll(/\{\w+\}/g, 'x')}`)
  )
  expect(documented.toSorted()).toEqual(CALLS.map(([method, path]) => `${method} ${path}`).toSorted())
})

test('health needs no token, and says when the server takes on no runs', async () => {
  const health = async (): Promise<unknown[]> => {
    const answer = await fetch(`${server.url}/api/v1/health`)
    return [answer.status, await answer.json()]
  }
  expect(await health()).toEqual([200, { status: 'ok', version: '0.1.0' }])
  Object.assign(server.health, { ready: false, reason: 'storage_full' })
  expect(await health()).toEqual([503, { status: 'unavailable', version: '0.1.0', reason: 'storage_full' }])
  Object.assign(server.health, { ready: true, reason: undefined })
})

test('unknown paths are 404, wrong methods 405 with those that work', async () => {
  const unknown = await server.call('GET', '/nothing')
  expect([unknown.status, await unknown.json()]).toMatchObject([404, { code: 'not_found' }])
  const wrong = await server.call('POST', '/runs')
  expect([wrong.status, await wrong.json()]).toMatchObject([405, { code: 'method_not_allowed' }])
  expect(wrong.headers.get('allow')).toBe('GET, HEAD')
  const live = await server.call('HEAD', '/runs/x/events')
  expect([live.status, live.headers.get('allow')]).toEqual([405, 'GET'])
})

test('answers are kept by nobody, run nowhere, and readable for no other origin', async () => {
  for (const path of ['/workflows', '/nothing', '/runs?limit=x']) {
    const { headers } = await server.call('GET', path)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(headers.get('access-control-allow-origin')).toBeNull()
    expect(headers.get('server')).toBeNull()
  }
})

test('a request with mistakes gets all of them, and nothing of itself back', async () => {
  const answer = await server.call('GET', '/runs?limit=s3cret&status=s3cret&since=s3cret&s3cret=1')
  const text = await answer.text()
  expect(answer.status).toBe(400)
  expect(text).not.toContain('s3cret')
  const { code, errors } = JSON.parse(text) as { code: string; errors: { path: string }[] }
  expect(code).toBe('invalid_request')
  expect(errors.map(({ path }) => path).toSorted()).toEqual(['', 'limit', 'since', 'status'])
})

test.each([
  ['malformed JSON', '{"enabled": s3cret', 'application/json', 400, 'bad_json'],
  ['another type', 's3cret', 'text/plain', 415, 'unsupported_media_type'],
  ['JSON of another shape', '{"enabled":"s3cret","s3cret":1}', 'application/json', 400, 'invalid_request'],
  ['too much', `"${'x'.repeat(1024 * 1024)}"`, 'application/json', 413, 'body_too_large']
])('a body of %s is refused without a word of it', async (_what, body, type, status, code) => {
  const answer = await server.call('PATCH', '/workflows/x', body, type)
  const text = await answer.text()
  expect([answer.status, JSON.parse(text)]).toMatchObject([status, { code }])
  expect(text).not.toContain('s3cret')
})

test('a defect of ours is logged by its place, and tells the caller nothing', async () => {
  const broken = await startApi()
  try {
    broken.live.subscribeAll = () => {
      throw new TypeError('s3cret\n    at s3cret (s3cret.js:1:1)')
    }
    const answer = await broken.call('GET', '/runs/events')
    expect([answer.status, await answer.json()]).toMatchObject([500, { code: 'internal' }])
    const logged = broken.log.join('\n')
    expect(logged).toContain('TypeError')
    expect(logged).toContain('live.ts')
    expect(logged).not.toContain('s3cret')
  } finally {
    await broken.close()
  }
})
