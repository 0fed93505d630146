import { expect, expectTypeOf, test } from 'vitest'
import type { ActionDefinition, BoundApp, Dollar } from './action.ts'
import { callAction, defineApp, defineComponent, type Json, type JsonObject } from './index.ts'

const parcels = defineApp({
  type: 'app',
  app: 'parcels',
  name: 'Parcels',
  description: 'Sends parcels',
  auth: { fields: { token: { label: 'Token' }, depot: { label: 'Depot', secret: false, optional: true } } },
  hosts: ['api.parcels.example'],
  propDefinitions: { size: { type: 'string', label: 'Size', options: ['small', 'large'], optional: true } },
  methods: {
    endpoint(path: string): string {
      return `${this.$baseUrl}/${this.version()}/${path}`
    },
    version(): string {
      return 'v1'
    }
  }
})

const either = defineApp({
  type: 'app',
  app: 'either',
  name: 'Either',
  description: 'Takes one credential or another',
  auth: { fields: { token: { label: 'Token' }, key: { label: 'Key' } }, oneOf: [['token'], ['key']] },
  hosts: []
})

const send = defineComponent({
  type: 'action',
  key: 'parcels-send',
  name: 'Send',
  description: 'Sends a parcel',
  version: '0.1.0',
  props: {
    parcels,
    either,
    size: { propDefinition: [parcels, 'size'] },
    required: { propDefinition: [parcels, 'size'], optional: false },
    count: { type: 'integer', default: 1, optional: true },
    tags: { type: 'string[]', optional: true },
    extra: { type: 'object' },
    anything: { type: 'any' }
  },
  methods: {
    shout(text: string): string {
      return `${this.prefix()}: ${text}`
    },
    prefix(): string {
      return this.size ?? 'no size'
    }
  },
  run({ steps, $ }) {
    expectTypeOf(this.parcels.$auth.token).toEqualTypeOf<string>()
    expectTypeOf(this.parcels.$auth.depot).toEqualTypeOf<string | undefined>()
    expectTypeOf(this.either.$auth.key).toEqualTypeOf<string | undefined>()
    expectTypeOf(this.parcels.$baseUrl).toEqualTypeOf<string>()
    expectTypeOf(this.size).toEqualTypeOf<'small' | 'large' | undefined>()
    expectTypeOf(this.required).toEqualTypeOf<'small' | 'large'>()
    expectTypeOf(this.count).toEqualTypeOf<number>()
    expectTypeOf(this.tags).toEqualTypeOf<string[] | undefined>()
    expectTypeOf(this.extra).toEqualTypeOf<JsonObject>()
    expectTypeOf(this.anything).toEqualTypeOf<Json>()
    expectTypeOf($).toEqualTypeOf<Dollar>()
    return Promise.resolve([this.shout(this.parcels.endpoint('parcels')), this.count, this.tags ?? [], steps])
  }
})

const $ = {} as Dollar
const bound: BoundApp = { $auth: { token: 'handle' }, $baseUrl: 'https://api.parcels.example' }

test('an action is an ActionDefinition, whatever its props are', () => {
  expectTypeOf(send).toExtend<ActionDefinition>()
  expect(send.key).toBe('parcels-send')
})

test('an action sees its apps with their methods, its props with their defaults, and its own methods', async () => {
  const apps = { parcels: bound, either: bound }
  const props = { required: 'small', extra: {}, anything: 0, tags: ['a'] }

  const value = await callAction(send, { apps, props, steps: { trigger: { event: 1 } }, $ })

  expect(value).toEqual(['no size: https://api.parcels.example/v1/parcels', 1, ['a'], { trigger: { event: 1 } }])
})

test('an action does not run when a prop is missing', async () => {
  const calling = callAction(send, { apps: { parcels: bound, either: bound }, props: {}, steps: {}, $ })
  await expect(calling).rejects.toMatchObject({ code: 'prop_missing' })
})
