/** An `each` as the interpreter walks it, over the engine in memory, with a real door, vendor and store. */
import { defineApp, defineComponent, type Json, type JsonObject } from '@bellhop/sdk'
import { expect, test } from 'vitest'
import { BaseUrls } from '../credentials/base-urls.ts'
import { Credentials } from '../credentials/credentials.ts'
import { EMPTY } from '../credentials/testing/environment.ts'
import { StoreHouse } from '../credentials/stores/testing/house.ts'
import type { DataAccess } from '../data/data-stores.ts'
import { testDoor } from '../egress/fixtures/scopes.ts'
import { httpServer } from '../egress/fixtures/servers.ts'
import { House } from '../engine/contract/fixture.ts'
import { MemoryEngine } from '../engine/memory/engine.ts'
import type { CallerView } from '../engine/port.ts'
import { createCatalogue } from '../workflow/catalogue.ts'
import { makePlan } from '../workflow/plan.ts'
import type { Deployed } from '../workflow/versions.ts'
import { createInterpreter } from './interpreter.ts'
import { NO_CODE } from './testing/no-code.ts'
import { inProcessSandbox } from './testing/in-process-sandbox.ts'

const desk = defineApp({
  type: 'app',
  app: 'desk',
  name: 'Desk',
  description: 'A help desk.',
  auth: { fields: { api_key: { label: 'API key' } } },
  hosts: ['127.0.0.1']
})

/** Calls the vendor with the item's own credential. */
const call = defineComponent({
  type: 'action',
  key: 'desk-call',
  name: 'Call',
  description: '',
  version: '0.1.0',
  props: { desk, note: { type: 'any', optional: true } },
  async run({ $ }) {
    const answer = await $.fetch(this.desk.$baseUrl, {
      headers: { authorization: `Bearer ${this.desk.$auth.api_key}` }
    })
    return { handle: this.desk.$auth.api_key, note: this.note ?? null, said: await answer.text() }
  }
})

const leave = defineComponent({
  type: 'action',
  key: 'leave',
  name: 'Leave',
  description: '',
  version: '0.1.0',
  props: { value: { type: 'any' }, exit: { type: 'boolean', optional: true } },
  async run({ $ }) {
    if (this.exit === true) $.flow.exit('it said so')
    return this.value
  }
})

/** What steps `see` saw, in order. */
const seen: Json[] = []

const see = defineComponent({
  type: 'action',
  key: 'see',
  name: 'See',
  description: '',
  version: '0.1.0',
  props: { value: { type: 'any', optional: true } },
  async run() {
    seen.push(this.value ?? null)
  }
})

const catalogue = createCatalogue([desk], [call, leave, see])

interface Setting {
  each: object
  list: Json
  before?: object[]
  after?: object[]
  /** Of the store, by path. */
  secrets?: Record<string, JsonObject>
}

const SECRETS: Record<string, JsonObject> = {
  'customers/ada': { api_key: 'key-of-ada-from-the-store' },
  'customers/bob': { api_key: 'key-of-bob-from-the-store' }
}

/** Runs a workflow with one `each` over a list in the event. Returns how it ended, and what the vendor was sent. */
async function run(setting: Setting): Promise<{ view: CallerView; sent: string[] }> {
  const { each, list, before = [], after = [], secrets = SECRETS } = setting
  const sent: string[] = []
  const vendor = await httpServer(({ headers }, response) => {
    sent.push(headers.authorization ?? '')
    response.end(headers.authorization)
  })
  const all = { name: 'all', each: '{{steps.trigger.event.body.list}}', ...each }
  const planning = makePlan(
    {
      name: 'x',
      trigger: { type: 'http', auth: { type: 'token' }, respond: 'last_step' },
      steps: [...before, all, ...after],
      settings: { timeout: '1m' }
    },
    catalogue
  )
  if (!('plan' in planning)) throw new Error(JSON.stringify(planning))
  const deployed: Deployed = {
    workflowId: 1,
    name: 'x',
    versionId: 1,
    version: 1,
    deploymentId: 'd',
    endpoint: 'e',
    enabled: true,
    plan: planning.plan
  }
  const stores = await StoreHouse.open()
  for (const [path, fields] of Object.entries(secrets)) stores.shelf.put(path, fields)
  const credentials = new Credentials(
    { read: async () => ({}) },
    new BaseUrls({ BELLHOP_APP_DESK_BASE_URL: vendor.url }),
    EMPTY
  )
  const execute = createInterpreter({
    versions: { byVersion: () => deployed },
    credentials,
    stores: stores.access,
    door: testDoor(),
    now: Date.now,
    resumptions: { urls: () => ({}) },
    // No step here has a data store.
    data: {} as DataAccess,
    ...NO_CODE,
    sandbox: inProcessSandbox()
  })
  const house = await new House({
    open: async ({ now }) => new MemoryEngine({ execute, now }),
    close: async () => {}
  }).open(() => Promise.reject(new Error('the interpreter walks')))
  const event = { body: { list } }
  return { view: await house.run({ event, eventText: JSON.stringify(event) }), sent }
}

