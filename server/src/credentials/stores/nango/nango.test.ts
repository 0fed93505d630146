import { inspect } from 'node:util'
import { Fault, type JsonObject } from '@bellhop/sdk'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ReadCache } from '../cache.ts'
import { checkConfig } from '../config.ts'
import { storeContract } from '../contract/store-contract.ts'
import type { Reading, Store } from '../store.ts'
import { asking } from '../testing/asking.ts'
import { nango } from './nango.ts'
import { NangoStandIn, type StandInConnection } from './testing/stand-in.ts'

const KEY = 'nango-key-11f6a0e5-7f0b-4d5e-9d0a-6c1b2a3d4e5f'
const READ_ONLY = 'nango-key-22f6a0e5-7f0b-4d5e-9d0a-6c1b2a3d4e5f'
const CONFIG_SECRET = 'secret-in-the-connection-config'
const inAnHour = (): string => new Date(Date.now() + 3_600_000).toISOString()
const anHourAgo = (): string => new Date(Date.now() - 3_600_000).toISOString()

storeContract('Nango', async () => {
  const standIn = await NangoStandIn.start()
  const slow = await NangoStandIn.start()
  slow.gate = new Promise(() => undefined)
  standIn.keys.set(KEY, 'read_credentials').set(READ_ONLY, 'read')
  standIn.connect('slack', 'acme', { credentials: { type: 'OAUTH2', access_token: 'xoxb-of-acme', raw: {} } })
  const lookup = { path: ['acme'], integration: 'slack' }
  const config = { host: standIn.url, api_key: KEY }
  return {
    kind: nango,
    config,
    there: { lookup, fields: { access_token: 'xoxb-of-acme' } },
    missing: { path: ['nobody'], integration: 'slack' },
    down: { ...config, host: 'http://127.0.0.1:9' },
    slow: { ...config, host: slow.url, timeout: '100ms' },
    wrongCredential: { ...config, api_key: 'not-the-key-of-this-environment' },
    denied: { config: { ...config, api_key: READ_ONLY }, lookup },
    rotate: async () => {
      standIn.keys.clear()
      standIn.keys.set('a-new-key', 'read_credentials')
      return { ...config, api_key: 'a-new-key' }
    },
    close: async () => {
      await Promise.all([standIn.close(), slow.close()])
    }
  }
})

interface House {
  standIn: NangoStandIn
  store: Store
}

async function house(): Promise<House> {
  const standIn = await NangoStandIn.start()
  standIn.keys.set(KEY, 'read_credentials').set(READ_ONLY, 'read').set('list-only', 'list')
  const store = open({ host: standIn.url, api_key: KEY })
  onTestFinished(async () => {
    await store.close()
    await standIn.close()
  })
  return { standIn, store }
}

function open(written: JsonObject): Store {
  const checked = checkConfig(nango.config, written)
  if ('mistakes' in checked) throw new Error(JSON.stringify(checked.mistakes))
  return nango.open(() => checked.config, { now: Date.now })
}

const LOOKUP = { path: ['acme'], integration: 'app' }

/** What was read, without the whole connection that steps get. */
async function read({ standIn, store }: House, connection: StandInConnection, refused = false): Promise<Reading> {
  standIn.connect('app', 'acme', connection)
  const { answer, ...reading } = await store.read(LOOKUP, asking({ refused }))
  expect(answer).toMatchObject({ connection_id: 'acme' })
  return reading
}

async function faultOf(work: Promise<unknown>): Promise<Fault> {
  const thrown: unknown = await work.then(
    () => undefined,
    (error: unknown) => error
  )
  expect(thrown).toBeInstanceOf(Fault)
  expect(inspect(thrown, { depth: 10 })).not.toMatch(/nango-key|secret-in-the/)
  return thrown as Fault
}

