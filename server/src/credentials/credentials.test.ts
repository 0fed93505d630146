import { randomBytes, randomUUID } from 'node:crypto'
import { defineApp, Fault, type JsonObject } from '@bellhop/sdk'
import { describe, expect, test } from 'vitest'
import { Keyring } from '../secrets/keyring.ts'
import { MasterKey } from '../secrets/seal.ts'
import { parseTemplate } from '../workflow/references.ts'
import { BaseUrls } from './base-urls.ts'
import { Credentials, type FixedBinding } from './credentials.ts'
import { EMPTY } from './testing/environment.ts'

const desk = defineApp({
  type: 'app',
  app: 'desk',
  name: 'Desk',
  description: 'A help desk with an address for each customer.',
  auth: {
    fields: {
      subdomain: { label: 'Subdomain', secret: false },
      api_key: { label: 'API key' },
      user: { label: 'User', optional: true }
    }
  },
  hosts: ['{{subdomain}}.desk.example'],
  baseUrl: 'https://api.desk.example/'
})

const keyring = (): Keyring => new Keyring(new MasterKey(randomBytes(32)).runSeal(randomUUID()))
const accounts = { read: () => Promise.resolve({ subdomain: 'acme', api_key: 'account-key-123' }) }
const credentials = (env = {}): Credentials => new Credentials(accounts, new BaseUrls(env), EMPTY)

function runtime(fields: Record<string, string>): FixedBinding {
  const planned = Object.entries(fields).map(([field, text]) => [field, parseTemplate(text).value] as const)
  return { kind: 'runtime', app: desk, fields: Object.fromEntries(planned), early: true }
}

function steps(body: JsonObject, headers: JsonObject = {}): JsonObject {
  return { trigger: { event: { body, headers } } }
}

