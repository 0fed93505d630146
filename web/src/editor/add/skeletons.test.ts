import { expect, it } from 'vitest'
import { openDocument } from '../document.ts'
import { insertStep } from '../step-changes.ts'
import { actionStep, builtInStep } from './skeletons.ts'

const document = openDocument('steps:\n  - { name: users, use: http-request }\n  - { name: wait, delay: 1s }\n')

it('begins with what the step before leaves, and a name that is free', () => {
  const place = { list: ['steps'], index: 2 }
  expect(builtInStep(document, place, 'each')).toMatchObject({ each: '{{steps.users.$return_value}}' })
  expect(builtInStep(document, { list: ['steps'], index: 0 }, 'each')).toMatchObject({
    each: '{{steps.trigger.event.body}}'
  })
  expect(builtInStep(document, place, 'delay')).toEqual({ name: 'wait_2', delay: '5m' })
})

it('writes code as a block', () => {
  const step = builtInStep(document, { list: ['steps'], index: 1 }, 'python')
  const { text } = insertStep(document, { list: ['steps'], index: 1 }, step)
  expect(text).toContain('language: python\n    code: |\n      def handler(pd):\n')
})

it('calls a step by what its action does', () => {
  expect(actionStep(document, 'slack-send-message', 'slack')).toEqual({
    name: 'send_message',
    use: 'slack-send-message'
  })
  expect(actionStep(document, 'http-request', 'http')['name']).toBe('request')
  expect(actionStep(document, '@acme/pd#find-users', undefined)['name']).toBe('find_users')
})
