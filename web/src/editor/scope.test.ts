import { describe, expect, it } from 'vitest'
import { openDocument } from './document.ts'
import { sampleAt, scopeOf, type Samples } from './scope.ts'
import { findStep } from './steps.ts'

const document = openDocument(`steps:
  - { name: users, use: http-request }
  - name: every
    each: '{{steps.users.$return_value.list}}'
    as: user
    steps:
      - { name: inner, delay: 1s }
settings:
  env: { REGION: eu, KEY: { secret: KEY } }
`)
const samples: Samples = new Map([
  ['steps.trigger.event', { value: { body: { a: 1 } }, from: 'test event, just now' }],
  ['steps.users', { value: { $return_value: { list: [{ id: 7 }, { id: 8 }] } }, from: 'last run' }]
])

const scope = (id: string) => {
  const step = findStep(document.steps, id)
  return step === undefined ? [] : scopeOf(document, samples, step)
}

describe('what a step can refer to', () => {
  it('is the event, the steps before it, and the variables', () => {
    expect(scope('every').map(({ path }) => path)).toEqual([
      'steps.trigger.event',
      'steps.trigger.context',
      'steps.users',
      'env'
    ])
    expect(scope('users').map(({ path }) => path)).not.toContain('steps.users')
  })

  it('is in an `each` also the item, of which the first is a sample', () => {
    expect(scope('inner')).toContainEqual({
      path: 'user',
      label: 'user',
      sample: { id: 7 },
      from: 'first of every, last run'
    })
  })

  it('shows no secret of the environment', () => {
    expect(scope('every').at(-1)?.sample).toEqual({ REGION: 'eu' })
  })
})

it('finds what a reference leads to', () => {
  expect(sampleAt(samples, 'steps.trigger.event.body.a')?.value).toBe(1)
  expect(sampleAt(samples, 'steps.trigger.event["body"]')?.value).toEqual({ a: 1 })
  expect(sampleAt(samples, 'steps.users.toString')).toBeUndefined()
  expect(sampleAt(samples, 'steps.users2.x')).toBeUndefined()
})
