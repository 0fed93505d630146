/** Components as a sandbox process runs them: one that is described, called, asked for options and for more props. */
import { Fault, type Json } from '@bellhop/sdk'
import { describe, expect, test } from 'vitest'
import { readForeignAction } from '../workflow/foreign-action.ts'
import { SandboxFixture } from './testing/sandbox.ts'

const PARCELS = `
const parcels = {
  type: 'app',
  app: 'parcels',
  propDefinitions: {
    depot: {
      type: 'string',
      label: 'Depot',
      description: 'Where it starts.',
      async options({ page, prevContext, query, region }) {
        return {
          options: [{ label: 'A ' + this.depots(region), value: 'a' }, 'b', 3].slice(page),
          context: { next: (prevContext.next ?? 0) + 1, query }
        }
      }
    }
  },
  methods: {
    _header() { return 'Bearer ' + this.$auth.api_key },
    depots(region) { return [region, this._header()].join(' ') }
  }
}
export default defineComponent({
  key: 'parcels-send', name: 'Send', description: 'Sends.', version: '1.2.3', type: 'action',
  props: {
    parcels,
    region: { type: 'string', optional: true, reloadProps: true, options: ['eu', { label: 'US', value: 'us' }] },
    depot: { propDefinition: [parcels, 'depot', (c) => ({ region: c.region })], description: 'From where.' },
    weight: { type: 'integer', default: 2, min: 1 },
    tags: { type: 'string[]', optional: true, options: () => [] },
    secret: { type: 'string', secret: true, optional: true },
    hidden: { type: 'boolean', hidden: true },
    fresh: { type: 'string', default: () => 'now' },
    hint: { type: 'alert', alertType: 'info', content: 'Mind the gap' },
    folder: { type: 'dir', accessMode: 'read', sync: true, optional: true },
    request: { type: 'http_request', optional: true },
    db: '$.service.db',
    store: { type: 'data_store', label: 'Store' },
    room: { type: '$.discord.channel', optional: true }
  },
  async additionalProps(before) {
    before.hidden.hidden = false
    return this.region === 'eu' ? { vat: { type: 'string', label: 'VAT of ' + this.parcels.depots('eu') }, hidden: before.hidden } : {}
  },
  methods: { heavy() { return this.weight > 10 } },
  async run({ steps, $ }) {
    const { heavy } = this
    $.export('$summary', 'sent')
    $.export('at', new Date(0))
    $.export('nothing', undefined)
    return {
      auth: this.parcels._header(), depot: this.depot, weight: this.weight, tags: this.tags, heavy: heavy(),
      folder: this.folder, vat: this.vat, event: steps.trigger.event, run: $.context.id, bytes: Buffer.from('hi'), f() {}
    }
  }
})`

const auth = { parcels: { $auth: { api_key: 'bhdl.parcels.api_key.x' } } }

