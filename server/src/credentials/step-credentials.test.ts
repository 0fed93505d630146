/** I6 and I1 for fetched credentials, over a real door and a real vendor. */
import { defineApp } from '@bellhop/sdk'
import { expect, test } from 'vitest'
import { testDoor, testScope, type TestScope } from '../egress/fixtures/scopes.ts'
import { httpServer, type TestServer } from '../egress/fixtures/servers.ts'
import { parseTemplate } from '../workflow/references.ts'
import type { PlannedLookup } from '../workflow/store-plan.ts'
import { BaseUrls } from './base-urls.ts'
import { Credentials } from './credentials.ts'
import { StepCredentials } from './step-credentials.ts'
import { StoreHouse } from './stores/testing/house.ts'
import { EMPTY } from './testing/environment.ts'

const desk = defineApp({
  type: 'app',
  app: 'desk',
  name: 'Desk',
  description: 'A help desk.',
  auth: { fields: { api_key: { label: 'API key' }, subdomain: { label: 'Subdomain', secret: false, optional: true } } },
  hosts: ['127.0.0.1']
})

const steps = { trigger: { event: { body: { customer: 'acme' } } } }
const byPath: PlannedLookup = {
  by: 'path',
  text: parseTemplate('customers/{{steps.trigger.event.body.customer}}').value
}
const store = (fields?: Record<string, string>, lookup = byPath) => ({
  kind: 'store' as const,
  app: desk,
  store: { from: 'main', lookup, ...(fields === undefined ? {} : { fields }) }
})

/** A step with a credential of its store. */
async function makeStep(
  house: StoreHouse,
  vendor?: TestServer
): Promise<{ step: StepCredentials; scope: TestScope; warnings: string[] }> {
  const caller = await house.run()
  const accounts = { read: () => Promise.resolve({}) }
  const warnings: string[] = []
  const credentials = new Credentials(
    accounts,
    new BaseUrls(vendor === undefined ? {} : { BELLHOP_APP_DESK_BASE_URL: vendor.url }),
    EMPTY
  )
  const warn = (message: string): void => void warnings.push(message)
  const step = new StepCredentials({ credentials, stores: house.access, caller, warn })
  return { step, scope: testScope(caller.keyring, { renewals: step, signal: caller.signal }), warnings }
}

/** A vendor that takes one key. */
function vendor(key: () => string): Promise<TestServer> {
  return httpServer(({ headers }, response) => {
    response.statusCode = headers.authorization === `Bearer ${key()}` ? 200 : 401
    response.end('{}')
  })
}

test('a field is fetched and becomes a handle; the rest of the secret is known, too', async () => {
  const house = await StoreHouse.open()
  house.shelf.put('customers/acme', {
    token: 'key-of-acme',
    more: { refresh: 'refresh-of-acme' },
    short: 'ab',
    n: 3600,
    account: 4711081500
  })
  const { step, scope } = await makeStep(house)
  const { $auth } = await step.bind(store({ api_key: 'token' }), steps)
  expect(scope.keyring.get(String($auth['api_key']))).toMatchObject({
    value: 'key-of-acme',
    origin: { app: 'desk', field: 'api_key', audience: { hosts: [{ host: '127.0.0.1' }] } }
  })
  const said = JSON.stringify(
    scope.keyring.scrub({ a: 'refresh-of-acme, key-of-acme', n: 3600, short: 'ab', i: 4711081500 })
  )
  expect(said).not.toMatch(/of-acme|4711081500/)
  expect(said).toContain('"n":3600,"short":"ab"')
})

test('a field of the app that is no secret stays readable', async () => {
  const house = await StoreHouse.open()
  house.shelf.put('customers/acme', { api_key: 'key-of-acme', subdomain: 'acme-and-sons' })
  const { step, scope } = await makeStep(house)
  const { $auth } = await step.bind(store(), steps)
  expect($auth['subdomain']).toBe('acme-and-sons')
  expect(scope.keyring.scrubText('acme-and-sons has key-of-acme')).toMatch(/^acme-and-sons has bhdl\./)
})

test.each<[string, Record<string, string> | undefined, object, string]>([
  ['its own name', undefined, { api_key: 'key-of-acme' }, 'key-of-acme'],
  ['what the store says is the credential', undefined, { token: 'key-of-acme' }, 'key-of-acme'],
  ['a name', { api_key: 'a.b' }, { 'a.b': 'key-of-acme' }, 'key-of-acme'],
  ['a path', { api_key: 'a.b' }, { a: { b: 'key-of-acme' } }, 'key-of-acme'],
  ['a number', { api_key: 'a' }, { a: 123456 }, '123456']
])('a field is found by %s', async (_what, fields, secret, expected) => {
  const house = await StoreHouse.open()
  house.shelf.put('customers/acme', secret as never, { credential: 'token' })
  const { step, scope } = await makeStep(house)
  const { $auth } = await step.bind(store(fields), steps)
  expect(scope.keyring.get(String($auth['api_key']))?.value).toBe(expected)
})

test('a field that is not there names those that are, and no value', async () => {
  const house = await StoreHouse.open()
  house.shelf.put('customers/acme', { token: 'key-of-acme', other: { a: 1 } })
  const { step } = await makeStep(house)
  await expect(step.bind(store({ api_key: 'tokn' }), steps)).rejects.toMatchObject({
    code: 'store_field_missing',
    message: "the secret in `main` has no `tokn` for Desk's field `api_key`: it has `token` and `other`"
  })
  await expect(step.bind(store({ api_key: 'other' }), steps)).rejects.toMatchObject({ code: 'credential_not_text' })
})