async function faultOf(work: () => unknown): Promise<Fault> {
  try {
    await work()
  } catch (error) {
    if (error instanceof Fault) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

const REFERENCES = { subdomain: '{{steps.trigger.event.body.site}}', api_key: '{{steps.trigger.event.body.key}}' }

describe('a runtime binding', () => {
  test('gives a handle for the secret field, the value for the other, and the filled-in host', async () => {
    const ring = keyring()
    const bound = await credentials().bind(runtime(REFERENCES), steps({ site: 'acme', key: 'k-123456' }), ring)
    expect(bound.$auth['subdomain']).toBe('acme')
    expect(bound.$baseUrl).toBe('https://api.desk.example')
    const secret = ring.get(String(bound.$auth['api_key']))
    expect(secret?.value).toBe('k-123456')
    expect(secret?.origin).toMatchObject({
      app: 'desk',
      field: 'api_key',
      audience: { hosts: [{ host: 'acme.desk.example' }] }
    })
  })

  test('opens the hosts of its own run only, whatever the run before had', async () => {
    const bindings = credentials()
    const binding = runtime(REFERENCES)
    const hosts: unknown[] = []
    for (const site of ['acme', 'evil', 'acme', 'acme']) {
      const ring = keyring()
      const { $auth } = await bindings.bind(binding, steps({ site, key: 'k-123456' }), ring)
      hosts.push(ring.get(String($auth['api_key']))?.origin.audience?.hosts.map(({ host }) => host))
    }
    expect(hosts).toEqual([['acme.desk.example'], ['evil.desk.example'], ['acme.desk.example'], ['acme.desk.example']])
  })

  test('takes the secret behind a handle, and the number as text', async () => {
    const ring = keyring()
    const handle = ring.mint('k-123456', { app: 'event', field: 'body_key', audience: null })
    const bound = await credentials().bind(runtime(REFERENCES), steps({ site: 'acme', key: handle }), ring)
    expect(ring.get(String(bound.$auth['api_key']))?.value).toBe('k-123456')
    const numbered = await credentials().bind(runtime(REFERENCES), steps({ site: 'acme', key: 12345678 }), ring)
    expect(ring.get(String(numbered.$auth['api_key']))?.value).toBe('12345678')
  })

  test('takes the token out of an authorization header that is referred to alone', async () => {
    const ring = keyring()
    const binding = runtime({ ...REFERENCES, api_key: '{{steps.trigger.event.headers.authorization}}' })
    const bound = await credentials().bind(
      binding,
      steps({ site: 'acme' }, { authorization: 'Bearer tok-98765' }),
      ring
    )
    expect(ring.get(String(bound.$auth['api_key']))?.value).toBe('tok-98765')
  })

  test('fails before any request when a field resolves to nothing, naming field and reference', async () => {
    const fault = await faultOf(() => credentials().bind(runtime(REFERENCES), steps({ site: 'acme' }), keyring()))
    expect(fault.code).toBe('credential_missing')
    expect(fault.message).toContain('`api_key`')
    expect(fault.message).toContain('steps.trigger.event.body.key')
  })

  test('refuses an object, a host part with dots, and a secret as a public field, without quoting any', async () => {
    const ring = keyring()
    const bind = (body: JsonObject): Promise<Fault> =>
      faultOf(() => credentials().bind(runtime(REFERENCES), steps(body), ring))
    expect(await bind({ site: 'acme', key: { deep: 'sec-ret-1' } })).toMatchObject({ code: 'credential_not_text' })
    const host = await bind({ site: 'evil.example/x', key: 'k-123456' })
    expect(host.code).toBe('bad_host_field')
    expect(host.message).not.toContain('evil')
    const handle = ring.mint('k-123456', { app: 'event', field: 'x', audience: null })
    expect(await bind({ site: handle, key: 'k-123456' })).toMatchObject({ code: 'credential_field_public' })
  })

  test('leaves an optional field out', async () => {
    const binding = runtime({ ...REFERENCES, user: '{{steps.trigger.event.body.user}}' })
    const bound = await credentials().bind(binding, steps({ site: 'acme', key: 'k-123456' }), keyring())
    expect('user' in bound.$auth).toBe(false)
  })
})

describe('an account binding', () => {
  test('gives handles for what the account holds', async () => {
    const ring = keyring()
    const bound = await credentials().bind({ kind: 'account', app: desk, account: 'acme' }, {}, ring)
    expect(ring.get(String(bound.$auth['api_key']))?.value).toBe('account-key-123')
  })
})

describe('a base URL override', () => {
  test('moves the app and widens where its credential may go, over plain HTTP if it says so', async () => {
    const env = { BELLHOP_APP_DESK_BASE_URL: 'http://desk.internal:8080/api/' }
    const ring = keyring()
    const bound = await credentials(env).bind(runtime(REFERENCES), steps({ site: 'acme', key: 'k-123456' }), ring)
    expect(bound.$baseUrl).toBe('http://desk.internal:8080/api')
    const hosts = ring.get(String(bound.$auth['api_key']))?.origin.audience?.hosts
    expect(hosts).toContainEqual({ host: 'desk.internal', port: 8080, plain: true })
  })

  test.each(['desk.internal', 'ftp://desk.internal', 'https://user:pw@desk.internal'])('refuses %s', async (url) => {
    const fault = await faultOf(() => new BaseUrls({ BELLHOP_APP_DESK_BASE_URL: url }))
    expect(fault.message).toContain('BELLHOP_APP_DESK_BASE_URL')
    expect(fault.message).not.toContain('desk.internal')
  })
})

test('an authorization header that is one secret as a whole still binds without its scheme', async () => {
  const ring = keyring()
  const whole = ring.mint('Bearer tok-98765', { app: 'event', field: 'headers_authorization', audience: null })
  const binding = runtime({ ...REFERENCES, api_key: '{{steps.trigger.event.headers.authorization}}' })
  const bound = await credentials().bind(binding, steps({ site: 'acme' }, { authorization: whole }), ring)
  expect(ring.get(String(bound.$auth['api_key']))?.value).toBe('tok-98765')
})
