import { expect, test } from 'vitest'
import type { Build } from './building.ts'
import { readForeignAction, type ForeignAction, type ForeignProp } from './foreign-action.ts'
import { notYet } from './warnings.ts'
import { around, mistakesOf, planOf, told, toBuildOf } from './testing/definitions.ts'

const CODE = 'export default defineComponent({ async run() {} })'

function foreign(props: Record<string, ForeignProp> = {}, more: Partial<ForeignAction> = {}): ForeignAction {
  return { key: 'it', name: 'it', description: '', version: '0.0.1', props, additionalProps: false, ...more }
}

const built = (action: ForeignAction): Build => ({
  hash: 'h',
  steps: { it: { entry: 'it.mjs', action, packages: [] } },
  lock: null
})

const text = { kind: 'input', type: 'string' } as const

test('what has to be built is known before anything is', () => {
  expect(toBuildOf(around({ code: CODE }))).toEqual([
    { step: 'it', path: ['steps', 2], code: CODE, language: 'javascript' }
  ])
  expect(toBuildOf(around({ code: CODE, file: './it.ts', language: 'typescript' }))).toEqual([
    { step: 'it', path: ['steps', 2], code: CODE, file: './it.ts', language: 'typescript' }
  ])
  expect(toBuildOf(around({ each: '{{steps.fetch.$return_value}}', steps: [{ name: 'in', code: CODE }] }))).toEqual([
    { step: 'in', path: ['steps', 2, 'steps', 0], code: CODE, language: 'javascript' }
  ])
})

test.each([
  ['@pipedream/slack#send-message', { package: '@pipedream/slack', range: 'latest', key: 'send-message' }],
  ['@pipedream/slack@^0.10#send', { package: '@pipedream/slack', range: '^0.10', key: 'send' }],
  ['parcels@1.2.3#find', { package: 'parcels', range: '1.2.3', key: 'find' }]
])('%s is a component of a package', (use, component) => {
  expect(toBuildOf(around({ use }))).toEqual([{ step: 'it', path: ['steps', 2], component }])
})

test.each(['@pipedream/slack', '#x', '@a/b@#c', '../x#y', 'file:x#y'])('%s is none', (use) => {
  expect(told(mistakesOf(around({ use })))).toEqual([
    expect.stringMatching(/^steps\[2\]\.use: .* is not a component of a package/)
  ])
})

test('mistakes are told without a build', () => {
  const step = {
    code: CODE,
    props: { a: '{{steps.nothing.x}}' },
    auth: { slack: { runtime: { t: '{{steps.later.x}}' } } }
  }
  expect(told(mistakesOf(around(step)))).toEqual([
    'steps[2].props.a: unknown step `nothing`',
    'steps[2].auth.slack.runtime.t: the step `later` runs later than this one'
  ])
  expect(told(mistakesOf(around({ file: './it.ts' })))).toEqual(['steps[2].code: `code` is missing'])
  expect(told(mistakesOf(around({ code: CODE, use: 'clock-read' })))).toEqual([
    'steps[2]: a step is one thing, and this one is `use` and `code`'
  ])
  expect(told(mistakesOf(around({ code: CODE, language: 'perl' })))).toEqual([
    'steps[2].language: no language that a step can be written in'
  ])
})

test('a built step is a step whose code is elsewhere', () => {
  const { plan } = planOf(
    around({ code: CODE, props: { channel: '{{steps.fetch.x}}' }, auth: { slack: { account: 'a' } } }),
    built(foreign({ channel: text, slack: { kind: 'app', app: 'slack' } }))
  )
  expect(plan.build?.hash).toBe('h')
  expect(plan.steps[2]).toMatchObject({
    kind: 'use',
    code: { entry: 'it.mjs', reveal: false },
    auth: { slack: { kind: 'account', app: { hosts: ['slack.com'] } } }
  })
})

