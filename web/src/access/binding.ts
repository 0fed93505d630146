/** How a step gets the credentials of one app, as it is written under its `auth`. Pure. */
import { isObject, type Json, type JsonObject } from '../values/json.ts'
import type { Scope } from '../values/scope.ts'

export type Binding =
  | { kind: 'none' }
  | { kind: 'account'; account: string }
  | { kind: 'runtime'; fields: Record<string, string> }
  | { kind: 'store'; store: JsonObject }

export type BindingKind = Binding['kind']

/** What stands at `auth.<app>`, as far as it can be understood. */
export function readBinding(written: Json | undefined): Binding {
  if (!isObject(written)) return { kind: 'none' }
  const { account, runtime, store } = written
  if (typeof account === 'string') return { kind: 'account', account }
  if (isObject(runtime)) return { kind: 'runtime', fields: textsOf(runtime) }
  if (isObject(store)) return { kind: 'store', store }
  return { kind: 'none' }
}

function textsOf(object: JsonObject): Record<string, string> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, typeof value === 'string' ? value : '']))
}

export const BADGES: Record<BindingKind, string> = {
  none: 'No credentials',
  account: 'Connected account',
  runtime: 'Runtime authentication',
  store: 'Secrets store'
}

interface Asked {
  fields: Readonly<Record<string, { label: string; optional: boolean }>>
  one_of?: readonly (readonly string[])[]
}

/**
 * The fields that a binding has to give: all that are not optional, or of the sets that exclude each other the one that it has
 * begun.
 */
export function requiredFields(app: Asked, given: ReadonlySet<string>): string[] {
  const names = Object.keys(app.fields)
  const sets = app.one_of ?? []
  if (sets.length === 0) return names.filter((name) => app.fields[name]?.optional !== true)
  return [...chosenSet(sets, given)]
}

/** The set that is begun; the first where none is. */
export function chosenSet(sets: readonly (readonly string[])[], given: ReadonlySet<string>): readonly string[] {
  return sets.find((set) => set.some((name) => given.has(name))) ?? sets[0] ?? []
}

/** What is known of the event and of earlier steps, as references read it: `trigger.event`, and each step's exports. */
export function samplesOf(scope: Scope): JsonObject {
  const steps: JsonObject = {}
  for (const { path, sample } of scope) {
    const [root, name = '', part] = path.split('.')
    if (root !== 'steps' || sample === undefined) continue
    const before = steps[name]
    steps[name] = part === undefined ? sample : { ...(isObject(before) ? before : {}), [part]: sample }
  }
  return steps
}