describe('what a connection’s credential is', () => {
  const raw = { token_type: 'bearer', expires_in: 3600, scope: 'repo', secret_in_raw: 'secret-in-the-raw' }
  const aws = {
    role_arn: 'arn:aws:iam::1:role/r',
    region: 'eu-west-1',
    service: 's3',
    access_key_id: 'ASIA1',
    secret_access_key: 'secret-key',
    session_token: 'session'
  }

  test.each<[string, JsonObject, string | undefined]>([
    ['OAUTH2', { access_token: 'a' }, 'access_token'],
    ['OAUTH2_CC', { token: 't', client_id: 'i', client_secret: 's' }, 'token'],
    ['OAUTH1', { oauth_token: 'o', oauth_token_secret: 's' }, undefined],
    ['API_KEY', { apiKey: 'k' }, 'apiKey'],
    ['BASIC', { username: 'u', password: 'p' }, undefined],
    ['APP', { access_token: 'a' }, 'access_token'],
    ['JWT', { token: 't', privateKey: { id: 'i', secret: 's' } }, 'token'],
    ['TWO_STEP', { token: 't' }, 'token'],
    ['SIGNATURE', { token: 't', username: 'u', password: 'p' }, 'token'],
    ['TBA', { token_id: 'i', token_secret: 's' }, undefined],
    ['AWS_SIGV4', aws, undefined],
    ['A_NEW_TYPE', { key: 'k', part: { of: 'it' } }, 'key'],
    ['ANOTHER_TYPE', { key: 'k', other: 'o' }, undefined]
  ])('%s', async (type, fields, credential) => {
    const connection_config = { accountId: 'a-1', hidden: CONFIG_SECRET }
    const reading = await read(await house(), { credentials: { type, ...fields, raw }, connection_config })
    expect(reading).toEqual({
      fields: { ...fields, raw: { secret_in_raw: 'secret-in-the-raw' }, connection_config },
      ...(credential === undefined ? {} : { credential })
    })
  })

  test('of the type NONE there is none', async () => {
    const reading = await read(await house(), { credentials: {}, connection_config: { subdomain: 'acme' } })
    expect(reading).toEqual({ fields: { connection_config: { subdomain: 'acme' } } })
  })

  test('of a known type without its field, that is said', async () => {
    const fault = await faultOf(read(await house(), { credentials: { type: 'JWT', privateKey: 'secret-in-the-key' } }))
    expect(fault.code).toBe('store_bad_answer')
    expect(fault.message).toContain('JWT without `token`')
  })

  test('of an unknown type with nothing in it, the known ones are named', async () => {
    const fault = await faultOf(read(await house(), { credentials: { type: 'EMPTY' } }))
    expect(fault.code).toBe('store_bad_answer')
    expect(fault.hint).toContain('AWS_SIGV4')
  })
})

describe('a credential that expires', () => {
  const credentials = { type: 'OAUTH2', access_token: 'a', raw: {} }

  test('is good until then', async () => {
    const at = inAnHour()
    const reading = await read(await house(), { credentials: { ...credentials, expires_at: at } })
    expect(reading.expiresAt).toBe(Date.parse(at))
  })

  test('and has, and cannot be renewed, is an error although Nango answers 200', async () => {
    const fault = await faultOf(read(await house(), { credentials: { ...credentials, expires_at: anHourAgo() } }))
    expect(fault).toMatchObject({ code: 'store_credential_lapsed', retryable: false })
    expect(fault.hint).toContain('connect again')
  })

  test('is renewed by Nango before it does', async () => {
    const renew = (old: JsonObject): JsonObject => ({ ...old, access_token: 'b', expires_at: inAnHour() })
    const old = { ...credentials, refresh_token: 'r', expires_at: anHourAgo() }
    const reading = await read(await house(), { credentials: old, renew })
    expect(reading.fields).toMatchObject({ access_token: 'b' })
    expect(reading.fields).not.toHaveProperty('refresh_token')
  })
})

describe('a renewal', () => {
  const credentials = { type: 'OAUTH2', access_token: 'a', refresh_token: 'r', raw: {} }
  const connection_config = { hidden: CONFIG_SECRET }

  test('is forced after a vendor’s refusal, and then only', async () => {
    const place = await house()
    const renew = (old: JsonObject): JsonObject => ({ ...old, access_token: 'b' })
    expect((await read(place, { credentials, renew })).fields).toMatchObject({ access_token: 'a' })
    expect(place.standIn.asked.at(-1)?.query).toEqual({ provider_config_key: 'app' })
    expect((await place.store.read(LOOKUP, asking({ refused: true }))).fields).toMatchObject({ access_token: 'b' })
    expect(place.standIn.asked.at(-1)?.query).toEqual({ provider_config_key: 'app', force_refresh: 'true' })
  })

  test('that fails can be tried again in 30 s, and plain reads until then are told the same', async () => {
    const place = await house()
    const later = { code: 'store_not_renewed', retryable: true, retryAfterMs: 30_000 }
    expect(await faultOf(read(place, { credentials, connection_config }, true))).toMatchObject({
      ...later,
      status: 400
    })
    expect(await faultOf(place.store.read(LOOKUP, asking()))).toMatchObject({ ...later, status: 424 })
  })

  test('that failed for days is left to the user', async () => {
    const fault = await faultOf(read(await house(), { credentials, connection_config, exhausted: true }))
    expect(fault).toMatchObject({ code: 'store_credential_lapsed', retryable: false })
    expect(fault.hint).toContain('connect again')
  })

  test('that found the credential invalid is left to the user, and is no fault of the API key', async () => {
    const place = await house()
    const message = 'The given credentials were found to be invalid and received a 401 on a test API call.'
    place.standIn.says = { status: 401, body: { error: { code: 'invalid_credentials', message, payload: {} } } }
    expect(await faultOf(place.store.read(LOOKUP, asking()))).toMatchObject({ code: 'store_credential_lapsed' })
  })
})