test('a lookup of another kind of store says which one this takes', async () => {
  const house = await StoreHouse.open()
  const { step } = await makeStep(house)
  await expect(step.bind(store({}, { by: 'key', text: 'acme' }), steps)).rejects.toMatchObject({
    code: 'store_wrong_lookup',
    hint: 'Write `path:` instead.'
  })
  const integration = { ...byPath, integration: 'slack' }
  await expect(step.bind(store({}, integration), steps)).rejects.toMatchObject({ code: 'store_wrong_lookup' })
})

test('a lookup that is itself a secret is refused: stores write paths into their logs', async () => {
  const house = await StoreHouse.open()
  const { step, scope } = await makeStep(house)
  const handle = scope.keyring.mint('an-api-key-of-acme', { app: 'event', field: 'x', audience: null })
  const event = { trigger: { event: { body: { customer: handle } } } }
  await expect(step.bind(store({}), event)).rejects.toMatchObject({ code: 'lookup_unusable' })
  expect(house.shelf.reads).toEqual([])
})

test('a credential that the vendor refuses is fetched once more, and the request repeated once', async () => {
  const house = await StoreHouse.open()
  house.shelf.put('customers/acme', { token: 'old-key-of-acme' })
  const server = await vendor(() => 'new-key-of-acme')
  const { step, scope } = await makeStep(house, server)
  const { $auth } = await step.bind(store({ api_key: 'token' }), steps)
  house.shelf.put('customers/acme', { token: 'new-key-of-acme' })
  const door = testDoor()
  const init = { method: 'POST', headers: { authorization: `Bearer ${$auth['api_key']}` }, body: 'hello' }
  expect((await door.fetch(scope, server.url, init)).status).toBe(200)
  expect(server.received.map(({ headers, body }) => [headers.authorization, body])).toEqual([
    ['Bearer old-key-of-acme', 'hello'],
    ['Bearer new-key-of-acme', 'hello']
  ])
  // The step's code still has the old handle, which stands for the new one from now on.
  expect((await door.fetch(scope, server.url, init)).status).toBe(200)
  expect(server.received).toHaveLength(3)
  expect(house.shelf.reads).toEqual(['customers/acme', 'customers/acme refused'])
})

test('of several requests at once, each that the vendor refuses is repeated, and the store is asked once', async () => {
  const house = await StoreHouse.open()
  house.shelf.put('customers/acme', { token: 'old-key-of-acme' })
  const late = Promise.withResolvers<void>()
  const server = await httpServer(({ url, headers }, response) => {
    const old = headers.authorization !== 'Bearer new-key-of-acme'
    response.statusCode = old ? 401 : 200
    if (old && url === '/late') void late.promise.then(() => response.end('{}'))
    else response.end('{}')
  })
  const { step, scope } = await makeStep(house, server)
  const { $auth } = await step.bind(store({ api_key: 'token' }), steps)
  house.shelf.put('customers/acme', { token: 'new-key-of-acme' })
  const door = testDoor()
  const init = { headers: { authorization: `Bearer ${$auth['api_key']}` } }
  const slow = door.fetch(scope, `${server.url}/late`, init)
  const answers = await Promise.all(['/a', '/b', '/c'].map((path) => door.fetch(scope, server.url + path, init)))
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
  late.resolve()
  expect((await slow).status).toBe(200)
  expect(house.shelf.reads).toEqual(['customers/acme', 'customers/acme refused'])
})

test('where it has not changed, the vendor’s answer stands', async () => {
  const house = await StoreHouse.open()
  house.shelf.put('customers/acme', { token: 'old-key-of-acme' })
  const server = await vendor(() => 'new-key-of-acme')
  const { step, scope } = await makeStep(house, server)
  const { $auth } = await step.bind(store({ api_key: 'token' }), steps)
  const init = { headers: { authorization: `Bearer ${$auth['api_key']}` } }
  expect((await testDoor().fetch(scope, server.url, init)).status).toBe(401)
  expect(server.received).toHaveLength(1)
})

test('where it cannot be fetched, the vendor’s answer stands, and the step is warned', async () => {
  const house = await StoreHouse.open()
  house.shelf.put('customers/acme', { token: 'old-key-of-acme' })
  const server = await vendor(() => 'new-key-of-acme')
  const { step, scope, warnings } = await makeStep(house, server)
  const { $auth } = await step.bind(store({ api_key: 'token' }), steps)
  house.shelf.secrets.clear()
  const init = { headers: { authorization: `Bearer ${$auth['api_key']}` } }
  expect((await testDoor().fetch(scope, server.url, init)).status).toBe(401)
  expect(warnings).toMatchObject([expect.stringContaining('has nothing at customers/acme')])
})

test('a 401 to a request that carried none of it asks no store', async () => {
  const house = await StoreHouse.open()
  house.shelf.put('customers/acme', { token: 'old-key-of-acme' })
  const server = await vendor(() => 'new-key-of-acme')
  const { step, scope } = await makeStep(house, server)
  await step.bind(store({ api_key: 'token' }), steps)
  expect((await testDoor().fetch(scope, server.url)).status).toBe(401)
  expect(house.shelf.reads).toEqual(['customers/acme'])
})
