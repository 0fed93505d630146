import { expect, test } from 'vitest'
import { startIngress } from '../testing/ingress-server.ts'

const PREFLIGHT = {
  origin: 'https://app.example',
  'access-control-request-method': 'POST',
  'access-control-request-headers': 'authorization, x-custom'
}

test('a preflight is allowed what it asks for, and makes no run', async () => {
  const server = await startIngress()
  const answer = await fetch(server.deploy({ auth: { type: 'token' } }), { method: 'OPTIONS', headers: PREFLIGHT })
  expect(answer.status).toBe(204)
  expect(answer.headers.get('access-control-allow-origin')).toBe('*')
  expect(answer.headers.get('access-control-allow-methods')).toContain('POST')
  expect(answer.headers.get('access-control-allow-headers')).toBe('authorization, x-custom')
  expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
  expect(server.intake.requests).toEqual([])
})

test('a plain OPTIONS says what is allowed and makes no run', async () => {
  const server = await startIngress()
  const answer = await fetch(server.deploy(), { method: 'OPTIONS' })
  expect([answer.status, answer.headers.get('allow')]).toEqual([204, 'GET,HEAD,POST,PUT,PATCH,DELETE,OPTIONS'])
  expect(server.intake.requests).toEqual([])
})

test('every answer can be read from any origin, errors included', async () => {
  const server = await startIngress()
  const urls = [
    server.deploy(),
    `${server.url}/in/unknown`,
    server.deploy({ auth: { type: 'token' } }, { name: 'locked' })
  ]
  const answers = await Promise.all(urls.map((url) => fetch(url, { headers: { origin: 'https://app.example' } })))
  expect(answers.map(({ status }) => status)).toEqual([200, 404, 401])
  for (const { headers } of answers) {
    expect(headers.get('access-control-allow-origin')).toBe('*')
    expect(headers.get('access-control-expose-headers')).toBe('*')
  }
})

test('a definition that names origins allows those only', async () => {
  const server = await startIngress()
  const url = server.deploy({ cors: { origins: ['https://app.example'] } })
  const from = async (origin: string): Promise<(string | null)[]> => {
    const { headers } = await fetch(url, { headers: { origin } })
    return [headers.get('access-control-allow-origin'), headers.get('vary')]
  }
  expect(await from('https://app.example')).toEqual(['https://app.example', 'origin'])
  expect(await from('https://evil.example')).toEqual([null, 'origin'])
})

test('requested header names that are no header names are not echoed', async () => {
  const server = await startIngress()
  const headers = { ...PREFLIGHT, 'access-control-request-headers': 'x;y=(z)' }
  const answer = await fetch(server.deploy(), { method: 'OPTIONS', headers })
  expect(answer.headers.get('access-control-allow-headers')).toBe('*')
})