interface Refused {
  name: string
  prepare?: (standIn: NangoStandIn) => unknown
  lookup?: { path: string[]; integration?: string }
  expected: Partial<Fault>
}

const withApp = (standIn: NangoStandIn): unknown => standIn.integrations.set('app', new Map())
const says =
  (status: number, body: unknown) =>
  (standIn: NangoStandIn): unknown =>
    (standIn.says = { status, body })

describe('Nango says no:', () => {
  test.each<Refused>([
    {
      name: 'unknown integration',
      expected: { code: 'store_path_missing', message: 'has no such integration in this environment' }
    },
    { name: 'unknown connection', prepare: withApp, expected: { code: 'store_path_missing' } },
    {
      name: 'an id that cannot be',
      prepare: withApp,
      lookup: { path: ['a<b>'], integration: 'app' },
      expected: { code: 'store_bad_input' }
    },
    {
      name: 'an integration that cannot be',
      lookup: { path: ['acme'], integration: 'a/b' },
      expected: { code: 'store_bad_input' }
    },
    { name: 'no integration given', lookup: { path: ['acme'] }, expected: { code: 'store_bad_input' } },
    {
      name: 'text that cannot be encoded',
      lookup: { path: ['\ud800'], integration: 'app' },
      expected: { code: 'store_bad_input' }
    },
    {
      name: 'too many requests',
      prepare: (standIn) => (standIn.remaining = 0),
      expected: { code: 'store_rate_limited', retryable: true, retryAfterMs: 17_000 }
    },
    {
      name: 'too many requests, with a wait that was rounded to nothing',
      prepare: (standIn) => Object.assign(standIn, { remaining: 0, retryAfterS: 0 }),
      expected: { code: 'store_rate_limited', retryAfterMs: 1_000 }
    },
    {
      name: 'an error of its own',
      prepare: says(500, { error: { code: 'server_error', message: KEY } }),
      expected: { code: 'store_unavailable', retryable: true }
    },
    { name: 'a page of something else', prepare: says(404, '<html>'), expected: { code: 'store_bad_answer' } },
    { name: '200 and no JSON', prepare: says(200, '<html>'), expected: { code: 'store_bad_answer' } },
    {
      name: '200 and no connection',
      prepare: says(200, { credentials: null }),
      expected: { code: 'store_bad_answer' }
    },
    {
      name: '200 and too much',
      prepare: says(200, '"'.padEnd(1024 * 1024 + 1, 'x')),
      expected: { code: 'store_bad_answer', message: 'answers with more than 1 MiB' }
    },
    { name: 'a status that it does not have', prepare: says(418, {}), expected: { code: 'store_bad_answer' } }
  ])('$name', async ({ prepare, lookup, expected }) => {
    const { standIn, store } = await house()
    prepare?.(standIn)
    expect(await faultOf(store.read(lookup ?? LOOKUP, asking()))).toMatchObject(expected)
  })

  test('a key without any right to connections', async () => {
    const { standIn } = await house()
    const store = open({ host: standIn.url, api_key: 'list-only' })
    onTestFinished(() => store.close())
    expect(await faultOf(store.read(LOOKUP, asking()))).toMatchObject({ code: 'store_unauthenticated' })
  })

  test('a key that may not see credentials is told from a connection without any', async () => {
    const { standIn } = await house()
    standIn.connect('app', 'acme', { credentials: { type: 'API_KEY', apiKey: 'k' } })
    const store = open({ host: standIn.url, api_key: READ_ONLY })
    onTestFinished(() => store.close())
    const fault = await faultOf(store.read(LOOKUP, asking()))
    expect(fault.code).toBe('store_denied')
    expect(fault.hint).toContain('read_credentials')
  })
})

