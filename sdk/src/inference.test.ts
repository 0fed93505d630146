/** What authors see: checked by the compiler (`npm run check`), and run so that no example is merely well typed. */
import { expect, expectTypeOf, test } from 'vitest'
import { defineApp, defineComponent, type BoundAppOf } from './index.ts'
import { runAction } from './testing.ts'
import type {
  ActionDefinition,
  ComponentDefinition,
  DataStore,
  Dollar,
  HttpRequest,
  Json,
  JsonObject,
  OptionsPage,
  OptionsQuery,
  ServiceDb,
  SqlQuery
} from './index.ts'

const garden = defineApp({
  type: 'app',
  app: 'garden',
  propDefinitions: {
    bed: {
      type: 'string',
      label: 'Bed',
      async options({ page, prevContext, query }): Promise<OptionsPage> {
        expectTypeOf(page).toEqualTypeOf<number>()
        expectTypeOf(query).toEqualTypeOf<string | undefined>()
        const after = typeof prevContext['after'] === 'string' ? prevContext['after'] : ''
        const beds = await this.beds(page, after)
        return { options: beds.map((bed) => ({ label: bed.toUpperCase(), value: bed })), context: { after: 'b' } }
      }
    },
    plant: {
      type: 'string[]',
      async options({ bed }: OptionsQuery & { bed: string }): Promise<OptionsPage> {
        return this.plants(bed)
      }
    }
  },
  methods: {
    beds(page: number, after: string): Promise<string[]> {
      return Promise.resolve([`${this.$auth['token'] ?? ''}-${page}-${after}`])
    },
    plants(bed: string): string[] {
      return [`${bed}-rose`]
    }
  }
})

test('a code step needs neither key nor name nor version, and may leave out props', () => {
  const bare = defineComponent({
    async run({ steps, $ }) {
      expectTypeOf(steps).toEqualTypeOf<JsonObject>()
      expectTypeOf($).toEqualTypeOf<Dollar>()
      return 1
    }
  })
  const step = defineComponent({
    props: { name: { type: 'string' } },
    run() {
      expectTypeOf(this.name).toEqualTypeOf<string>()
      return `hello ${this.name}`
    }
  })
  expectTypeOf(bare).toExtend<ComponentDefinition>()
  expectTypeOf(step).toExtend<ComponentDefinition>()
  expectTypeOf(step).not.toExtend<ActionDefinition>()
  expect(Object.keys(step)).toEqual(['props', 'run'])
})

test('an app that says its slug only has any field, and no method', () => {
  const step = defineComponent({
    props: { slack: { type: 'app', app: 'slack' } },
    async run() {
      expectTypeOf(this.slack.$auth['oauth_access_token']).toEqualTypeOf<string | undefined>()
      // @ts-expect-error the app has no such method
      expectTypeOf(this.slack.send).toBeNever()
      return null
    }
  })
  expect(step.props?.slack.app).toBe('slack')
})

