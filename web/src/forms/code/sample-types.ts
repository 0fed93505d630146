/** TypeScript types of samples: what a code step's `steps` holds, as far as it is known. */
import { isObject, type Json, type JsonObject } from '../../values/json.ts'
import { parsePath } from '../../values/paths.ts'
import type { Scope } from '../../values/scope.ts'

/** Samples are looked at no further than this: types are for a person who types. */
const MOST_KEYS = 200
const MOST_ITEMS = 20
const DEEPEST = 8

/**
 * The text that declares `Steps`. What a sample lacks may come with another event, so every object may have more, of any type;
 * a step without a sample is of any type altogether.
 */
export function stepsTypes(scope: Scope): string {
  const tree: Tree = new Map()
  for (const { path, sample } of scope) {
    const [root, ...keys] = parsePath(path) ?? []
    if (root === 'steps') put(tree, keys.map(String), sample === undefined ? 'any' : typeText(sample))
  }
  return `interface Steps ${treeText(tree)}\n`
}

type Tree = Map<string, Tree | string>

function put(tree: Tree, [key, ...rest]: readonly string[], type: string): void {
  if (key === undefined) return
  if (rest.length === 0) {
    tree.set(key, type)
    return
  }
  const below = tree.get(key)
  const inner: Tree = below instanceof Map ? below : new Map()
  tree.set(key, inner)
  put(inner, rest, type)
}

function treeText(tree: Tree): string {
  const entries = [...tree].map(
    ([key, inner]) => `${JSON.stringify(key)}: ${typeof inner === 'string' ? inner : treeText(inner)}`
  )
  return objectText(entries)
}

function objectText(entries: readonly string[]): string {
  return `{ ${[...entries, '[more: string]: any'].join('; ')} }`
}

export function typeText(value: Json, depth = 0): string {
  if (value === null || depth > DEEPEST) return 'any'
  if (Array.isArray(value)) return `${elementText(value.slice(0, MOST_ITEMS), depth + 1)}[]`
  if (!isObject(value)) return typeof value
  const entries = Object.entries(value).slice(0, MOST_KEYS)
  return objectText(entries.map(([key, inner]) => `${JSON.stringify(key)}: ${typeText(inner, depth + 1)}`))
}

/** One type for all items: objects are taken together, with what only some have as optional. */
function elementText(items: readonly Json[], depth: number): string {
  if (items.length === 0) return 'any'
  if (items.every(isObject)) return mergedText(items, depth)
  const types = [...new Set(items.map((item) => typeText(item, depth)))]
  return types.length === 1 ? (types[0] ?? 'any') : `(${types.join(' | ')})`
}

function mergedText(items: readonly JsonObject[], depth: number): string {
  const keys = [...new Set(items.flatMap((item) => Object.keys(item).slice(0, MOST_KEYS)))].slice(0, MOST_KEYS)
  const entries = keys.map((key) => {
    const values = items.filter((item) => Object.hasOwn(item, key)).map((item) => item[key] ?? null)
    return `${JSON.stringify(key)}${values.length < items.length ? '?' : ''}: ${elementText(values, depth + 1)}`
  })
  return objectText(entries)
}