test('a redirect is not followed: the key goes nowhere else', async () => {
  const elsewhere = await NangoStandIn.start()
  onTestFinished(() => elsewhere.close())
  const { standIn, store } = await house()
  standIn.says = { status: 307, body: '', headers: { location: `${elsewhere.url}/connections/acme` } }
  expect(await faultOf(store.read(LOOKUP, asking()))).toMatchObject({ code: 'store_bad_answer' })
  expect(elsewhere.asked).toEqual([])
})

test('an id is one segment of the path, whatever it holds', async () => {
  const { standIn, store } = await house()
  const id = 'a/../b?c=d{"e": 1}'.replace('?', ';')
  standIn.connect('my app', id, { credentials: { type: 'API_KEY', apiKey: 'k' } })
  await store.read({ path: [id], integration: 'my app' }, asking())
  expect(standIn.asked).toMatchObject([{ id, query: { provider_config_key: 'my app' } }])
  expect(standIn.asked[0]?.path.split('/')).toHaveLength(3)
})

test('Nango may stand behind a path', async () => {
  const { standIn } = await house()
  const store = open({ host: `${standIn.url}/behind/`, api_key: KEY })
  onTestFinished(() => store.close())
  await faultOf(store.read(LOOKUP, asking()))
  expect(standIn.asked[0]?.path).toBe('/behind/connections/acme')
})

test('concurrent reads through the cache are one request, and what has expired is asked for again', async () => {
  const { standIn, store } = await house()
  const credentials = { type: 'OAUTH2', access_token: 'a', expires_at: inAnHour() }
  standIn.connect('app', 'acme', { credentials })
  let now = Date.now()
  const cache = new ReadCache(2 * 3_600_000, () => now)
  const ask = (): Promise<Reading> => cache.read('acme', undefined, () => store.read(LOOKUP, asking()))
  await Promise.all([ask(), ask(), ask()])
  await ask()
  expect(standIn.asked).toHaveLength(1)
  now += 3_600_000
  await ask()
  expect(standIn.asked).toHaveLength(2)
})

describe('as a step,', () => {
  const getConnection = ({ store }: House, input: JsonObject): Promise<unknown> =>
    store.operations['get_connection']?.run(input, asking({}, store)) ?? Promise.reject(new Error('no such operation'))

  test('it gives the connection, and says what in it is secret', async () => {
    const place = await house()
    place.standIn.connect('app', 'a/b', {
      credentials: {
        type: 'OAUTH2',
        access_token: 'a',
        expires_at: inAnHour(),
        raw: { token_type: 'bearer', id_token: 'i' }
      },
      connection_config: { hidden: CONFIG_SECRET }
    })
    const operated = await getConnection(place, { connection: 'a%2Fb', integration: 'app' })
    expect(operated).toMatchObject({
      value: { connection_id: 'a/b', credentials: { access_token: 'a', raw: { token_type: 'bearer' } } },
      secrets: [
        { name: 'access_token', value: 'a' },
        { name: 'raw', value: { id_token: 'i' } },
        { name: 'connection_config', value: { hidden: CONFIG_SECRET } }
      ]
    })
  })

  test('it fails where the credential is no good, and where an input is missing', async () => {
    const place = await house()
    place.standIn.connect('app', 'acme', {
      credentials: { type: 'OAUTH2', access_token: 'a', expires_at: anHourAgo() }
    })
    const lapsed = await faultOf(getConnection(place, { connection: 'acme', integration: 'app' }))
    expect(lapsed.code).toBe('store_credential_lapsed')
    expect((await faultOf(getConnection(place, { connection: 'acme' }))).message).toContain('`integration`')
    expect((await faultOf(getConnection(place, { connection: '%', integration: 'app' }))).code).toBe('store_bad_input')
  })
})

test('a test without a connection looks at the address and the key', async () => {
  const { store } = await house()
  const checks = await store.test(undefined, AbortSignal.timeout(10_000))
  expect(checks.map(({ what, ok }) => [what, ok])).toEqual([
    ['address', true],
    ['tls', true],
    ['authentication', true]
  ])
})

test.each(['https://user:pw@host', 'ftp://host', 'host', 'https://host/?a=b', ''])('%s is no address', (host) => {
  expect(checkConfig(nango.config, { host, api_key: KEY })).toMatchObject({ mistakes: [{ path: 'host' }] })
})
