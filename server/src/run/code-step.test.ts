/** Steps whose code is a stranger's: the interpreter over the engine in memory, a real sandbox, a real door and vendor. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Json, JsonObject } from '@bellhop/sdk'
import { describe, expect, onTestFinished, test } from 'vitest'
import { BaseUrls } from '../credentials/base-urls.ts'
import { Credentials } from '../credentials/credentials.ts'
import { StoreHouse } from '../credentials/stores/testing/house.ts'
import type { DataAccess } from '../data/data-stores.ts'
import { testDoor } from '../egress/fixtures/scopes.ts'
import { httpServer } from '../egress/fixtures/servers.ts'
import { House } from '../engine/contract/fixture.ts'
import { MemoryEngine } from '../engine/memory/engine.ts'
import type { CallerView } from '../engine/port.ts'
import type { AuditEntry } from '../history/audit.ts'
import { SandboxFixture } from '../sandbox/testing/sandbox.ts'
import { readForeignAction } from '../workflow/foreign-action.ts'
import type { BuiltStep } from '../workflow/building.ts'
import { makePlan } from '../workflow/plan.ts'
import { catalogue } from '../workflow/testing/catalogue.ts'
import type { Deployed } from '../workflow/versions.ts'
import { createInterpreter } from './interpreter.ts'

interface Step {
  name: string
  code?: string
  steps?: Step[]
  [more: string]: unknown
}

interface Setting {
  steps: Step[]
  body?: JsonObject
  settings?: JsonObject
  nostore?: boolean
}

interface Played {
  view: CallerView
  /** `authorization` and body of each request that the vendor got. */
  sent: string[]
  audit: Omit<AuditEntry, 'at'>[]
}

/** Builds by writing each step's code to a file and describing it; no package is installed. */
async function build(fixture: SandboxFixture, steps: Setting['steps']): Promise<Record<string, BuiltStep>> {
  const directory = join(fixture.directory, 'build')
  mkdirSync(directory)
  const built: Record<string, BuiltStep> = {}
  const all = steps.flatMap((step) => step.steps ?? [step])
  for (const { name, code } of all) if (code !== undefined) writeFileSync(join(directory, `${name}.mjs`), code)
  for (const { name, code } of all) {
    if (code === undefined) continue
    const entry = `${name}.mjs`
    const said = await fixture.sandbox.call(
      { owner: 'build:1', directory },
      { kind: 'describe', entry, input: null, timeoutMs: 10_000, signal: new AbortController().signal, log: () => {} }
    )
    built[name] = { entry, action: readForeignAction(said), packages: [] }
  }
  return built
}

async function play({ steps, body = {}, settings = {}, nostore = true }: Setting): Promise<Played> {
  const sent: string[] = []
  const vendor = await httpServer(({ headers, body: got }, response) => {
    sent.push(`${headers.authorization ?? '-'} ${got}`)
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ got: headers.authorization ?? null }))
  })
  const fixture = new SandboxFixture()
  onTestFinished(() => fixture[Symbol.asyncDispose]())
  const written = JSON.parse(JSON.stringify(steps).replaceAll('VENDOR', `127.0.0.1:${vendor.port}`)) as Setting['steps']
  const definition = {
    name: 'x',
    trigger: { type: 'http', auth: { type: 'token' }, respond: 'last_step' },
    steps: written,
    settings: { timeout: '1m', egress: [`127.0.0.1:${vendor.port}`], ...settings }
  }
  const planning = makePlan(definition, catalogue, { hash: 'b', steps: await build(fixture, written), lock: null })
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
  const environment = {
    read: async () => ({
      value: 'key-of-the-environment',
      audience: {
        app: 'env',
        hosts: [{ host: '127.0.0.1', port: vendor.port, plain: true as const }],
        places: { headers: true, query: [], body: [] }
      }
    })
  }
  const stores = await StoreHouse.open()
  const audit: Omit<AuditEntry, 'at'>[] = []
  const execute = createInterpreter({
    versions: { byVersion: () => deployed },
    credentials: new Credentials({ read: async () => ({}) }, new BaseUrls({}), environment),
    stores: stores.access,
    door: testDoor(),
    now: Date.now,
    resumptions: { urls: () => ({}) },
    data: {} as DataAccess,
    sandbox: fixture.sandbox,
    programs: { directory: () => join(fixture.directory, 'build'), positions: () => undefined },
    audit: { add: async (entries) => void audit.push(...entries) }
  })
  const house = await new House({
    open: async ({ now }) => new MemoryEngine({ execute, now, nostore }),
    close: async () => {}
  }).open(() => Promise.reject(new Error('the interpreter walks')))
  const event: Json = { body }
  return { view: await house.run({ event, eventText: JSON.stringify(event) }), sent, audit }
}