describe('a component', () => {
  test('is described as data', async () => {
    await using fixture = new SandboxFixture()
    const said = readForeignAction(await fixture.call(fixture.program(PARCELS), 'describe', null))
    const input = { kind: 'input', type: 'string' }
    expect(said).toEqual({
      key: 'parcels-send',
      name: 'Send',
      description: 'Sends.',
      version: '1.2.3',
      additionalProps: true,
      props: {
        parcels: { kind: 'app', app: 'parcels' },
        region: { ...input, optional: true, reloadProps: true, options: ['eu', { label: 'US', value: 'us' }] },
        depot: { ...input, label: 'Depot', description: 'From where.', asyncOptions: true },
        weight: { kind: 'input', type: 'integer', default: 2, hasDefault: true, min: 1 },
        tags: { kind: 'input', type: 'string[]', optional: true, asyncOptions: true },
        secret: { ...input, secret: true, optional: true },
        hidden: { kind: 'input', type: 'boolean', optional: true, hidden: true },
        fresh: { ...input, hasDefault: true },
        hint: { kind: 'note', type: 'alert', alertType: 'info', content: 'Mind the gap' },
        folder: { kind: 'note', type: 'dir' },
        request: { kind: 'input', type: 'object', as: 'http_request', optional: true },
        db: { kind: 'db' },
        store: { kind: 'data_store', label: 'Store' },
        room: { ...input, optional: true }
      }
    })
  })

  test('runs with its apps, props and methods on `this`', async () => {
    await using fixture = new SandboxFixture()
    const given = {
      apps: auth,
      props: { depot: 'a', weight: '12', tags: '["x"]', vat: 'DE1' },
      steps: { trigger: { event: { body: 'hello' } } },
      context: { id: 'r1' }
    }
    const asked: unknown[] = []
    const ask = async (operation: string, input: Json) => {
      asked.push([operation, input])
      return null
    }
    expect(await fixture.call(fixture.program(PARCELS), 'run', given, { ask })).toEqual({
      returned: {
        auth: 'Bearer bhdl.parcels.api_key.x',
        depot: 'a',
        weight: 12,
        tags: ['x'],
        heavy: true,
        folder: '/tmp',
        vat: 'DE1',
        event: { body: 'hello' },
        run: 'r1',
        bytes: { type: 'Buffer', data: [104, 105] }
      }
    })
    expect(asked).toEqual([
      ['export', { key: '$summary', value: 'sent' }],
      ['export', { key: 'at', value: '1970-01-01T00:00:00.000Z' }],
      ['export', { key: 'nothing' }]
    ])
  })

  test.each([
    [{ weight: 2 }, 'parcels-send needs `depot`, and it is empty'],
    [{ depot: 'a', weight: 'many' }, '`weight` of parcels-send is text that does not fit, not a whole number'],
    [{ depot: 'a', weight: 0 }, '`weight` of parcels-send is less than 1']
  ])('with the props %j does not run', async (props, message) => {
    await using fixture = new SandboxFixture()
    const called = fixture.call(fixture.program(PARCELS), 'run', { apps: auth, props })
    await expect(called).rejects.toMatchObject({
      code: 'code_failed',
      message: expect.stringContaining(message) as string
    })
  })

  test('says the choices of a prop, page by page', async () => {
    await using fixture = new SandboxFixture()
    const program = fixture.program(PARCELS)
    const ask = (more: object) =>
      fixture.call(program, 'options', {
        apps: auth,
        props: { region: 'eu' },
        prop: 'depot',
        ...more
      })
    expect(await ask({})).toEqual({
      options: [
        { label: 'A eu Bearer bhdl.parcels.api_key.x', value: 'a' },
        { label: 'b', value: 'b' },
        { label: '3', value: 3 }
      ],
      context: { next: 1 }
    })
    expect(await ask({ page: 2, prevContext: { next: 4 }, query: 'x' })).toEqual({
      options: [{ label: '3', value: 3 }],
      context: { next: 5, query: 'x' }
    })
    await expect(ask({ prop: 'region' })).rejects.toMatchObject({
      message: 'the prop `region` has no options that can be asked for'
    })
  })

  test('says which props depend on others', async () => {
    await using fixture = new SandboxFixture()
    const program = fixture.program(PARCELS)
    expect(await fixture.call(program, 'props', { apps: auth, props: { region: 'us' } })).toEqual({
      hidden: { kind: 'input', type: 'boolean' }
    })
    expect(await fixture.call(program, 'props', { apps: auth, props: { region: 'eu' } })).toEqual({
      vat: { kind: 'input', type: 'string', label: 'VAT of eu Bearer bhdl.parcels.api_key.x' },
      hidden: { kind: 'input', type: 'boolean' }
    })
    expect(await fixture.call(program, 'describe', null)).toMatchObject({ props: { hidden: { optional: true } } })
  })
})

test.each([
  ['export default 42', 'the default export is no component: begin it with `export default defineComponent({`'],
  ['export const x = 1', 'the code has no default export: begin it with `export default defineComponent({`'],
  ['export default { props: {} }', 'the default export has no `run`: a component has `async run({ steps, $ })`'],
  ['export default { type: "source", run() {} }', 'this is a source, which starts workflows: a step takes an action'],
  ['export default { type: "app", app: "x" }', 'this is an app: a step takes one of its actions'],
  [
    'export default { props: { timer: { type: "$.interface.timer" } }, run() {} }',
    'the prop `timer` is of the type `$.interface.timer`, which starts a source: a step takes an action'
  ],
  [
    'export default { props: { vault: { type: "store", kinds: ["vault"] } }, run() {} }',
    'the prop `vault` is of the type `store`, which only Bellhop’s own actions have: bind the store'
  ],
  [
    'export default { props: { a: { type: "strin" } }, run() {} }',
    'the prop `a` is of the type `strin`, which the Component API does not have'
  ],
  [
    'export default { props: { a: { propDefinition: [{ type: "app", app: "x" }, "b"] } }, run() {} }',
    'the prop `a` refers to `b`, which its app does not define'
  ]
])('%s is refused in words', async (source, message) => {
  await using fixture = new SandboxFixture()
  await expect(fixture.call(fixture.program(source), 'describe', null)).rejects.toMatchObject({
    code: 'code_failed',
    message
  })
})

