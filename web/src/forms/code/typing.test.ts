import { expect, test } from 'vitest'
import { stepsTypes, typeText } from './sample-types.ts'
import { libraries, sdk } from './type-files.ts'
import { Typing, type StepCode } from './typing.ts'
import { Wrapped } from './wrapping.ts'

const typing = new Typing(libraries, sdk)
const types = stepsTypes([
  {
    path: 'steps.trigger.event',
    label: 'event',
    sample: { method: 'POST', headers: { 'x-token': 'a' }, body: { items: [{ id: 1, name: 'a' }, { id: 2 }] } }
  },
  { path: 'steps.later', label: 'later' },
  { path: 'env', label: 'env', sample: { A: 'b' } }
])
/** A step whose cursor is at `|`. */
const at = (marked: string): [StepCode, number] => [{ text: marked.replace('|', ''), types }, marked.indexOf('|')]
const labels = (marked: string): string[] => typing.complete(...at(marked)).map(({ label }) => label)
const findings = (text: string): string[] => typing.diagnose({ text, types }).map(({ message }) => message)

test('samples become types, in which more may come', () => {
  expect(typeText({ a: [1, 2], 'b-c': null, d: [{ x: 'y' }, { x: 'y', z: true }] })).toBe(
    '{ "a": number[]; "b-c": any; "d": { "x": string; "z"?: boolean; [more: string]: any }[]; [more: string]: any }'
  )
  expect(typeText([1, 'a'])).toBe('(number | string)[]')
  expect(typeText([])).toBe('any[]')
  expect(types).toContain('"later": any')
  expect(types).not.toContain('env')
})

test.each([
  ['a function', 'export default async ({ steps, $ }) => { steps.trigger.event.body.items[0].| }'],
  ['a declared function', 'export default async function go({ steps, $ }) { steps.trigger.event.body.items[0].| }'],
  [
    'a component',
    'export default defineComponent({ async run({ steps, $ }) { steps.trigger.event.body.items[0].| } })'
  ],
  ['a plain object', 'export default { async run({ steps, $ }) { steps.trigger.event.body.items[0].| } }']
])('%s knows what the steps before left', (_, code) => {
  expect(labels(code)).toEqual(expect.arrayContaining(['id', 'name']))
})

test('`$` and the props are those of the SDK', () => {
  const props = "props: { subject: { type: 'string' }, many: { type: 'integer[]' } }"
  expect(labels('export default ({ $ }) => { $.| }')).toEqual(expect.arrayContaining(['export', 'flow', 'respond']))
  expect(labels(`export default defineComponent({ ${props}, run() { this.| } })`)).toEqual(
    expect.arrayContaining(['subject', 'many'])
  )
  expect(
    findings(`export default defineComponent({ ${props}, run() { return this.many.map((one) => one.toFixed()) } })`)
  ).toEqual([])
  expect(findings(`export default defineComponent({ ${props}, run() { return this.subjet } })`)[0]).toContain(
    "'subjet'"
  )
})

test('a key that is no name is completed in brackets', () => {
  const [found] = typing.complete(...at('export default ({ steps }) => steps.trigger.event.headers.|'))
  expect(found).toMatchObject({ label: 'x-token', insert: { text: "['x-token']", from: 57, to: 58 } })
})

test('what does not parse is an error, what does not fit a warning, at its place', () => {
  const text = 'export default ({ $ }) => { $.exprt("a", 1) }\nconst left = missing'
  expect(typing.diagnose({ text, types })).toMatchObject([
    { severity: 'warning', from: text.indexOf('exprt'), to: text.indexOf('exprt') + 5 },
    { severity: 'warning', from: text.indexOf('missing'), to: text.length }
  ])
  expect(typing.diagnose({ text: 'export default ({ $ }) => {', types })[0]).toMatchObject({ severity: 'error' })
})

test('packages are of any type, and what the sandbox has is known', () => {
  const text = `import slugify from 'slugify@1.6.6'
    import { defineComponent as d, type Dollar } from '@bellhop/sdk'
    import { createHash } from 'node:crypto'
    export default async ({ steps, $ }) => {
      const answer = await fetch('https://example.com', { method: 'POST', body: JSON.stringify({}) })
      console.log(Buffer.from('a').toString('base64'), process.env.A, createHash('sha256'), new URL('https://a.b').host)
      return slugify(steps.later.anything, (await answer.json()).x)
    }`
  expect(findings(text)).toEqual([])
})

test('hovers say what something is', () => {
  expect(typing.hover(...at('export default ({ steps }) => steps.trigger.event.me|thod'))).toMatchObject({
    code: '(property) "method": string'
  })
})

test('positions go both ways through what is put around the export', () => {
  const text = 'const a = 1\nexport default () => a\nconst b = 2'
  const wrapped = new Wrapped(text)
  expect(wrapped.text).toBe('const a = 1\nexport default bellhopStep(() => a)\nconst b = 2')
  for (let place = 0; place < text.length; place += 1) expect(wrapped.outside(wrapped.inside(place))).toBe(place)
  expect(new Wrapped('export default 1').text).toBe('export default 1')
})
