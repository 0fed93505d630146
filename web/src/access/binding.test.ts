import { expect, test } from 'vitest'
import { readBinding, requiredFields, samplesOf } from './binding.ts'

const slack = { fields: { oauth_access_token: { label: 'Token', optional: false } } }
const http = {
  fields: {
    bearer_token: { label: 'Bearer token', optional: false },
    username: { label: 'User', optional: false },
    password: { label: 'Password', optional: false }
  },
  one_of: [['bearer_token'], ['username', 'password']]
}

test('what stands under auth is one of the ways, or none', () => {
  expect(readBinding({ account: 'bot' })).toEqual({ kind: 'account', account: 'bot' })
  expect(readBinding({ runtime: { a: '{{x}}', b: 3 } })).toEqual({ kind: 'runtime', fields: { a: '{{x}}', b: '' } })
  expect(readBinding({ store: { from: 'vault' } })).toEqual({ kind: 'store', store: { from: 'vault' } })
  for (const nothing of [undefined, null, 'x', {}, []]) expect(readBinding(nothing)).toEqual({ kind: 'none' })
})

test('of sets that exclude each other the one that is begun is required', () => {
  expect(requiredFields(slack, new Set())).toEqual(['oauth_access_token'])
  expect(requiredFields(http, new Set())).toEqual(['bearer_token'])
  expect(requiredFields(http, new Set(['password']))).toEqual(['username', 'password'])
})

test('samples stand where references read them', () => {
  expect(
    samplesOf([
      { path: 'steps.trigger.event', label: 'event', sample: { body: 1 } },
      { path: 'steps.trigger.context', label: 'context', sample: { id: 'x' } },
      { path: 'steps.user', label: 'user', sample: { id: 7 } },
      { path: 'steps.other', label: 'other' },
      { path: 'env', label: 'env', sample: { A: 'b' } }
    ])
  ).toEqual({ trigger: { event: { body: 1 }, context: { id: 'x' } }, user: { id: 7 } })
})
