/** Data stores, from outside: what steps keep, what they are refused, and what the admin sees of it. */
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { bellhop } from '../support/cli.ts'
import { eventually, post, world, type World } from '../support/world.ts'

const ACTIONS = fileURLToPath(new URL('../support/flow-actions.ts', import.meta.url))
const TOKEN = 'xoxb-2406-a-token-of-a-customer'

const here = (): Promise<World> => world({ nodeArgs: ['--import', ACTIONS] })

const body = (path: string): string => `"{{steps.trigger.event.body.${path}}}"`

/** Keeps what comes in the body; a later step may bind a token of it. */
function keeping(name: string, steps = '', more = ''): string {
  return `
name: ${name}
trigger: { type: http, respond: last_step }
steps:
  - name: count
    use: flow-data
    props: { store: customers, key: ${body('key')}, value: ${body('value')}, ttl: ${body('ttl')}, forget: ${body('forget')} ${more} }
${steps}`
}

async function entries({ server }: World, store = 'customers'): Promise<Record<string, unknown>> {
  const { body } = await server.api('GET', `/data-stores/${store}/entries`)
  const { entries = [] } = body as { entries?: { key: string; value: unknown }[] }
  return Object.fromEntries(entries.map(({ key, value }) => [key, value]))
}

test('values outlive runs and restarts, workflows share them by name, and a step has its own', async () => {
  const there = await here()
  const one = await there.server.deploy('one', keeping('one'))
  const two = await there.server.deploy('two', keeping('two'))
  expect((await post(one, { key: 'a', value: { n: 1 } })).body).toEqual({
    before: null,
    after: { n: 1 },
    has: true,
    keys: ['a'],
    size: 1,
    entries: [['a', { n: 1 }]],
    seen: ['a'],
    count: 1,
    left: 1
  })
  await there.server.kill()
  await there.restart()
  const later = there.server.url
  const at = (url: string): string => url.replace(/^http:\/\/[^/]+/, later)
  expect((await post(at(two), { key: 'b', value: [2] })).body).toMatchObject({ keys: ['a', 'b'], count: 1 })
  const third = await post(at(one), { key: 'a', forget: true })
  expect(third.body).toMatchObject({ before: { n: 1 }, size: 2, count: 2, left: 1 })
  expect(await entries(there)).toEqual({ b: [2] })
  const { body: shown } = await there.server.api('GET', '/data-stores')
  const { data_stores: stores } = shown as { data_stores: { name: string; entries: number }[] }
  expect(stores.map(({ name, entries }) => [name, entries])).toEqual([
    ['customers', 1],
    ['service.1.count', 1],
    ['service.2.count', 1]
  ])
  await there.server.api('DELETE', '/workflows/two')
  await eventually(async () => {
    const { body } = await there.server.api('GET', '/data-stores')
    return JSON.stringify(body).includes('service.2') ? undefined : true
  })
})

test('what an attempt wrote stays when it fails, and the next one finds it', async () => {
  const there = await here()
  const url = await there.server.deploy(
    'one',
    keeping('one', '    retry: { attempts: 2, backoff: 1ms }\n', ', fail_once: true')
  )
  expect((await post(url, { key: 'a', value: 1 })).body).toMatchObject({ before: 1, count: 2 })
})

test('an entry with a ttl is gone when it is over', async () => {
  const there = await here()
  const url = await there.server.deploy('one', keeping('one'))
  expect((await post(url, { key: 'soon', value: 1, ttl: '0.3' })).body).toMatchObject({ after: 1 })
  await eventually(async () => ((await entries(there))['soon'] === undefined ? true : undefined))
  expect((await post(url, { key: 'soon' })).body).toMatchObject({ before: null })
})

test('a secret is refused in any form, as value and as key, and nothing is kept', async () => {
  const there = await here()
  const bound = `
  - name: tell
    use: slack-send-message
    auth: { slack: { runtime: { oauth_access_token: "{{steps.trigger.event.body.slack_token}}" } } }
    props: { channel: "#general", text: "hello" }
`
  const url = await there.server.deploy('one', keeping('one', bound))
  const base64 = Buffer.from(`token=${TOKEN}`).toString('base64')
  for (const wrong of [
    { key: 'a', value: TOKEN },
    { key: 'a', value: { deep: [`Bearer ${TOKEN}`] } },
    { key: 'a', value: base64 },
    { key: TOKEN, value: 1 }
  ]) {
    const answer = await post(url, { ...wrong, slack_token: TOKEN })
    expect(answer.body).toMatchObject({ code: 'data_holds_secret', step: 'count' })
    expect(JSON.stringify(answer.body)).toContain('slack.oauth_access_token')
  }
  expect(await entries(there)).toEqual({})
})

test('I1: what a run learns to be a secret after it was kept is taken away again', async () => {
  const there = await here()
  const late = `
  - { name: find, use: flow-keep, props: { value: { token: ${body('late')} } } }
  - name: tell
    use: slack-send-message
    auth: { slack: { runtime: { oauth_access_token: "{{steps.find.$return_value.token}}" } } }
    props: { channel: "#general", text: "hello" }
`
  const url = await there.server.deploy('one', keeping('one', late))
  await post(url, { key: 'clean', value: 1, late: 'xoxb-another-token' })
  await post(url, { key: 'late', value: `it is ${TOKEN}`, late: TOKEN })
  expect(await entries(there)).toEqual({ clean: 1 })
})

