import { describe, expect, test } from 'vitest'
import { definitionJsonSchema } from './definition.ts'
import type { Plan } from './plan.ts'
import { mistakesOf, planOf, told } from './testing/definitions.ts'

const steps = [{ name: 'read', use: 'clock-read' }]
const minimal = { name: 'x', trigger: { type: 'http' }, steps }

test('a minimal definition gets its defaults, durations in milliseconds', () => {
  expect(planOf(minimal).plan.definition).toEqual({
    name: 'x',
    trigger: {
      type: 'http',
      auth: { type: 'none' },
      respond: { mode: 'immediate' },
      cors: { origins: ['*'] },
      allow_anonymous: false
    },
    steps,
    settings: {
      retention: { keep: true, max_age: 604_800_000, max_events: 10_000 },
      timeout: 30_000,
      retry: { attempts: 1, backoff: 1_000, max_backoff: 60_000 },
      env: {},
      code: {}
    }
  })
})

function trigger(more: object): Plan['http'] {
  return planOf({ ...minimal, trigger: { type: 'http', ...more } }).plan.http
}

test('what a trigger says is kept in one shape', () => {
  expect(trigger({ respond: 'static' })?.respond).toEqual({ mode: 'static', status: 200, headers: {} })
  expect(trigger({ respond: { static: { status: 202, body: { ok: true } } } })?.respond).toEqual({
    mode: 'static',
    status: 202,
    headers: {},
    body: { ok: true }
  })
  expect(trigger({ respond: 'last_step' })?.respond).toEqual({ mode: 'last_step' })
  expect(trigger({ cors: false })?.cors).toEqual({ origins: [] })
  expect(trigger({ cors: { origins: ['https://app.example.com'] } })?.cors).toEqual({
    origins: ['https://app.example.com']
  })
})

test.each([
  ['500ms', 500],
  ['30s', 30_000],
  ['10m', 600_000],
  ['2h', 7_200_000],
  ['7d', 604_800_000]
])('%s is %i milliseconds', (delay, ms) => {
  expect(planOf({ ...minimal, steps: [{ name: 'pause', delay }] }).plan.steps).toEqual([
    { kind: 'delay', name: 'pause', ms }
  ])
})

