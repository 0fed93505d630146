import { defineApp, defineComponent, shapeOf, type Props } from '@bellhop/sdk'
import { expect, test } from 'vitest'
import { createCatalogue } from './catalogue.ts'
import { catalogue, slack } from './testing/catalogue.ts'

const action = (key: string, props: Props) =>
  defineComponent({ type: 'action', key, name: key, description: '', version: '0.1.0', props, run: async () => null })

test('apps and actions are found by name', () => {
  expect(catalogue.app('slack')).toBe(slack)
  expect(catalogue.action('slack-send-message')?.name).toBe('Send a message')
  expect(catalogue.app('constructor')).toBeUndefined()
  expect(catalogue.action('nothing')).toBeUndefined()
})

test("an action's apps and inputs are told apart once, with what inputs take over from their app", () => {
  const found = catalogue.action('slack-send-message')
  if (found === undefined) throw new Error('it is in the catalogue')
  expect(shapeOf(found)).toBe(shapeOf(found))
  expect(Object.keys(shapeOf(found).apps)).toEqual(['slack'])
  expect(shapeOf(found).inputs['channel']).toEqual({ type: 'string', label: 'Channel' })
})

test.each([
  ['two apps of one name', () => createCatalogue([slack, slack], []), 'there are two apps named slack'],
  [
    'two actions of one name',
    () => createCatalogue([], [action('a', {}), action('a', {})]),
    'there are two actions named a'
  ],
  ['a bad key', () => createCatalogue([], [action('A b', {})]), 'A b cannot be the name of an action'],
  [
    'a slug that would not fit in a handle',
    () => createCatalogue([defineApp({ ...slack, app: 'a.b' })], []),
    'a.b cannot be the name of an app'
  ],
  [
    'an app that is not there',
    () => createCatalogue([], [action('a', { slack })]),
    'the action a uses the app slack, which is not in the catalogue'
  ],
  [
    'a prop that its app does not define',
    () => createCatalogue([slack], [action('a', { slack, x: { propDefinition: [slack, 'nothing'] } })]),
    'the prop x of a refers to nothing, which Slack does not define'
  ]
])('%s is refused', (_, make, message) => {
  expect(make).toThrow(expect.objectContaining({ code: 'component_invalid', message }))
})