const byToken = (token: string): object => ({ desk: { runtime: { api_key: token } } })
const users = [
  { id: 'ada', token: 'token-of-ada-123456' },
  { id: 'bob', token: 'token-of-bob-123456' }
]

test('inner steps see their item and what came before in it, and the step leaves counts', async () => {
  const steps = [
    { name: 'first', use: 'leave', props: { value: { of: '{{user.id}}' } } },
    { name: 'stop', end_if: { value: '{{user.id}}', equals: 'bob', reason: 'no bobs' } },
    {
      name: 'second',
      use: 'desk-call',
      auth: byToken('{{user.token}}'),
      props: { note: '{{steps.first.$return_value}}' }
    }
  ]
  const after = [{ name: 'after', use: 'leave', props: { value: '{{steps.all}}' } }]
  const { view, sent } = await run({ each: { as: 'user', steps }, list: users, after })
  const counts = { total: 2, succeeded: 1, ended_early: 1, failed: 0 }
  expect(view).toMatchObject({ end: { status: 'succeeded', answer: { body: { $return_value: counts } } } })
  expect(sent).toEqual(['Bearer token-of-ada-123456'])
})

test('an item ends early where one of its steps says so, and its run goes on', async () => {
  const steps = [
    { name: 'first', use: 'leave', props: { value: 1, exit: '{{item}}' } },
    { name: 'second', use: 'desk-call', auth: byToken('{{steps.trigger.event.body.list[1]}}x') }
  ]
  const { view, sent } = await run({ each: { steps }, list: [true, false] })
  expect(view).toMatchObject({ end: { answer: { body: { succeeded: 1, ended_early: 1 } } } })
  expect(sent).toEqual(['Bearer falsex'])
})

test('each item gets its own credential from its store', async () => {
  const auth = { desk: { store: { from: 'main', path: 'customers/{{item}}' } } }
  const steps = [{ name: 'use', use: 'desk-call', auth }]
  const { view, sent } = await run({ each: { steps, concurrency: 2 }, list: ['ada', 'bob', 'ada'] })
  expect(view).toMatchObject({ end: { answer: { body: { succeeded: 3 } } } })
  const of = (id: string): string => `Bearer key-of-${id}-from-the-store`
  expect(sent.toSorted()).toEqual([of('ada'), of('ada'), of('bob')])
})

test('where secrets hold what stands in the list, too, the run is told of that and of no more', async () => {
  const list = Array.from({ length: 50 }, (_, i) => ({ id: `customer-${i}`, mail: `user-${i}@mail.example` }))
  const more = (id: string): JsonObject =>
    Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`field_${i}`, `${i}-also-of-${id}`]))
  const secrets = Object.fromEntries(
    list.map(({ id, mail }) => [`customers/${id}`, { api_key: `key-of-${id}`, id, mail, ...more(id) }])
  )
  const auth = { desk: { store: { from: 'main', path: 'customers/{{item.id}}' } } }
  const steps = [{ name: 'use', use: 'desk-call', auth }]
  const after = [{ name: 'after', use: 'leave', props: { value: '{{steps.trigger.event.body.list}}' } }]
  const each = { steps, on_error: 'continue' }
  const { view, sent } = await run({ each, list, secrets, after })
  expect(sent).toEqual(list.map(({ id }) => `Bearer key-of-${id}`))
  expect(JSON.stringify(view)).toMatch(/"customer-49","mail":"bhdl\.main\.mail\./)
  expect(JSON.stringify(view)).not.toContain('mail.example')
})

