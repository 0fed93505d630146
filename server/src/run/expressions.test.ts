/** Expressions as a run has them evaluated: what the process is told, and what is believed of what it says. */
import { Fault, type Json } from '@bellhop/sdk'
import { describe, expect, test } from 'vitest'
import type { Program, Sandbox, SandboxCall } from '../sandbox/sandbox.ts'
import { Keyring } from '../secrets/keyring.ts'
import { MasterKey } from '../secrets/seal.ts'
import { makePlan } from '../workflow/plan.ts'
import { expressionsOf, resolve, type Beside } from '../workflow/references.ts'
import { catalogue } from '../workflow/testing/catalogue.ts'
import { evaluateStep } from './expressions.ts'
import type { RunState } from './state.ts'
import { expressionsIn } from './step-expressions.ts'
import { inProcessSandbox } from './testing/in-process-sandbox.ts'

const TOKEN = 'xoxb-the-token-7319'
const BODY = 'steps.trigger.event.body'

/** A run of one step with this binding, text and secret prop; its event holds the handle of the token. */
function runOf(parts: { binding?: string; text?: string; key?: string; env?: Record<string, string> }) {
  const { binding = `{{${BODY}.token}}`, text = 'b', key } = parts
  const written = {
    name: 'x',
    trigger: { type: 'http', auth: { type: 'token' } },
    steps: [
      {
        name: 'send',
        use: 'slack-send-message',
        auth: { slack: { runtime: { oauth_access_token: binding } } },
        props: { channel: '#a', text, ...(key === undefined ? {} : { signing_key: key }) }
      }
    ],
    settings: { env: { TEAM: 'blue' } }
  }
  const planning = makePlan(written, catalogue)
  if (!('plan' in planning)) throw new Error(JSON.stringify(planning))
  const [step] = planning.plan.steps
  if (step?.kind !== 'use') throw new Error('it is a use step')
  const keyring = new Keyring(new MasterKey(Buffer.alloc(32, 1)).runSeal('run'))
  const handle = keyring.mint(TOKEN, { app: 'slack', field: 'oauth_access_token', audience: null })
  const body = { token: handle, [handle]: 'as a key', other: { big: 'data' }, name: 'Ada' }
  const state = {
    run: { keyring, durable: true },
    deployed: { deploymentId: 'd1' },
    steps: { trigger: { event: { body } } },
    env: { TEAM: 'blue' }
  } as unknown as RunState
  const calls: { program: Program; call: SandboxCall }[] = []
  const evaluate = (sandbox: Sandbox = inProcessSandbox((program, call) => calls.push({ program, call }))) =>
    evaluateStep({ sandbox, state, signal: new AbortController().signal }, expressionsIn(step))
  const [bound] = Object.values(step.auth)
  const field = bound?.kind === 'runtime' ? (bound.fields['oauth_access_token'] ?? null) : null
  return { step, state, handle, calls, evaluate, field }
}

test('a step without expressions asks no process', async () => {
  const { evaluate, calls, state } = runOf({ text: `{{${BODY}.name}} {{env.TEAM}}` })
  expect(await evaluate()).toEqual({ env: state.env })
  expect(calls).toEqual([])
})

test('those of props see handles, all in one call, with no more than they read', async () => {
  const { evaluate, calls, step, state, handle } = runOf({
    text: `{{ ${BODY}.token + 1 }} {{ env.TEAM + ${BODY}.name }}`
  })
  const beside = await evaluate()
  expect(resolve(step.props['text'] ?? null, state.steps, beside)).toBe(`${handle}1 blueAda`)
  expect(calls).toHaveLength(1)
  const [{ program, call } = { program: undefined, call: undefined }] = calls
  expect(program).toEqual({ owner: 'expressions:d1' })
  expect(call?.alone).toBe(false)
  expect(call).not.toHaveProperty('connect')
  expect(call).not.toHaveProperty('ask')
  expect(call?.input).toMatchObject({
    data: { steps: { trigger: { event: { body: { token: handle, name: 'Ada' } } } }, env: { TEAM: 'blue' }, items: {} }
  })
  expect(JSON.stringify(call?.input)).not.toMatch(/"big"|xoxb/)
})

test('those of a credential see the real value, in a process of their own that can do nothing but answer', async () => {
  const { evaluate, calls, field, state } = runOf({
    binding: `Bearer {{ ${BODY}.token.toUpperCase() }}`,
    text: '{{ 1 + 1 }}'
  })
  const beside = await evaluate()
  expect(resolve(field, state.steps, beside)).toBe(`Bearer ${TOKEN.toUpperCase()}`)
  expect(calls.map(({ call }) => call.alone)).toEqual([false, true])
  const [, { call } = { call: undefined }] = calls
  expect(call).not.toHaveProperty('connect')
  expect(call).not.toHaveProperty('ask')
  expect(call?.input).toMatchObject({ data: { steps: { trigger: { event: { body: { token: TOKEN } } } } } })
  expect(JSON.stringify(call?.input)).not.toContain('as a key')
  // What it logs is dropped.
  expect(call?.log('info', TOKEN)).toBeUndefined()
})