/** A definition with one thing changed, and every mistake that it then has. */
describe('a mistake names its path and what to write', () => {
  test.each<[object, string[]]>([
    [{ name: undefined }, ['name: `name` is missing']],
    [{ name: 'Notify Customer!' }, ['name: `Notify Customer!` is not a workflow name → notify-customer']],
    [{ name: 'x'.repeat(61) }, [`name: \`${'x'.repeat(60)}…\` is not a workflow name → ${'x'.repeat(60)}`]],
    [{ name: 5 }, ['name: expected text, got a number']],
    [{ enabled: 'yes' }, ['enabled: expected true or false, got text']],
    [{ nam: 'x' }, ['nam: unknown key `nam`; did you mean `name`? → name']],
    [{ trigger: undefined }, ['trigger: `trigger` is missing']],
    [{ trigger: 'http' }, ['trigger: expected an object, got text']],
    [{ trigger: {} }, ['trigger.type: `type` is missing']],
    [{ trigger: { type: 'htpp' } }, ['trigger.type: unknown value `htpp`; did you mean `http`? → http']],
    [{ trigger: { type: 'workflow' } }, ['trigger.type: `workflow` is not supported yet']],
    [{ trigger: { type: 'http', auth: { type: 'oauth' } } }, ['trigger.auth.type: `oauth` is not supported yet']],
    [{ trigger: { type: 'http', auth: 'token' } }, ['trigger.auth: expected an object, got text']],
    [
      { trigger: { type: 'http', auth: { type: 'token', token: 'abc' } } },
      ['trigger.auth.token: a token does not belong in a definition: the deploy makes one and shows it once']
    ],
    [
      { trigger: { type: 'http', respond: 'laststep' } },
      ['trigger.respond: unknown value `laststep`; did you mean `last_step`? → last_step']
    ],
    [{ trigger: { type: 'http', respond: 5 } }, ['trigger.respond: expected a way to respond, got a number']],
    [
      {
        trigger: {
          type: 'http',
          respond: { static: { status: 20, headers: { 'a b': 'x', Connection: 'x', x: 'a\nb' }, bdy: 1 } }
        }
      },
      [
        'trigger.respond.static.status: the number is too small',
        'trigger.respond.static.headers["a b"]: `a b` is not a header that an answer can set',
        'trigger.respond.static.headers.Connection: `Connection` is not a header that an answer can set',
        'trigger.respond.static.headers.x: a header value is one line of Latin text',
        'trigger.respond.static.bdy: unknown key `bdy`; did you mean `body`? → body'
      ]
    ],
    [
      { trigger: { type: 'http', cors: ['*'] } },
      ['trigger.cors: expected `true`, `false` or `{ origins: [...] }`, got a list']
    ],
    [{ trigger: { type: 'http', cors: { origins: ['app.example.com'] } } }, ['trigger.cors.origins[0]: not an origin']],
    [{ steps: undefined }, ['steps: `steps` is missing']],
    [{ steps: [] }, ['steps: a workflow has at least one step']],
    [{ steps: ['read'] }, ['steps[0]: expected an object, got text']],
    [{ steps: [{ use: 'clock-read' }] }, ['steps[0].name: `name` is missing']],
    [{ steps: [{ name: 'my-step', use: 'clock-read' }] }, ['steps[0].name: `my-step` is not a step name → my_step']],
    [{ steps: [{ name: 'trigger', use: 'clock-read' }] }, ['steps[0].name: `trigger` is reserved']],
    [{ steps: [{ name: 'toString', use: 'clock-read' }] }, ['steps[0].name: `toString` is reserved']],
    [{ steps: [...steps, ...steps] }, ['steps[1].name: there are two steps named `read`']],
    [
      { steps: [{ name: '1st' }] },
      ['steps[0]: this step does not say what it does', 'steps[0].name: `1st` is not a step name → st']
    ],
    [{ steps: [{ name: 'a', dealy: '1s' }] }, ['steps[0]: this step does not say what it does → delay']],
    [{ steps: [{ name: 'a', code: '' }] }, ['steps[0].code: this is empty']],
    [
      { steps: [{ name: 'a', use: 'clock-read', delay: '1s' }] },
      ['steps[0]: a step is one thing, and this one is `use` and `delay`']
    ],
    [{ steps: [{ name: 'a', delay: 10 }] }, ['steps[0].delay: `10` has no unit → 10s']],
    [{ steps: [{ name: 'a', delay: '10' }] }, ['steps[0].delay: `10` has no unit → 10s']],
    [
      { steps: [{ name: 'a', delay: '10 Minutes' }] },
      ['steps[0].delay: not a duration: a whole number and a unit (ms, s, m, h, d) → 10m']
    ],
    [
      { steps: [{ name: 'a', delay: '1.5h' }] },
      ['steps[0].delay: not a duration: a whole number and a unit (ms, s, m, h, d)']
    ],
    [{ steps: [{ name: 'a', delay: '0s' }] }, ['steps[0].delay: `0s` is out of range']],
    [{ steps: [{ name: 'a', delay: '999999999999d' }] }, ['steps[0].delay: `999999999999d` is out of range']],
    [
      { steps: [{ name: 'a', delay: '{{steps.trigger.event.body.x}}' }] },
      ['steps[0].delay: a duration is written out; a reference is not supported here']
    ],
    [{ steps: [{ name: 'a', delay: '1s', timeout: '1s' }] }, ['steps[0].timeout: unknown key `timeout`']],
    [
      { steps: [{ name: 'a', use: 'clock-read', retry: { attempts: 0, backof: '1s' } }] },
      [
        'steps[0].retry.attempts: the number is too small',
        'steps[0].retry.backof: unknown key `backof`; did you mean `backoff`? → backoff'
      ]
    ],
    [
      { steps: [{ name: 'a', use: 'clock-read', retry: { backoff: '2m' } }] },
      ['steps[0].retry: `backoff` is longer than `max_backoff`']
    ],
    [{ settings: { retry: { backoff: '2m' } } }, ['settings.retry.backoff: longer than `max_backoff`']],
    [
      { settings: { timeout: 30, retention: { keep: 'no', max_events: 1.5, max_age: '1s' } } },
      [
        'settings.retention.keep: expected true or false, got text',
        'settings.retention.max_age: `1s` is out of range',
        'settings.retention.max_events: expected a whole number, got a number',
        'settings.timeout: `30` has no unit → 30s'
      ]
    ],
    [
      { trigger: { type: 'http', respond: 'last_step' }, steps: [{ name: 'a', delay: '1s' }] },
      ['trigger.respond: no step returns anything to respond with']
    ]
  ])('%j', (change, expected) => {
    expect(told(mistakesOf(JSON.parse(JSON.stringify({ ...minimal, ...change }))))).toEqual(expected)
  })
})