test('`this` has every kind of prop by its type', () => {
  const step = defineComponent({
    props: {
      garden,
      bed: { propDefinition: [garden, 'bed'] },
      plants: { propDefinition: [garden, 'plant', (c) => ({ bed: c['bed'] })], optional: true },
      tree: { propDefinition: [garden, 'bed', { bed: 'b' }], description: 'A tree', withLabel: true },
      text: { type: 'string', secret: true },
      count: { type: 'integer', min: 1, max: 10, optional: true },
      yes: { type: 'boolean', default: true, optional: true },
      later: { type: 'string', optional: true, default: () => 'now' },
      size: { type: 'string', options: ['s', 'm'] },
      sizes: {
        type: 'integer[]',
        options: [
          { label: 'One', value: 1 },
          { label: 'Two', value: 2 }
        ]
      },
      named: { type: 'string', options: ['s', 'm'], withLabel: true, reloadProps: true, hidden: true },
      flags: { type: 'boolean[]', optional: true },
      free: { type: 'any', optional: true },
      note: { type: 'alert', alertType: 'info', content: 'Mind the gap' },
      folder: { type: 'dir', accessMode: 'read', sync: true, optional: true },
      memory: { type: 'data_store' },
      request: { type: 'http_request', default: { method: 'GET', url: 'https://garden.example' } },
      query: { type: 'sql', auth: { app: 'postgresql' } },
      db: '$.service.db',
      looked: {
        type: 'string',
        useQuery: true,
        async options({ query, prevContext }) {
          return [query ?? '', typeof prevContext]
        }
      }
    },
    methods: {
      both(): string {
        return `${this.text} ${this.size}`
      }
    },
    async run() {
      expectTypeOf(this.garden).toEqualTypeOf<BoundAppOf<typeof garden>>()
      expectTypeOf(this.garden.plants('x')).toEqualTypeOf<string[]>()
      expectTypeOf(this.bed).toEqualTypeOf<string>()
      expectTypeOf(this.plants).toEqualTypeOf<string[] | undefined>()
      expectTypeOf(this.tree).toEqualTypeOf<{ label: string; value: string }>()
      expectTypeOf(this.text).toEqualTypeOf<string>()
      expectTypeOf(this.count).toEqualTypeOf<number | undefined>()
      expectTypeOf(this.yes).toEqualTypeOf<boolean>()
      expectTypeOf(this.later).toEqualTypeOf<string>()
      expectTypeOf(this.size).toEqualTypeOf<'s' | 'm'>()
      expectTypeOf(this.sizes).toEqualTypeOf<(1 | 2)[]>()
      expectTypeOf(this.named).toEqualTypeOf<{ label: string; value: 's' | 'm' }>()
      expectTypeOf(this.flags).toEqualTypeOf<boolean[] | undefined>()
      expectTypeOf(this.free).toEqualTypeOf<Json | undefined>()
      expectTypeOf(this.note).toEqualTypeOf<undefined>()
      expectTypeOf(this.folder).toEqualTypeOf<undefined>()
      expectTypeOf(this.memory).toEqualTypeOf<DataStore>()
      expectTypeOf(this.request).toEqualTypeOf<HttpRequest>()
      expectTypeOf(this.query).toEqualTypeOf<SqlQuery>()
      expectTypeOf(this.db).toEqualTypeOf<ServiceDb>()
      expectTypeOf(this.looked).toEqualTypeOf<string>()
      expectTypeOf(this.both()).toEqualTypeOf<string>()
      // @ts-expect-error there is no such prop
      expectTypeOf(this.missing).toBeNever()
      return this.both()
    }
  })
  expectTypeOf(step).toExtend<ComponentDefinition>()
  expect(Object.keys(step.props ?? {})).toHaveLength(20)
})

test('a prop’s own `options` and `additionalProps` see props and methods as `this`', async () => {
  const step = defineComponent({
    props: {
      garden,
      kind: { type: 'string', reloadProps: true },
      plant: {
        type: 'string',
        async options({ page }): Promise<OptionsPage> {
          expectTypeOf(this.garden.plants).returns.toEqualTypeOf<string[]>()
          return [`${this.kind}-${page}-${this.suffix()}`]
        }
      }
    },
    methods: {
      suffix(): string {
        return this.kind
      }
    },
    async additionalProps(defined) {
      defined.kind.hidden = true
      return this.suffix() === 'tree' ? { height: { type: 'integer', label: 'Height' } } : {}
    },
    async run() {
      return this.kind
    }
  })
  expectTypeOf(step).toExtend<ComponentDefinition>()
  expect(step).toHaveProperty('additionalProps')
})

test('an app and an action that another package types loosely can be used and tested', async () => {
  // As @pipedream/types leaves them: literals are widened, `this` of methods is a marker.
  const pond = {
    type: 'app' as const,
    app: 'pond',
    propDefinitions: { fish: { type: 'string', label: 'Fish' } },
    methods: { count: () => 7 } as { count(): number } & ThisType<unknown>
  }
  const typed = defineComponent({
    props: { pond, fish: { propDefinition: [pond, 'fish'] } },
    async run() {
      expectTypeOf(this.pond.count()).toEqualTypeOf<number>()
      expectTypeOf(this.fish).toEqualTypeOf<Json>()
      return [this.pond.count(), this.fish]
    }
  })
  expect((await runAction(typed, { props: { fish: 'pike' } })).value).toEqual([7, 'pike'])
  const untyped = { key: 'pond-count', props: { pond, fish: { propDefinition: [pond, 'fish'] } }, run: () => 'ran' }
  expect((await runAction(untyped, { props: { fish: 'pike' } })).value).toBe('ran')
})

test('what stands in a component wrongly is refused by the compiler', () => {
  // @ts-expect-error no type is called text
  const wrongType = defineComponent({ props: { a: { type: 'text' } }, run() {} })
  // @ts-expect-error an alert has words
  const noWords = defineComponent({ props: { a: { type: 'alert' } }, run() {} })
  // @ts-expect-error a component runs
  const idle = defineComponent({ props: {} })
  expect([wrongType, noWords, idle]).toHaveLength(3)
})