test('I1: the same for what an item of an `each` kept', async () => {
  const there = await here()
  const url = await there.server.deploy(
    'one',
    `
name: one
trigger: { type: http }
steps:
  - name: all
    each: "{{steps.trigger.event.body.items}}"
    as: item
    steps:
      - { name: count, use: flow-data, props: { store: customers, key: "{{item.key}}", value: "{{item.value}}" } }
      - { name: find, use: flow-keep, props: { value: { token: "{{item.late}}" } } }
      - name: tell
        use: slack-send-message
        auth: { slack: { runtime: { oauth_access_token: "{{steps.find.$return_value.token}}" } } }
        props: { channel: "#general", text: "hello" }
`
  )
  const items = [1, 2].map((n) => ({ key: `k${n}`, value: `it is ${TOKEN}${n}`, late: `${TOKEN}${n}` }))
  await post(url, { items: [...items, { key: 'clean', value: 1, late: 'xoxb-another-token' }] })
  await eventually(async () => {
    const { body } = await there.server.api('GET', '/runs?limit=1')
    return (body as { runs: { status: string }[] }).runs[0]?.status === 'succeeded' ? true : undefined
  })
  expect(await entries(there)).toEqual({ clean: 1 })
})

test('I4: a run that keeps nothing reads from data stores, and writes into none', async () => {
  const there = await here()
  const url = await there.server.deploy('one', keeping('one'))
  const reading = await there.server.deploy('two', keeping('two', '', ', read_only: true'))
  await post(url, { key: 'a', value: 1 })
  const nostore = { 'x-pd-nostore': '1' }
  expect((await post(url, { key: 'b', value: 1 }, nostore)).body).toMatchObject({ code: 'nostore_no_data' })
  expect((await post(reading, { key: 'a' }, nostore)).body).toEqual({ before: 1 })
  expect(await entries(there)).toEqual({ a: 1 })
})

test('too much is refused in words', async () => {
  const there = await here()
  const url = await there.server.deploy('one', keeping('one'))
  expect((await post(url, { key: 'k'.repeat(600), value: 1 })).body).toMatchObject({ code: 'bad_operation' })
  expect((await post(url, { key: 'a', value: 'v'.repeat(1_000_001) })).body).toMatchObject({ code: 'data_too_large' })
})

test('`bellhop data` lists, shows and deletes', async () => {
  const there = await here()
  const url = await there.server.deploy('one', keeping('one'))
  for (const n of [1, 2, 3]) await post(url, { key: `c_${n}`, value: { n } })
  const at = ['--server', there.server.url, '--data', there.data]
  const say = async (...args: string[]): Promise<string> => (await bellhop(['data', ...args, ...at])).stdout
  expect(await say()).toMatch(/^customers +3 entries/)
  expect(await say('show', 'customers', '--limit', '2')).toMatch(
    /^c_1 +\{"n":1\}\nc_2 .*\nthere are more: --after "c_2"/
  )
  expect(await say('get', 'customers', 'c_3')).toBe('{\n  "n": 3\n}\n')
  expect(await say('delete', 'customers', 'c_3')).toContain('deleted')
  expect(await entries(there)).toEqual({ c_1: { n: 1 }, c_2: { n: 2 } })
  expect((await bellhop(['data', 'get', 'customers', 'c_3', ...at])).stderr).toContain('no entry')
  await say('delete', 'customers')
  expect((await bellhop(['data', 'show', 'customers', ...at])).stderr).toContain('no such data store')
})

test('code in the sandbox has data stores, too, and is refused what an action is', async () => {
  const there = await here()
  const url = await there.server.deploy(
    'code',
    `
name: code
trigger: { type: http, respond: last_step }
steps:
  - name: count
    code: |
      export default defineComponent({
        props: { store: { type: 'data_store' }, db: '$.service.db', value: { type: 'any', optional: true } },
        async run() {
          await this.db.set('count', Number((await this.db.get('count')) ?? 0) + 1)
          for (let n = 0; n < 3; n++) await this.store.set('k' + n, this.value ?? n)
          const seen = []
          for await (const [key, value] of this.store) seen.push([key, value])
          await this.store.delete('k0')
          return { seen, size: await this.store.size(), keys: await this.store.keys(), count: await this.db.get('count'), none: (await this.store.get('x')) === undefined }
        }
      })
    props: { store: customers, value: "{{steps.trigger.event.body.value}}" }
  - name: tell
    end_if: { value: "{{steps.trigger.event.headers.authorization}}", is: empty }
`
  )
  expect((await post(url, {})).body).toEqual({
    seen: [
      ['k0', 0],
      ['k1', 1],
      ['k2', 2]
    ],
    size: 2,
    keys: ['k1', 'k2'],
    count: 1,
    none: true
  })
  const refused = await post(url, { value: `it is ${TOKEN}` }, { authorization: `Bearer ${TOKEN}` })
  expect(refused.status).toBe(500)
  expect(JSON.stringify(refused.body)).toContain('a data store keeps no secrets')
  expect(await entries(there)).toEqual({ k1: 1, k2: 2 })
})
