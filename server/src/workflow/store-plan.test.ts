import { describe, expect, test } from 'vitest'
import { around, mistakesOf, planOf, send, told } from './testing/definitions.ts'

const ID = '{{steps.trigger.event.body.customer}}'
const store = (written: object, more: object = {}): object => send({}, { slack: { store: written, ...more } })
const anonymous = (trigger: object, step: object): object =>
  around(step, { trigger: { type: 'http', auth: { type: 'none' }, ...trigger } })

test('a store binding is planned with what it asks for', () => {
  const written = { from: 'main', path: `customers/${ID}/slack`, version: 3, fields: { oauth_access_token: 'token' } }
  const [, , step] = planOf(store(written)).plan.steps
  expect(step).toMatchObject({
    auth: {
      slack: {
        kind: 'store',
        store: { from: 'main', lookup: { by: 'path', version: '3' }, fields: { oauth_access_token: 'token' } }
      }
    }
  })
})

describe('a store binding that is wrong', () => {
  test.each<[object, string]>([
    [{ path: 'a' }, 'store.from: '],
    [{ from: ID, path: 'a' }, 'store.from: a store is named; a reference is not supported here'],
    [{ from: 'a b', path: 'a' }, 'store.from: `a b` cannot be the name of a store'],
    [{ from: 'main' }, 'store: this does not say which secret is meant'],
    [{ from: 'main', path: 'a', key: 'b' }, 'store: this says `path` and `key` at once'],
    [{ from: 'main', path: '' }, 'store.path: this path is empty'],
    [{ from: 'main', path: 'a/../b' }, 'store.path: a path cannot hold `..`'],
    [{ from: 'main', path: 'a//b' }, 'store.path: a part of this path is empty'],
    [{ from: 'main', key: '' }, 'store.key: this is empty'],
    [{ from: 'main', path: '{{steps.nobody.id}}' }, 'store.path: unknown step `nobody`'],
    [{ from: 'main', path: 'a', fields: { tokn: 'x' } }, 'store.fields.tokn: unknown field `tokn` of Slack'],
    [{ from: 'main', path: 'a', fields: {} }, 'store.fields: Slack also needs `oauth_access_token`'],
    [{ from: 'main', path: 'a', fields: { oauth_access_token: 1 } }, 'store.fields.oauth_access_token: expected text'],
    [{ from: 'main', path: 'a', vertion: 1 }, 'store.vertion: unknown key `vertion`; did you mean `version`?'],
    [{ from: 'main', path: 'a', allow_anonymous: true }, 'store.allow_anonymous: this is said once']
  ])('%j', (written, expected) => {
    expect(told(mistakesOf(store(written))).join('\n')).toContain(`steps[2].auth.slack.${expected}`)
  })

  test('beside another binding', () => {
    const both = store({ from: 'main', path: 'a' }, { account: 'acme' })
    expect(told(mistakesOf(both))).toEqual(['steps[2].auth.slack: this binding says `account` and `store` at once'])
  })
})

describe('whose credential is used', () => {
  const step = (path: string): object => ({
    use: 'slack-send-message',
    auth: { slack: { store: { from: 'main', path } } },
    props: { channel: '#a', text: 'b' }
  })

  test('is not for callers to choose whom the trigger does not know', () => {
    expect(told(mistakesOf(anonymous({}, step(`customers/${ID}`))))).toEqual([
      "steps[2].auth.slack.store.path: whoever knows this workflow's address could choose whose credential is used, by what they send as `steps.trigger.event.body.customer` → trigger: { type: http, allow_anonymous: true }"
    ])
  })

  test('nor by the list that an `each` goes over', () => {
    const each = {
      each: '{{steps.trigger.event.body.users}}',
      steps: [{ name: 'tell', ...step('customers/{{item.id}}') }]
    }
    const [mistake] = mistakesOf(anonymous({}, each))
    expect(mistake).toMatchObject({
      path: 'steps[2].steps[0].auth.slack.store.path',
      message: expect.stringContaining('by what they send as `item.id`') as string
    })
    const fetched = { ...each, each: '{{steps.fetch.$return_value}}' }
    expect(mistakesOf(anonymous({}, fetched))).toEqual([])
  })

  test('nor by what a step asks a store for, where a binding uses what it leaves', () => {
    const find = { name: 'find', use: 'base-query', props: { store: 'main', values: [ID] } }
    const use = (token: string): object => ({
      ...step('x'),
      name: 'tell',
      auth: { slack: { runtime: { oauth_access_token: token } } }
    })
    const definition = (token: string): object => ({
      name: 'x',
      trigger: { type: 'http' },
      steps: [find, use(token)]
    })
    expect(told(mistakesOf(definition('{{steps.find.$return_value[0].token}}'))).join()).toContain(
      'steps[0].props.values: whoever knows'
    )
    expect(mistakesOf(definition('{{steps.trigger.event.body.token}}'))).toEqual([])
    const read = { ...find, props: { store: 'main', path: `customers/${ID}` } }
    expect(told(mistakesOf({ ...definition('{{steps.trigger.event.body.token}}'), steps: [read] })).join()).toContain(
      'steps[0].props.path: whoever knows'
    )
  })

  test('nor by way of a step that looks up what the next one asks for', () => {
    const find = { name: 'find', use: 'base-query', props: { store: 'main', values: [ID] } }
    const more = { ...find, name: 'more', props: { store: 'main', values: ['{{steps.find.$return_value[0].id}}'] } }
    const bound = { name: 'tell', ...step('customers/{{steps.more.$return_value[0].path}}') }
    const each = {
      name: 'all',
      each: '{{steps.more.$return_value}}',
      steps: [{ name: 'tell', ...step('customers/{{item.path}}') }]
    }
    for (const last of [bound, each]) {
      const definition = { name: 'x', trigger: { type: 'http' }, steps: [find, more, last] }
      expect(told(mistakesOf(definition)).join()).toContain('steps[0].props.values: whoever knows')
    }
  })

  test.each<[string, object, string]>([
    ['a fixed path', {}, 'customers/acme'],
    ['a path from a step', {}, 'customers/{{steps.fetch.$return_value.id}}'],
    ['a definition that says so', { allow_anonymous: true }, `customers/${ID}`],
    ['a trigger that knows its callers', { auth: { type: 'token' } }, `customers/${ID}`]
  ])('%s is fine', (_what, trigger, path) => {
    expect(mistakesOf(anonymous(trigger, step(path)))).toEqual([])
  })
})
