/** What a definition is about, for lists: read off its data, without a plan. */
import { shapeOf, type JsonObject } from '@bellhop/sdk'
import type { Catalogue } from './catalogue.ts'
import { everyWritten } from './each-plan.ts'
import { asObject } from './mistakes.ts'

export interface Outline {
  description: string
  /** Slugs of the apps that its steps use, in their order. */
  apps: string[]
  /** How many steps it has, those of an `each` included. */
  steps: number
}

export function outlineOf(definition: JsonObject, catalogue: Catalogue): Outline {
  const { description, steps } = definition
  const written = Array.isArray(steps) ? [...everyWritten(steps)] : []
  const apps = written.flatMap(({ step }) => appsOf(asObject(step) ?? {}, catalogue))
  return {
    description: typeof description === 'string' ? description : '',
    apps: [...new Set(apps)],
    steps: written.length
  }
}

function appsOf({ use, auth }: Record<string, unknown>, catalogue: Catalogue): string[] {
  const action = typeof use === 'string' ? catalogue.action(use) : undefined
  // Of a stranger's code it is what is bound.
  if (action === undefined) return Object.keys(asObject(auth) ?? {})
  return Object.values(shapeOf(action).apps).map(({ app }) => app)
}
