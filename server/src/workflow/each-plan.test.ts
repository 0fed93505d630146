/** What an `each` may say, what its steps may refer to, and where the secrets of its items come from. */
import { describe, expect, test } from 'vitest'
import { resolve } from './references.ts'
import { mistakesOf, planOf, told } from './testing/definitions.ts'

const notify = {
  name: 'notify',
  use: 'slack-send-message',
  auth: { slack: { runtime: { oauth_access_token: '{{user.token}}' } } },
  props: { channel: '#a', text: 'Hello {{user.name}}' }
}
const all = {
  name: 'all',
  each: '{{steps.users.$return_value}}',
  as: 'user',
  concurrency: 4,
  on_error: 'continue',
  steps: [{ name: 'wanted', end_if: '{{user.muted}}' }, notify]
}

function workflow(each: object, more: object = {}, after: object[] = []): object {
  return {
    name: 'x',
    trigger: { type: 'http', auth: { type: 'token' } },
    steps: [{ name: 'users', use: 'clock-read' }, each, ...after],
    settings: { timeout: '1h' },
    ...more
  }
}

/** The mistakes of an `each` with something changed. */
function mistakes(more: object, after: object[] = []): string[] {
  return told(mistakesOf(workflow({ ...all, ...more }, {}, after)))
}

const inner = (...steps: object[]): object => ({ steps })
const say = (text: string): object => ({ ...notify, props: { channel: '#a', text } })

test('an each is planned with its list, its item’s name and its steps', () => {
  const { plan, warnings } = planOf(workflow(all))
  expect(warnings).toEqual([])
  const each = plan.steps[1]
  if (each?.kind !== 'each') throw new Error('the step is planned as what it is')
  expect(each).toMatchObject({ name: 'all', as: 'user', concurrency: 4, onError: 'continue' })
  expect(each.steps.map(({ kind, name }) => [kind, name])).toEqual([
    ['end_if', 'wanted'],
    ['use', 'notify']
  ])
  expect(resolve(each.list, { users: { $return_value: [1, 2] } })).toEqual([1, 2])
  const [, use] = each.steps
  if (use?.kind !== 'use') throw new Error('the inner step is planned as what it is')
  expect(resolve(use.props['text'] ?? null, { user: { name: 'Ada' } })).toBe('Hello Ada')
  expect(use.auth['slack']).toMatchObject({ kind: 'runtime', early: false })
})

test('left out, an item is `item`, one goes after the other, and a failed one fails the step', () => {
  const { as: _as, concurrency: _concurrency, on_error: _onError, ...short } = all
  const text = { ...notify, auth: { slack: { account: 'acme' } }, props: { channel: '#a', text: '{{item}}' } }
  const { plan } = planOf(workflow({ ...short, steps: [text] }))
  expect(plan.steps[1]).toMatchObject({ as: 'item', concurrency: 1, onError: 'stop' })
})

test('a credential of each item is secret where the list comes from', () => {
  const source = { app: 'slack', field: 'oauth_access_token', step: 'notify', use: 'binding', item: ['token'] }
  expect(planOf(workflow(all)).plan.exportSources.get('users')).toEqual([
    { path: ['users', '$return_value'], ...source }
  ])
  const ofEvent = planOf(workflow({ ...all, each: '{{steps.trigger.event.body.users}}' })).plan
  expect(ofEvent.eventSources).toEqual([{ path: ['trigger', 'event', 'body', 'users'], ...source }])
  expect(ofEvent.exportSources.size).toBe(0)
})

test('a credential that an inner step leaves is secret in its exports', () => {
  const fetch = { name: 'fetch', use: 'clock-read' }
  const bound = { ...notify, auth: { slack: { runtime: { oauth_access_token: '{{steps.fetch.$return_value.t}}' } } } }
  const { plan } = planOf(workflow({ ...all, steps: [fetch, bound] }))
  expect(plan.exportSources.get('fetch')).toMatchObject([{ path: ['fetch', '$return_value', 't'], step: 'notify' }])
})