describe('what runs', () => {
  test('may be a function, or CommonJS in a module', async () => {
    await using fixture = new SandboxFixture()
    const run = `({ steps }) => steps.a + 1`
    expect(await fixture.run(fixture.program(`export default ${run}`), { a: 1 })).toBe(2)
    expect(
      await fixture.run(fixture.program(`export default { default: { default: { run: ${run} } } }`), { a: 1 })
    ).toBe(2)
  })

  test('says to the workflow what it has to say, in order', async () => {
    await using fixture = new SandboxFixture()
    const program = fixture.program(`import { Readable } from 'node:stream'
    export default async ({ $ }) => {
      await $.respond({ status: 201, body: { ok: true }, immediate: true })
      $.respond({ body: Buffer.from('bytes') })
      $.respond({ body: Readable.from(['a', 'b']) })
      $.send.http({ url: 'https://api.example.com' })
      const urls = [$.flow.delay(1), $.flow.suspend(), $.flow.rerun(2, { at: 3 }, 4), $.flow.retry(5)]
      return $.flow.exit('enough') ?? urls
    }`)
    const asked: [string, Json][] = []
    const ask = async (operation: string, input: Json) => {
      asked.push([operation, input])
      return null
    }
    const waits = { resume_url: 'r' }
    const { returned } = (await fixture.call(program, 'run', { waits }, { ask })) as { returned: Json }
    expect(returned).toEqual([waits, waits, waits, waits])
    const encoded = (text: string) => ({ body: Buffer.from(text).toString('base64'), encoding: 'base64' })
    expect(asked.filter(([operation]) => operation === 'respond')).toEqual([
      ['respond', { status: 201, body: { ok: true }, immediate: true }],
      ['respond', encoded('bytes')],
      ['respond', encoded('ab')]
    ])
    expect(asked.filter(([operation]) => operation !== 'respond')).toEqual([
      ['send.http', { url: 'https://api.example.com' }],
      ['flow.delay', { ms: 1 }],
      ['flow.suspend', {}],
      ['flow.rerun', { ms: 2, context: { at: 3 }, max: 4 }],
      ['flow.rerun', { ms: 5 }],
      ['flow.exit', { reason: 'enough' }]
    ])
  })

  test('fails where the server refuses what it says, though it did not wait for that', async () => {
    await using fixture = new SandboxFixture()
    const program = fixture.program(`export default ({ $ }) => { $.export('$return_value', 1); return 2 }`)
    const ask = () => Promise.reject(new Fault('reserved_export', 'that is reserved'))
    await expect(fixture.run(program, null, { ask })).rejects.toThrow('that is reserved')
    const cycle = fixture.program(`export default ({ $ }) => { const a = {}; a.a = a; $.export('a', a) }`)
    await expect(fixture.run(cycle, null, { ask })).rejects.toThrow('circular')
  })

  test.each([
    [`new Error('x')`, true],
    [`Object.assign(new Error('x'), { retryable: false })`, false],
    [`Object.assign(new Error('x'), { name: 'ConfigurationError' })`, false],
    [`Object.assign(new Error('x'), { response: { status: 404 } })`, false],
    [`Object.assign(new Error('x'), { response: { status: 429 } })`, true],
    [`Object.assign(new Error('x'), { status: 503 })`, true]
  ])('throws %s, which is worth a repetition: %s', async (error, retryable) => {
    await using fixture = new SandboxFixture()
    const thrown = fixture.run(fixture.program(`export default () => { throw ${error} }`))
    await expect(thrown).rejects.toMatchObject({ code: 'code_failed', retryable })
  })

  test('fails with its causes, whatever it throws', async () => {
    await using fixture = new SandboxFixture()
    const thrown = (what: string) => fixture.run(fixture.program(`export default () => { throw ${what} }`))
    await expect(thrown(`new TypeError('fetch failed', { cause: new Error('no way') })`)).rejects.toThrow(
      'TypeError: fetch failed: no way'
    )
    await expect(thrown(`'text'`)).rejects.toThrow('thrown: text')
    await expect(thrown(`{ get message() { throw 1 } }`)).rejects.toThrow('an error that could not be read')
    await expect(thrown(`new Proxy({}, { get() { throw 1 } })`)).rejects.toThrow('an error that could not be read')
  })
})