test('a handle that is a key is the real key, and what a secret prop is made of is real, too', async () => {
  const { evaluate, step, state } = runOf({ key: `{{ Object.keys(${BODY}).join() }}` })
  const beside = await evaluate()
  expect(resolve(step.props['signing_key'] ?? null, state.steps, beside)).toBe(`token,${TOKEN},other,name`)
})

describe('what a credential cannot be fails, in words that hold none of it', () => {
  test.each<[string, RegExp]>([
    [`{{ [${BODY}.token] }}`, /gives a list, and a credential is text/],
    [`{{ ({ a: ${BODY}.token }) }}`, /gives an object, and a credential is text/],
    [`{{ 'bhdl.slack.x.' + ${BODY}.token }}`, /gives text that looks like a handle/],
    [`{{ (() => { throw new TypeError(${BODY}.token) })() }}`, /^the expression `.*` failed \(TypeError\)$/],
    [`{{ JSON.parse(${BODY}.token) }}`, /^the expression `.*` failed \(SyntaxError\)$/],
    [`{{ ${BODY}.token.x.y() }}`, /^the expression `.*` failed \(TypeError\)$/]
  ])('%s', async (binding, message) => {
    const error: unknown = await runOf({ binding })
      .evaluate()
      .catch((error: unknown) => error)
    expect(error).toMatchObject({ code: 'expression_failed', message: expect.stringMatching(message) as string })
    expect(JSON.stringify([error, (error as Fault).message, (error as Fault).cause])).not.toContain('xoxb')
  })
})

/** A process that says this, whatever it is asked. */
const saying = (answer: Json): Sandbox => ({ call: async () => answer, close: async () => {} })
const failing = (fault: Error): Sandbox => ({
  call: async () => {
    throw fault
  },
  close: async () => {}
})

describe('a process that lies is not believed', () => {
  test.each<[Json]>([
    [null],
    ['text'],
    [[]],
    [[{ value: 1 }, { value: 2 }]],
    [[null]],
    [[[]]],
    [[{}]],
    [[{ absent: 'yes' }]],
    [[{ failed: TOKEN }]],
    [[{ failed: null }]]
  ])('%j', async (answer) => {
    const { evaluate } = runOf({ text: '{{ 1 + 1 }}' })
    await expect(evaluate(saying(answer))).rejects.toMatchObject({ code: 'sandbox_misbehaved' })
  })

  test.each<[Json]>([
    [[{ failed: { how: TOKEN, error: TOKEN, at: TOKEN, why: TOKEN } }]],
    [[{ failed: { how: 'no_json', what: TOKEN } }]],
    [[{ failed: { how: 'no_json', what: '__proto__' } }]],
    [[{ failed: { how: 'threw', error: 'toString', at: -1, why: 'constructor' } }]]
  ])('and none of its words are taken over: %j', async (answer) => {
    const { evaluate } = runOf({ text: '{{ 1 + 1 }}' })
    const error = (await evaluate(saying(answer)).catch((error: unknown) => error)) as Fault
    expect(error.code).toBe('expression_failed')
    expect(error.message).not.toMatch(/xoxb|undefined|native/)
  })
})

describe('a process that fails as a whole', () => {
  const told = async (fault: Error): Promise<Fault> => {
    const { evaluate } = runOf({ binding: `{{ ${BODY}.token.trim() }}` })
    return (await evaluate(failing(fault)).catch((thrown: unknown) => thrown)) as Fault
  }

  test.each(['code_failed', 'sandbox_crashed', 'sandbox_misbehaved', 'sandbox_out_of_memory', 'sandbox_timed_out'])(
    '%s: is told in our own words',
    async (code) => {
      const cause = new Error(TOKEN)
      const error = await told(new Fault(code, `it said ${TOKEN}`, { hint: TOKEN, cause }))
      expect(error.code).toMatch(/^sandbox_/)
      expect(JSON.stringify([error.message, error.hint, String(error.cause)])).not.toContain(TOKEN)
    }
  )

  test('any other error of it likewise', async () => {
    const error = await told(new SyntaxError(`Unexpected token ${TOKEN}`))
    expect(error).toMatchObject({ code: 'sandbox_misbehaved' })
    expect(error.message).not.toContain(TOKEN)
  })

  test('what the server itself says of it stays, and can be tried again where it says so', async () => {
    const busy = new Fault('sandbox_busy', 'many calls are waiting', { retryable: true })
    expect(await told(busy)).toBe(busy)
  })
})

test('a value with an expression that was not evaluated is no value', () => {
  const { step, state } = runOf({ text: '{{ 1 + 1 }}' })
  const text = step.props['text'] ?? null
  expect(expressionsOf(text)).toHaveLength(1)
  const nothing: Beside = { results: new Map() }
  expect(() => resolve(text, state.steps, nothing)).toThrow('was not evaluated')
})