const PARCELS = `const parcels = { type: 'app', app: 'parcels', methods: {
  call(body) {
    return fetch('http://VENDOR/', { method: 'POST', body, headers: { authorization: 'Bearer ' + this.$auth.api_key } })
  }
} }`
const bound = {
  parcels: { runtime: { api_key: '{{steps.trigger.event.body.key}}' }, hosts: ['VENDOR'] }
}
const body = { key: 'key-of-ada-123456', name: 'Ada' }
const bodyOf = ({ view }: Played): unknown =>
  view.ended && view.end.status === 'succeeded' ? view.end.answer?.body : view

describe('a step of code', () => {
  test('sees what came before, its props, variables and context, and leaves what it returns and exports', async () => {
    const code = `export default defineComponent({
      props: { count: { type: 'integer' } },
      run({ steps, $ }) {
        $.export('twice', this.count * 2)
        return { name: steps.trigger.event.body.name, region: process.env.REGION, workflow: $.context.workflow_name, all: Object.keys(process.env) }
      }
    })`
    const after = `export default ({ steps }) => ({ first: steps.first, event: steps.trigger.event.body.name })`
    const played = await play({
      steps: [
        { name: 'first', code, props: { count: '{{steps.trigger.event.body.count}}' } },
        { name: 'second', code: after }
      ],
      body: { name: 'Ada', count: '21' },
      settings: { env: { REGION: 'eu' } }
    })
    const first = { $return_value: { name: 'Ada', region: 'eu', workflow: 'x', all: ['REGION'] }, twice: 42 }
    expect(bodyOf(played)).toEqual({ first, event: 'Ada' })
  })

  test('leaves out what JSON has no word for, as `JSON.stringify` does', async () => {
    const code = `export default ({ $ }) => {
      for (const [name, value] of Object.entries({ none: undefined, call: () => 1, sign: Symbol('x'), nan: NaN, list: [undefined] })) $.export(name, value)
      return { none: undefined, call() {} }
    }`
    const after = `export default ({ steps }) => steps.first`
    const played = await play({
      steps: [
        { name: 'first', code },
        { name: 'second', code: after }
      ]
    })
    expect(bodyOf(played)).toEqual({ nan: null, list: [null], $return_value: {} })
  })

  test('knows when its time is over: its own, or the run’s', async () => {
    const code = `export default ({ $ }) => [$.context.deadline - Date.now(), $.context.JIT]`
    const left = async (step: object) =>
      bodyOf(await play({ steps: [{ name: 'a', code, ...step }], settings: { timeout: '20s' } }))
    const [own, test] = (await left({ timeout: '10s' })) as [number, boolean]
    const [whole] = (await left({})) as [number]
    expect(test).toBe(false)
    expect([own > 2_000, own <= 10_000, whole > 10_000, whole <= 20_000]).toEqual([true, true, true, true])
  })

  test('holds handles, which become credentials on the way to their app and nowhere else', async () => {
    const code = `${PARCELS}
    export default { props: { parcels }, async run() {
      const answer = await this.parcels.call('x=' + this.parcels.$auth.api_key)
      return { field: this.parcels.$auth.api_key, answer: await answer.json() }
    } }`
    const played = await play({ steps: [{ name: 'call', code, auth: bound }], body })
    expect(played.sent).toEqual([expect.stringMatching(/^Bearer key-of-ada-123456 x=bhdl\.parcels\.api_key\./)])
    expect(bodyOf(played)).toEqual({
      field: expect.stringMatching(/^bhdl\.parcels\.api_key\./) as string,
      answer: { got: expect.stringMatching(/^Bearer bhdl\.parcels\.api_key\./) as string }
    })
    expect(played.audit).toEqual([])
  })

  test('fails where it goes on sending a credential that was refused, whatever the code makes of it', async () => {
    const code = `${PARCELS}
    export default { props: { parcels }, async run() {
      const headers = { 'x-key': this.parcels.$auth.api_key }
      for (;;) await fetch('http://other.example/', { headers }).catch(() => {})
    } }`
    const steps = [{ name: 'insist', code, auth: bound }]
    const { view, sent } = await play({ steps, body, settings: { egress: ['other.example'] } })
    expect(view).toMatchObject({
      end: { status: 'failed', step: 'insist', error: { code: 'credential_wrong_host' } }
    })
    expect(sent).toEqual([])
  })

  test('has secrets of the environment as handles', async () => {
    const code = `export default async () => {
      const headers = { authorization: 'Bearer ' + process.env.API_KEY }
      await fetch('http://VENDOR/', { headers })
      return process.env.API_KEY
    }`
    const played = await play({
      steps: [{ name: 'call', code }],
      settings: { env: { API_KEY: { secret: 'KEY' } } }
    })
    expect(played.sent).toEqual(['Bearer key-of-the-environment '])
    expect(bodyOf(played)).toMatch(/^bhdl\.env\.key\./)
  })

  test('gets real values where it says `reveal`, which is written down first', async () => {
    const code = `import { createHmac } from 'node:crypto'
    ${PARCELS}
    export default { props: { parcels }, async run() {
      const { api_key } = this.parcels.$auth
      const signature = createHmac('sha256', api_key).update('x').digest('hex')
      await fetch('http://VENDOR/', { method: 'POST', body: signature })
      return { signature, api_key, length: api_key.length }
    } }`
    const played = await play({ steps: [{ name: 'sign', code, auth: bound, reveal: true }], body })
    expect(bodyOf(played)).toMatchObject({ length: 17, api_key: expect.stringMatching(/^bhdl\.parcels\./) as string })
    expect(played.sent[0]).toMatch(/^- [0-9a-f]{64}$/)
    expect(played.audit).toEqual([
      {
        action: 'reveal',
        workflow: 'x',
        version: 1,
        run: expect.any(String) as string,
        step: 'sign',
        credentials: { parcels: ['api_key'] }
      }
    ])
  })

  test('runs for each item, with the item’s own credential', async () => {
    const code = `${PARCELS}
    export default { props: { parcels, name: { type: 'string' } }, async run({ steps }) {
      await this.parcels.call(this.name + ' ' + steps.user.name)
    } }`
    const auth = { parcels: { runtime: { api_key: '{{user.key}}' }, hosts: ['VENDOR'] } }
    const call = { name: 'call', code, auth, props: { name: '{{user.name}}' } }
    const users = [
      { name: 'Ada', key: 'key-of-ada-123456' },
      { name: 'Bob', key: 'key-of-bob-123456' }
    ]
    const each = { name: 'all', each: '{{steps.trigger.event.body.users}}', as: 'user', steps: [call] }
    const played = await play({ steps: [each], body: { users } })
    expect(bodyOf(played)).toMatchObject({ succeeded: 2 })
    expect(played.sent.toSorted()).toEqual(['Bearer key-of-ada-123456 Ada Ada', 'Bearer key-of-bob-123456 Bob Bob'])
  })

  test('ends the run where it says so', async () => {
    const code = `export default ({ $ }) => $.flow.exit('enough')`
    const { view } = await play({
      steps: [
        { name: 'stop', code },
        { name: 'never', code: 'export default () => 1' }
      ]
    })
    expect(view).toMatchObject({ end: { status: 'ended_early', note: 'enough' } })
  })

  test('fails with what it threw, and never with a secret in it', async () => {
    const code = `${PARCELS}
    export default { props: { parcels }, run({ steps }) { throw new RangeError('no: ' + steps.trigger.event.body.name) } }`
    const { view } = await play({ steps: [{ name: 'fail', code, auth: bound, reveal: true }], body })
    expect(view).toMatchObject({
      end: { status: 'failed', step: 'fail', error: { code: 'code_failed', message: 'RangeError: no: Ada' } }
    })
  })

  test.each([
    ['its process ends', 'export default () => process.exit(3)', 'sandbox_crashed'],
    [
      'it takes too much memory',
      'export default () => { const a = []; for (;;) a.push(new Array(1e5).fill({})) }',
      'sandbox_out_of_memory'
    ],
    ['it takes too long', 'export default () => { for (;;); }', 'step_timed_out'],
    ['it returns what is no JSON', 'export default () => 1n', 'code_failed']
  ])('fails where %s, and the next run goes on', async (_, code, error) => {
    const settings = { code: { memory: '64MB' } }
    const { view } = await play({ steps: [{ name: 'fail', code, timeout: '5s' }], settings })
    expect(view).toMatchObject({ end: { status: 'failed', error: { code: error } } })
  })
})