test('props are checked against what the code said', () => {
  const build = built(foreign({ channel: text, count: { kind: 'input', type: 'integer', hasDefault: true } }))
  expect(told(mistakesOf(around({ code: CODE, props: { count: 'x', chanel: 1 } }), build))).toEqual([
    'steps[2].props.count: `count` of it is text that does not fit, not a whole number',
    'steps[2].props.chanel: unknown prop `chanel` of `it`; did you mean `channel`? → channel',
    'steps[2].props.channel: `it` needs the prop `channel`'
  ])
  const more = built(foreign({ channel: text }, { additionalProps: true }))
  expect(mistakesOf(around({ code: CODE, props: { channel: 'a', sheet: 'b' } }), more)).toEqual([])
})

test('an app that is in no catalogue has what its binding says', () => {
  const build = built(foreign({ parcels: { kind: 'app', app: 'parcels' } }))
  expect(told(planOf(around({ code: CODE }), build).warnings)).toEqual([
    'steps[2].auth.parcels: `parcels` is used without credentials: bind them, if the app needs any'
  ])
  const bind = (binding: object): object => around({ code: CODE, auth: { parcels: binding } })
  const runtime = { api_key: '{{steps.trigger.event.body.key}}', region: '{{steps.trigger.event.body.region}}' }
  expect(told(mistakesOf(bind({ runtime }), build))).toEqual([
    'steps[2].auth.parcels: parcels is in no catalogue, so the binding has to say where its credentials may go → hosts: [api.example.com]'
  ])
  const { plan } = planOf(bind({ runtime, hosts: ['parcels.example'], not_secret: ['region'] }), build)
  expect(plan.eventSources.map(({ path }) => path.at(-1))).toEqual(['key'])
  expect(plan.steps[2]).toMatchObject({ auth: { parcels: { hosts: ['parcels.example'], app: { app: 'parcels' } } } })
  const store = { from: 'main', path: 'customers/acme' }
  expect(told(mistakesOf(bind({ store, hosts: ['parcels.example'] }), build))).toEqual([
    'steps[2].auth.parcels.store.fields: parcels is in no catalogue, so the binding has to say which fields of the secret are its credentials → fields: { api_key: token }'
  ])
  const slack = built(foreign({ parcels: { kind: 'app', app: 'slack' } }))
  expect(
    told(mistakesOf(bind({ account: 'a', hosts: ['evil.example'], not_secret: ['oauth_access_token'] }), slack))
  ).toEqual([
    'steps[2].auth.parcels.not_secret: Slack says itself which of its fields are secret: leave `not_secret` out',
    'steps[2].auth.parcels.hosts: Slack says itself where its credentials go: leave `hosts` out'
  ])
})

test('real values are for code that says where they may go', () => {
  expect(told(mistakesOf(around({ code: CODE, reveal: true })))).toEqual([
    expect.stringContaining('steps[2].reveal: code that gets real credentials could send them anywhere')
  ])
  expect(told(mistakesOf(around({ use: 'clock-read', reveal: true })))).toEqual([
    expect.stringContaining('steps[2].reveal: an action of Bellhop’s own works with handles')
  ])
  const settings = { settings: { egress: ['api.example.com'] } }
  expect(planOf(around({ code: CODE, reveal: true }, settings), built(foreign())).plan.steps[2]).toMatchObject({
    code: { reveal: true }
  })
})

test('variables that look like credentials are warned of', () => {
  const env = { REGION: 'eu', API_TOKEN: 'abc', OTHER_TOKEN: { secret: 'X' } }
  expect(told(planOf(around({ use: 'clock-read' }, { settings: { env } })).warnings)).toEqual([
    'settings.env.API_TOKEN: `API_TOKEN` looks like a credential that stands in the definition for all to see → { secret: API_TOKEN }'
  ])
})

test('what is not there yet is told with the command that makes it', async () => {
  const build = built(foreign({ parcels: { kind: 'app', app: 'parcels' } }))
  const auth = { parcels: { account: 'acme', hosts: ['parcels.example'] } }
  const { plan } = planOf(around({ code: CODE, auth }, { settings: { env: { KEY: { secret: 'API_KEY' } } } }), build)
  const none = { account: async () => false, store: async () => undefined, envSecret: async () => false }
  expect(told(await notYet(plan, none))).toEqual([
    'steps[2].auth.parcels: there is no parcels account `acme` yet: connect it with `bellhop accounts add parcels acme --unlisted`',
    'settings.env.KEY: there is no secret `API_KEY` in the environment yet: set it with `bellhop env set API_KEY`'
  ])
})

