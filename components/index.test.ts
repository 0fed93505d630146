import { resolveProps, shapeOf, type AppDefinition } from '@bellhop/sdk'
import { describe, expect, test } from 'vitest'
import { actions, apps } from './index.ts'

test('slugs and keys are unique', () => {
  expect(new Set(apps.map((app) => app.app)).size).toBe(apps.length)
  expect(new Set(actions.map((action) => action.key)).size).toBe(actions.length)
})

describe.each(actions)('$key', (action) => {
  test('belongs to one app, whose slug begins its key, and which is listed', () => {
    const [app, ...others] = Object.values<AppDefinition>(shapeOf(action).apps)
    expect(others).toEqual([])
    expect(apps).toContain(app)
    expect(action.key).toMatch(new RegExp(`^${app?.app}-[a-z-]+$`))
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
