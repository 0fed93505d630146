/** The apps and actions that definitions can name. Made once, from components, by the composition root. */
import { Fault, shapeOf, type ActionDefinition, type AppDefinition } from '@bellhop/sdk'

export interface Catalogue {
  app(slug: string): AppDefinition | undefined
  action(key: string): ActionDefinition | undefined
  apps(): readonly AppDefinition[]
  actions(): readonly ActionDefinition[]
}

/** The slugs must be safe in handles (`bhdl.<app>.…`) and in names of environment variables. */
const SLUG = /^[a-z0-9_]{1,40}$/
const KEY = /^[a-z0-9]+(?:[-_][a-z0-9]+)*$/

/** @throws Fault `component_invalid`, naming the component: a bad or repeated name, or an app that is not given */
export function createCatalogue(apps: readonly AppDefinition[], actions: readonly ActionDefinition[]): Catalogue {
  const bySlug = indexed(apps, (app) => app.app, SLUG, 'app')
  const byKey = indexed(actions, (action) => action.key, KEY, 'action')
  for (const action of actions) {
    // Also finds a prop that refers to what its app does not define.
    for (const app of Object.values(shapeOf(action).apps)) {
      if (bySlug.get(app.app) === app) continue
      throw new Fault(
        'component_invalid',
        `the action ${action.key} uses the app ${app.app}, which is not in the catalogue`
      )
    }
  }
  return {
    app: (slug) => bySlug.get(slug),
    action: (key) => byKey.get(key),
    apps: () => apps,
    actions: () => actions
  }
}

function indexed<T>(items: readonly T[], nameOf: (item: T) => string, form: RegExp, what: string): Map<string, T> {
  const index = new Map<string, T>()
  for (const item of items) {
    const name = nameOf(item)
    if (!form.test(name)) throw new Fault('component_invalid', `${name} cannot be the name of an ${what}`)
    if (index.has(name)) throw new Fault('component_invalid', `there are two ${what}s named ${name}`)
    index.set(name, item)
  }
  return index
}
