import { resolveProps, shapeOf, type AppDefinition } from '@bellhop/sdk'
import { describe, expect, test } from 'vitest'
import { actions, apps } from './index.ts'

test('slugs and keys are unique', () => {
  expect(new Set(apps.map((app) => app.app)).size).toBe(apps.length)
  expect(new Set(actions.map((action) => action.key)).size).toBe(actions.length)
})

describe.each(actions)('$key', (action) => {
  test('belongs to one app or one kind of store, whose name begins its key', () => {
    const [app, ...others] = Object.values<AppDefinition>(shapeOf(action).apps)
    const [store, ...stores] = Object.values(shapeOf(action).stores)
    expect([...others, ...stores]).toEqual([])
    expect([...apps, undefined]).toContain(app)
    const owners = app === undefined ? (store?.kinds ?? []) : [app.app]
    const begins = owners.filter((owner) => action.key.startsWith(`${owner.replaceAll('_', '-')}-`))
    expect(begins).not.toEqual([])
    expect(action.key).toMatch(/^[a-z0-9-]+$/)
  })

  test('labels every prop', () => {
    for (const input of Object.values(shapeOf(action).inputs)) expect(input.label).toBeTypeOf('string')
  })

  test('has defaults that it would take itself', () => {
    const inputs = Object.fromEntries(
      Object.entries(shapeOf(action).inputs).filter(([, { default: value }]) => value !== undefined)
    )
    expect(resolveProps({ key: action.key, props: inputs }, {})).toEqual(
      Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, input.default]))
    )
  })
})

/** How a store is asked, and how much of it: no caller chooses another's credential by them. */
const HOW = ['limit', 'max_rows', 'secret_columns', 'cas', 'create']
const ofStores = actions.filter((action) => Object.keys(shapeOf(action).stores).length > 0)

test.each(ofStores)('$key says which of its props have a say in what a store is asked for', (action) => {
  const silent = Object.entries(shapeOf(action).inputs).filter(
    ([, { lookup, selects, literal, secret }]) => !(lookup ?? selects ?? literal ?? secret ?? false)
  )
  expect(HOW).toEqual(expect.arrayContaining(silent.map(([name]) => name)))
})

describe.each(apps)('$app', (app) => {
  test('lives on exact hosts over TLS, or says that its hosts come from the step', () => {
    for (const host of app.hosts) expect(host).toMatch(/^[a-z0-9.-]+$/)
    const base = app.baseUrl === undefined ? [] : [new URL(app.baseUrl)]
    expect(app.hosts).toEqual(expect.arrayContaining(base.map((url) => url.hostname)))
    expect(base.filter((url) => url.protocol !== 'https:')).toEqual([])
  })

  test('names only fields that it has', () => {
    for (const set of app.auth.oneOf ?? []) for (const field of set) expect(app.auth.fields).toHaveProperty(field)
  })
})