describe('mistakes of an each', () => {
  test.each<[object, string[]]>([
    [{ each: '{{steps.user.$return_value}}' }, ['steps[1].each: unknown step `user`; did you mean `users`? → users']],
    [{ each: 'users' }, ['steps[1].each: `each` refers to a list']],
    [{ each: 'of {{steps.users.list}}' }, ['steps[1].each: a reference inside text makes text, which is no list']],
    [{ each: ['a'] }, ['steps[1].each: expected text, got a list']],
    [{ each: '{{user.friends}}' }, ['steps[1].each: `user` is there in the steps of its `each` only']],
    [{ steps: [] }, ['steps[1].steps: an `each` has at least one step']],
    [{ concurrency: 0 }, ['steps[1].concurrency: the number is too small']],
    [{ concurrency: 1000 }, ['steps[1].concurrency: the number is too large']],
    [{ on_error: 'ignore' }, ['steps[1].on_error: unknown value `ignore`']],
    [{ on_eror: 'stop' }, ['steps[1].on_eror: unknown key `on_eror`; did you mean `on_error`? → on_error']],
    [
      { as: 'my-user', steps: [{ name: 'pause', delay: '1s' }] },
      ['steps[1].as: `my-user` is not a step name → my_user']
    ],
    [
      { as: 'users', steps: [{ name: 'pause', delay: '1s' }] },
      ['steps[1].as: `users` is the name of a step, too → users_item']
    ],
    [
      inner({ ...all, name: 'nested' }),
      ['steps[1].steps[0]: an `each` cannot stand inside another → a step before it that makes one list of all']
    ],
    [inner({ name: 'a' }), ['steps[1].steps[0]: this step does not say what it does']],
    [inner({ name: 'a', ues: 'clock-read' }), ['steps[1].steps[0]: this step does not say what it does → use']],
    [inner({ name: 'users', delay: '1s' }), ['steps[1].steps[0].name: there are two steps named `users`']],
    [
      inner({ name: 'a', use: 'clock-reed' }),
      ['steps[1].steps[0].use: unknown action `clock-reed`; did you mean `clock-read`? → clock-read']
    ]
  ])('%j', (more, expected) => {
    expect(mistakes(more).filter((line) => !line.includes('user.'))).toEqual(expected)
  })
})

describe('references within an each', () => {
  test.each<[string, string]>([
    ['{{usr.name}}', 'unknown name `usr`; did you mean `user`? → user'],
    ['{{steps.user.name}}', '`user` is no step: the item of an `each` goes by its name alone → {{user.name}}'],
    ['{{steps.all.$return_value}}', '`all` refers to itself, before it has run'],
    ['{{steps.notify.ok}}', '`notify` refers to itself, before it has run'],
    ['{{steps.later.ok}}', 'the step `later` runs later than this one']
  ])('%s: %s', (text, message) => {
    const after = { name: 'later', use: 'clock-read' }
    expect(mistakes(inner(say(text)), [after])).toEqual([`steps[1].steps[0].props.text: ${message}`])
  })

  test('an earlier step, outside and beside, may be referred to', () => {
    const beside = { name: 'beside', use: 'clock-read' }
    expect(mistakes(inner(beside, say('{{steps.beside.x}} {{steps.users.y}} {{user}}')))).toEqual([])
  })
})

describe('references to an each from outside', () => {
  test.each<[string, string[]]>([
    ['{{steps.all.$return_value.failed}}', []],
    ['{{user.name}}', ['`user` is there in the steps of its `each` only']],
    [
      '{{steps.notify.$return_value}}',
      ['the step `notify` runs for each item of `all`, and only the steps beside it can refer to it']
    ]
  ])('%s', (text, expected) => {
    const after = { ...notify, name: 'after', auth: { slack: { account: 'a' } }, props: { channel: '#a', text } }
    expect(mistakes({}, [after])).toEqual(expected.map((message) => `steps[2].props.text: ${message}`))
  })

  test('the item of one each is not that of another', () => {
    const other = { ...all, name: 'other', as: 'member', steps: [{ ...say('{{user.name}}'), name: 'tell' }] }
    const bound = { ...other, steps: [{ ...other.steps[0], auth: { slack: { account: 'a' } } }] }
    expect(mistakes({}, [bound])).toEqual([
      'steps[2].steps[0].props.text: `user` is the item of another `each` → member'
    ])
  })
})

test('an each without a time of its own is warned of, because the default is for all items together', () => {
  const { warnings } = planOf(workflow(all, { settings: {} }))
  expect(told(warnings)).toEqual([
    'steps[1].each: the steps of all items together may take 30 s, which is the whole run’s time → settings: { timeout: 1h }'
  ])
})

test('steps of an each are warned of like any other', () => {
  const plain = {
    name: 'plain',
    use: 'http-request',
    props: { url: 'https://a.example', headers: { 'x-api-key': 'k' } }
  }
  const { warnings } = planOf(workflow({ ...all, steps: [plain] }))
  expect(warnings.map(({ path }) => path)).toEqual(['steps[1].steps[0].props.headers["x-api-key"]'])
})
