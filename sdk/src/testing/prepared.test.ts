import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { defineApp, defineComponent } from '../index.ts'
import { runAction, type ActionTest } from '../testing.ts'

const post = defineApp({
  type: 'app',
  app: 'post',
  name: 'Post',
  description: 'Carries letters',
  auth: { fields: { token: { label: 'Token' } } },
  hosts: ['post.example']
})

const letter = defineComponent({
  props: { post, to: { type: 'string' }, sent: { type: 'data_store' }, db: '$.service.db' },
  async run({ steps, $ }) {
    console.log('to %s', this.to)
    console.warn({ token: this.post.$auth.token })
    const count = ((await this.sent.get(this.to)) ?? 0) as number
    await this.sent.set(this.to, count + 1)
    await this.db.set('last', { at: new Date(0) })
    $.export('steps', steps)
    return { token: this.post.$auth.token, keys: await this.sent.keys(), nothing: undefined, at: new Date(0) }
  }
})

// Quiet, before the first run wraps it.
const quiet = (['log', 'warn'] as const).map((name) => vi.spyOn(console, name))
beforeAll(() => quiet.forEach((spy) => spy.mockImplementation(() => undefined)))
afterAll(() => quiet.forEach((spy) => spy.mockRestore()))

const TOKEN = 'token-of-ada'
const HANDLE = `bhdl.post.token.${'0'.repeat(26)}`
const given: ActionTest = { props: { to: 'bob' }, auth: { post: { token: TOKEN } } }

test('a credential is its handle wherever it stands: on `this`, in steps and in props', async () => {
  const steps = { trigger: { event: { body: { token: TOKEN, [TOKEN]: [`Bearer ${TOKEN}`, 1, null] } } } }
  const { value, exports } = await runAction(letter, { ...given, steps, props: { to: 'bob' } })
  expect(value).toMatchObject({ token: HANDLE, keys: ['bob'] })
  expect(exports['steps']).toEqual({
    trigger: { event: { body: { token: HANDLE, [HANDLE]: [`Bearer ${HANDLE}`, 1, null] } } }
  })
})

test('data stores refuse credentials, in whatever form', async () => {
  const refused = { code: 'data_holds_secret', message: expect.stringContaining('post.token') as string }
  await expect(runAction(letter, { ...given, props: { to: `for ${TOKEN}` } })).rejects.toMatchObject(refused)
  await expect(runAction(letter, { ...given, props: { to: TOKEN }, reveal: true })).rejects.toMatchObject(refused)
})

test('a data store can be asked everything that it can in a run', async () => {
  const step = defineComponent({
    props: { all: { type: 'data_store' } },
    async run() {
      const { all } = this
      await all.set('b', [1], { ttl: 60 })
      await all.setTtl('b', null)
      await all.delete('c')
      const seen = [await all.has('a'), await all.has('c'), await all.get('none'), await all.size()]
      const lists = [await all.keys(), await all.values(), await all.entries(), await Array.fromAsync(all)]
      await all.clear()
      return [seen, lists, await all.size()]
    }
  })
  const { value, data } = await runAction(step, { data: { all: { a: 1, c: 3 } } })
  const entries = [
    ['a', 1],
    ['b', [1]]
  ]
  expect(value).toEqual([[true, false, null, 2], [['a', 'b'], [1, [1]], entries, entries], 0])
  expect(data).toEqual({ all: {} })
})

test('with `reveal` it is the credential itself', async () => {
  expect((await runAction(letter, { ...given, reveal: true })).value).toMatchObject({ token: TOKEN })
})

test('values and exports are what JSON makes of them', async () => {
  const { value } = await runAction(letter, given)
  expect(value).toEqual({ token: HANDLE, keys: ['bob'], at: '1970-01-01T00:00:00.000Z' })
  const cycle = defineComponent({
    run({ $ }) {
      $.export('self', { $ } as never)
      return 1n
    }
  })
  await expect(runAction(cycle)).rejects.toMatchObject({ code: 'export_not_json' })
})

test('logs are kept, in order, and go to the console as well', async () => {
  const { logs } = await runAction(letter, given)
  expect(logs).toEqual([
    { level: 'info', text: 'to bob' },
    { level: 'warn', text: `{ token: '${HANDLE}' }` }
  ])
  expect(quiet.map((spy) => spy.mock.lastCall)).toEqual([['to %s', 'bob'], [{ token: HANDLE }]])
})

test('data stores begin with what the test gives, and are there to look at', async () => {
  const { data } = await runAction(letter, { ...given, data: { sent: { bob: 2, eve: 1 } } })
  expect(data).toEqual({ sent: { bob: 3, eve: 1 }, db: { last: { at: '1970-01-01T00:00:00.000Z' } } })
})

test('a request that the definition describes is sent, and a query is there with its parameters', async () => {
  const step = defineComponent({
    props: {
      request: { type: 'http_request', default: { url: 'https://post.example' } },
      query: { type: 'sql' },
      plain: { type: 'sql', optional: true }
    },
    async run() {
      return [await this.request.execute(), this.query, this.plain] as unknown
    }
  })
  const request = {
    method: 'POST',
    url: 'https://post.example/x',
    headers: [{ name: 'X-A', value: '1' }],
    body: { raw: 'hi' }
  }
  const props = { request, query: { query: 'select ?', params: [1] }, plain: 'select 1' }
  const { value, requests } = await runAction(step, { props, answer: () => Response.json({ ok: true }) })
  expect(value).toMatchObject([{ status: 200, data: { ok: true } }, { params: [1] }, { query: 'select 1', params: [] }])
  expect(requests).toMatchObject([
    { method: 'POST', url: 'https://post.example/x', headers: { 'x-a': '1' }, body: 'hi' }
  ])
  const { requests: byDefault } = await runAction(step, { props: { query: '' }, answer: () => new Response('') })
  expect(byDefault).toMatchObject([{ method: 'GET', url: 'https://post.example/' }])
})

describe('what the test gives and the component does not take is a mistake of the test', () => {
  test.each<[ActionTest, string, string]>([
    [{ props: { too: 'bob' } }, 'test_unknown_prop', 'There are to, sent.'],
    [{ auth: { posts: {} } }, 'test_unknown_app', 'There are post.'],
    [{ auth: { post: { tokn: 'x' } } }, 'test_unknown_field', 'There are token.'],
    [{ data: { to: {} } }, 'test_unknown_prop', 'There are sent, db.']
  ])('%j', async (test, code, hint) => {
    await expect(runAction(letter, { ...given, ...test })).rejects.toMatchObject({ code, hint })
  })
})
