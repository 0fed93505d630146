import { describe, expect, it } from 'vitest'
import { keyPlace, valuePlace } from './cursor.ts'
import { keysAt, valuesAt, type Schema } from './schema.ts'

const SCHEMA: Schema = {
  properties: {
    name: { type: 'string' },
    trigger: {
      anyOf: [
        { properties: { type: { const: 'http' }, auth: { properties: { type: { enum: ['none', 'token'] } } } } },
        { properties: { type: { const: 'schedule' }, cron: { type: 'string', description: 'When.' } } }
      ]
    },
    steps: { items: { anyOf: [{ properties: { name: {}, use: {} } }, { properties: { name: {}, delay: {} } }] } },
    settings: {
      properties: { env: { additionalProperties: { properties: { secret: {} } } }, keep: { type: 'boolean' } }
    }
  }
}
const words = (found: { word: string }[]): string[] => found.map(({ word }) => word)

describe('what may be written', () => {
  it('are the keys of every alternative', () => {
    expect(words(keysAt(SCHEMA, []))).toEqual(['name', 'trigger', 'steps', 'settings'])
    expect(words(keysAt(SCHEMA, ['steps', 3]))).toEqual(['name', 'use', 'delay'])
    expect(keysAt(SCHEMA, ['trigger'])).toContainEqual({ word: 'cron', about: 'When.' })
    expect(words(keysAt(SCHEMA, ['settings', 'env', 'ANY']))).toEqual(['secret'])
  })

  it('are the values of a choice', () => {
    expect(words(valuesAt(SCHEMA, ['trigger', 'type']))).toEqual(['http', 'schedule'])
    expect(words(valuesAt(SCHEMA, ['settings', 'keep']))).toEqual(['true', 'false'])
  })
})

describe('where the cursor is', () => {
  const at = (text: string) => {
    const offset = text.indexOf('|')
    const plain = text.replace('|', '')
    return { key: keyPlace(plain, offset), value: valuePlace(plain, offset) }
  }
  it.each([
    ['na|', []],
    ['name: a\ntrigger:\n  ty|', ['trigger']],
    ['steps:\n  - name: a\n    d|', ['steps', 0]],
    ['steps:\n  - name: a\n  - u|', ['steps', 1]],
    ['steps:\n  - name: a\n    auth:\n      slack:\n        r|\n  - name: b', ['steps', 0, 'auth', 'slack']],
    ['steps:\n  - name: a\n    each: x\n    steps:\n      - name: b\n        |', ['steps', 0, 'steps', 0]],
    ['trigger:\n  type: http\n|', []]
  ])('%j asks for a key', (text, path) => {
    expect(at(text).key?.path).toEqual(path)
  })

  it.each([
    ['trigger:\n  type: h|', ['trigger', 'type']],
    ['steps:\n  - use: |', ['steps', 0, 'use']],
    ['steps:\n  - name: a\n  - name: b\n    use: sl|', ['steps', 1, 'use']]
  ])('%j asks for a value', (text, path) => {
    expect(at(text).value?.path).toEqual(path)
    expect(at(text).key).toBeUndefined()
  })
})