test('code chooses no secret of a store for a stranger', () => {
  const auth = { slack: { store: { from: 'main', path: 'customers/{{steps.it.$return_value}}' } } }
  const post = { name: 'post', use: 'slack-send-message', auth, props: { channel: '#a', text: 'b' } }
  const definition = (trigger: object): object => ({
    name: 'x',
    trigger: { type: 'http', ...trigger },
    steps: [{ name: 'it', code: CODE }, post]
  })
  expect(told(mistakesOf(definition({})))).toEqual([
    expect.stringMatching(/^steps\[1\]\.auth\.slack\.store\.path: whoever knows this workflow's address could choose/)
  ])
  expect(mistakesOf(definition({ auth: { type: 'token' } }))).toEqual([])
})

test('settings of code', () => {
  const egress = ['api.example.com', '*.Example.org', 'localhost:8080', 'tcp://db.example.com:5432', '[::1]:81']
  const settings = { egress, env: { REGION: 'eu', KEY: { secret: 'API_KEY' } }, code: { memory: '1GB', cpu: '10s' } }
  expect(planOf(around({ use: 'clock-read' }, { settings })).plan.code).toMatchObject({
    egress: [
      { host: 'api.example.com' },
      { host: 'example.org', below: true },
      { host: 'localhost', port: 8080 },
      { host: 'db.example.com', port: 5432, tcp: true },
      { host: '[::1]', port: 81 }
    ],
    env: { REGION: 'eu', KEY: { secret: 'API_KEY' } },
    code: { memory: 1024, cpu: 10_000 }
  })
})

test.each([
  [{ egress: ['https://api.example.com/x'] }, 'egress[0]: `https://api.example.com/x` is not a host → api.example.com'],
  [{ egress: ['tcp://db.example.com'] }, 'egress[0]: `tcp://db.example.com` names no port'],
  [{ egress: ['tcp://*.example.com:1'] }, 'egress[0]: `tcp://*.example.com:1` names no single host'],
  [{ egress: ['*'] }, 'egress[0]: a host cannot be a pattern: list each one'],
  [{ egress: ['*.com'] }, 'egress[0]: `*.com` covers a whole top-level domain'],
  [
    { env: { NODE_OPTIONS: 'x' } },
    'env.NODE_OPTIONS: `NODE_OPTIONS` says something to the runtime, and no workflow can set it'
  ],
  [
    { env: { ld_preload: 'x' } },
    'env.ld_preload: `ld_preload` says something to the runtime, and no workflow can set it'
  ],
  [{ env: { 'a-b': 'x' } }, 'env["a-b"]: `a-b` cannot be the name of a variable'],
  [{ env: { A: 1 } }, 'env.A: expected text, or `{ secret: NAME }`, got a number'],
  [{ env: { A: '{{steps.x}}' } }, 'env.A: a variable is the same for every run; a reference is not supported here'],
  [{ code: { memory: '1TB' } }, 'code.memory: `1TB` is no memory limit'],
  [{ code: { cpu: '1d' } }, 'code.cpu: `1d` is out of range']
])('%j is refused', (settings, mistake) => {
  expect(told(mistakesOf(around({ use: 'clock-read' }, { settings })))).toEqual([`settings.${mistake}`])
})

test.each([
  ['no object', null],
  ['a prop of no kind', foreign({ a: { kind: 'x' } as never })],
  ['a name that every object has', foreign({ constructor: text })],
  ['a name of markup', foreign({ '<b>': text })],
  ['a slug with a dot, which handles cannot hold', foreign({ a: { kind: 'app', app: 'a.b' } })],
  ['a function as default', foreign({ a: { ...text, default: (() => 1) as never } })]
])('a description with %s is refused', (_, said) => {
  expect(() => readForeignAction(said)).toThrow(expect.objectContaining({ code: 'component_invalid' }))
})

test('a description sets no prototype', () => {
  const said = { ...foreign(), props: JSON.parse('{"__proto__":{"kind":"note"}}') as object }
  expect(Reflect.ownKeys(readForeignAction(said).props)).toEqual([])
})
