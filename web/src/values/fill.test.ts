import { expect, test } from 'vitest'
import { fill } from './fill.ts'

const scope = [
  { path: 'steps.trigger.event', label: 'event', sample: { body: { name: 'Ada', ids: [1, 2] } } },
  { path: 'steps.user', label: 'user', sample: { $return_value: { ok: true } } }
]

test('a reference alone is its value, and in a text it is written out', () => {
  expect(
    fill({ to: '{{steps.trigger.event.body.ids}}', text: 'Hi {{steps.trigger.event.body.name}}!' }, scope)
  ).toEqual({
    to: [1, 2],
    text: 'Hi Ada!'
  })
  expect(fill(['{{steps.user.$return_value}}', 3, null], scope)).toEqual([{ ok: true }, 3, null])
})

test('what is not known, and expressions, stay as they are written', () => {
  const written = '{{steps.other.x}} and {{steps.trigger.event.body.name.toUpperCase()}}'
  expect(fill(written, scope)).toBe(written)
})