describe('end_if', () => {
  const fetch = { name: 'fetch', use: 'clock-read' }
  const value = '{{steps.fetch.$return_value.items}}'
  const condition = (end_if: unknown) => ({ ...minimal, steps: [fetch, { name: 'stop', end_if }] })

  test.each<[unknown, object, string]>([
    [value, { kind: 'truthy' }, 'steps.fetch.$return_value.items is true'],
    [{ value, is: 'not_empty' }, { kind: 'is', is: 'not_empty' }, 'steps.fetch.$return_value.items is not empty'],
    [{ value, equals: { a: 1 }, reason: 'seen' }, { kind: 'equals', other: { a: 1 } }, 'seen'],
    [{ value, not_equals: null }, { kind: 'not_equals', other: null }, 'steps.fetch.$return_value.items not equals'],
    [{ value, greater_than: 3 }, { kind: 'greater_than', other: 3 }, 'steps.fetch.$return_value.items greater than']
  ])('%j', (written, expected, reason) => {
    expect(planOf(condition(written)).plan.steps[1]).toMatchObject({
      kind: 'end_if',
      condition: { test: expected, reason }
    })
  })

  test.each<[unknown, string[]]>([
    ['yes', ['steps[1].end_if: a condition looks at a reference; this is always the same']],
    [true, ['steps[1].end_if: expected a reference, or `{ value, is: … }`, got true']],
    [{ is: 'empty' }, ['steps[1].end_if.value: `value` is missing']],
    [{ value }, ['steps[1].end_if: this condition does not say what it asks']],
    [{ value, is: 'empty', equals: 1 }, ['steps[1].end_if: this condition asks `is` and `equals` at once']],
    [{ value, is: 'emty' }, ['steps[1].end_if.is: unknown value `emty`; did you mean `empty`? → empty']],
    [{ value, greater_than: 'many' }, ['steps[1].end_if.greater_than: `greater_than` compares numbers']],
    [
      { value, equal: 1 },
      [
        'steps[1].end_if.equal: unknown key `equal`; did you mean `equals`? → equals',
        'steps[1].end_if: this condition does not say what it asks'
      ]
    ],
    ['{{steps.fetsh.x}}', ['steps[1].end_if: unknown step `fetsh`; did you mean `fetch`? → fetch']]
  ])('%j is a mistake', (written, expected) => {
    expect(told(mistakesOf(condition(written)))).toEqual(expected)
  })
})

test('the JSON Schema describes definitions as they are written', () => {
  const schema = definitionJsonSchema()
  expect(schema).toMatchObject({
    title: 'Bellhop workflow',
    type: 'object',
    additionalProperties: false,
    required: ['name', 'trigger', 'steps'],
    properties: {
      name: { type: 'string', maxLength: 60 },
      steps: {
        items: {
          anyOf: [
            { properties: { use: { type: 'string' } }, required: ['name', 'use'] },
            {
              properties: { code: { type: 'string' } },
              required: ['name'],
              anyOf: [{ required: ['code'] }, { required: ['file'] }]
            },
            { properties: { delay: { type: 'string' } }, required: ['name', 'delay'] },
            { properties: { end_if: { anyOf: [{ type: 'string' }, { type: 'object' }] } } },
            { properties: { each: { type: 'string' }, as: { default: 'item' } }, required: ['name', 'each', 'steps'] }
          ]
        }
      },
      settings: { properties: { timeout: { type: 'string', default: '30s' } } }
    }
  })
})