test('no item goes on without its element, where the run can hold no more of what they make known', async () => {
  const parts = (i: number): string[] => Array.from({ length: 300 }, (_, part) => `part-${part}-of-${i}-`)
  const list = Array.from({ length: 6 }, (_, i) => ({ id: `customer-${i}`, parts: parts(i) }))
  const secrets = Object.fromEntries(
    list.map(({ id, parts }) => [`customers/${id}`, { api_key: `key-of-${id}`, parts }])
  )
  const auth = { desk: { store: { from: 'main', path: 'customers/{{item.id}}' } } }
  const steps = [
    { name: 'first', use: 'see', props: { value: '{{item.id}}' } },
    { name: 'use', use: 'desk-call', auth },
    { name: 'then', use: 'see', props: { value: '{{item.id}}' } }
  ]
  const { view } = await run({ each: { steps, on_error: 'continue' }, list, secrets })
  expect(seen).not.toContain(null)
  expect(view).toMatchObject({ end: { answer: { body: { succeeded: 3, failed: 3 } } } })
})

test('a failed item stops the step, with its index and never its value', async () => {
  const steps = [{ name: 'use', use: 'desk-call', auth: byToken('{{item.token}}') }]
  const list = [users[0], { id: 'secret-name' }, users[1]] as Json
  const { view, sent } = await run({ each: { steps }, list })
  expect(view).toMatchObject({
    end: { status: 'failed', step: 'all', error: { code: 'item_failed', retryable: false } }
  })
  expect(JSON.stringify(view)).toContain('index 1')
  expect(JSON.stringify(view)).not.toContain('secret-name')
  expect(sent).toHaveLength(1)
})

test('a failed item is counted and left behind where that is wished', async () => {
  const steps = [{ name: 'use', use: 'desk-call', auth: byToken('{{item.token}}') }]
  const list = [users[0], { id: 'nobody' }, users[1]] as Json
  const { view, sent } = await run({ each: { steps, on_error: 'continue' }, list })
  expect(view).toMatchObject({ end: { status: 'succeeded', answer: { body: { succeeded: 2, failed: 1 } } } })
  expect(sent).toHaveLength(2)
})

test.each<[string, Json]>([
  ['nothing', null],
  ['text', 'ada'],
  ['an object', { ada: 1 }],
  ['a number', 7]
])('what is no list (%s) fails the step and says what it is', async (_, list) => {
  const steps = [{ name: 'first', use: 'leave', props: { value: 1 } }]
  const { view } = await run({ each: { steps }, list })
  expect(view).toMatchObject({ end: { status: 'failed', error: { code: 'each_not_a_list' } } })
  expect(JSON.stringify(view)).not.toContain('ada')
})

test('a list with more credentials than a run can hold is refused, and the hint names the way that scales', async () => {
  const list = Array.from({ length: 1001 }, (_, i) => ({ token: `token-number-${i}-of-many` }))
  const before = [{ name: 'users', use: 'leave', props: { value: '{{steps.trigger.event.body.list}}' } }]
  const steps = [{ name: 'use', use: 'desk-call', auth: byToken('{{item.token}}') }]
  const { view, sent } = await run({ each: { each: '{{steps.users.$return_value}}', steps }, list, before })
  expect(view).toMatchObject({
    end: { status: 'failed', step: 'users', error: { code: 'too_many_secrets', status: 413 } }
  })
  expect(JSON.stringify(view)).toContain('`store` binding')
  expect(JSON.stringify(view)).not.toContain('token-number')
  expect(sent).toEqual([])
})

test('the tokens of a fetched list become handles where the list is left', async () => {
  const before = [{ name: 'users', use: 'leave', props: { value: '{{steps.trigger.event.body.list}}' } }]
  const steps = [{ name: 'use', use: 'desk-call', auth: byToken('{{item.token}}') }]
  const after = [{ name: 'after', use: 'leave', props: { value: '{{steps.users.$return_value}}' } }]
  const { view, sent } = await run({
    each: { each: '{{steps.users.$return_value}}', steps },
    list: users,
    before,
    after
  })
  expect(sent).toHaveLength(2)
  expect(JSON.stringify(view)).not.toContain('token-of')
  expect(JSON.stringify(view)).toMatch(/"token":"bhdl\.desk\.api_key\./)
})
