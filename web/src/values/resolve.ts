/** What a path leads to in the samples of a scope, or what is there instead. */
import { distance } from 'fastest-levenshtein'
import { lockOf } from './copying.ts'
import { isObject, type Json } from './json.ts'
import { parsePath, pathText, type Key } from './paths.ts'
import type { Scope, Source } from './scope.ts'

export type Resolution =
  | { kind: 'found'; value: Json; source: Source }
  /** Nothing is known that could tell. */
  | { kind: 'unknown'; why: string; source?: Source }
  /** It leads nowhere; `suggestion` is the whole path that was probably meant. No source: nothing begins like it. */
  | { kind: 'missing'; message: string; suggestion?: string; source?: Source }

/** Follows a path, its root first, through the sample of the source that it begins with. */
export function resolve(scope: Scope, keys: readonly Key[]): Resolution {
  const source = sourceOf(scope, keys)
  if (source === undefined) return sourceless(scope, keys)
  if (source.sample === undefined) return { kind: 'unknown', why: `There is no sample of ${source.label} yet.`, source }
  const base = (parsePath(source.path) ?? []).length
  return follow(source, source.sample, keys, base)
}

/** The names that a path may begin with besides `steps` and `env`. */
export function itemsOf(scope: Scope): string[] {
  const roots = scope.map(({ path }) => String(parsePath(path)?.[0]))
  return roots.filter((root) => root !== 'steps' && root !== 'env')
}

/** The source whose path is the longest beginning of these keys. */
function sourceOf(scope: Scope, keys: readonly Key[]): Source | undefined {
  let best: Source | undefined
  let most = 0
  for (const source of scope) {
    const own = parsePath(source.path) ?? []
    if (own.length <= most || own.length > keys.length || !own.every((key, index) => key === keys[index])) continue
    best = source
    most = own.length
  }
  return best
}

function sourceless(scope: Scope, keys: readonly Key[]): Resolution {
  const [root, name, part] = keys
  const within = (source: Source): boolean => keys.every((key, index) => parsePath(source.path)?.[index] === key)
  if (scope.some(within) || (name === 'trigger' && part === 'context')) {
    return { kind: 'unknown', why: 'There is no sample of it.' }
  }
  if (root !== 'steps') return { kind: 'missing', message: `There is no \`${String(root)}\` here.` }
  const names = [...new Set(scope.flatMap(({ path }) => parsePath(path)?.slice(1, 2) ?? []).map(String))]
  const meant = closest(String(name), names)
  const said = names.includes(String(name))
    ? `The step \`${String(name)}\` has no \`${String(part)}\` here.`
    : `No step called \`${String(name)}\` runs before this one.`
  const there = names.length === 0 ? '' : ` There ${names.length === 1 ? 'is' : 'are'} ${listed(names)}.`
  return {
    kind: 'missing',
    message: said + there,
    ...(meant === undefined || meant === name ? {} : { suggestion: pathText('steps', [meant, ...keys.slice(2)]) })
  }
}

function follow(source: Source, sample: Json, keys: readonly Key[], from: number): Resolution {
  let value = sample
  for (let at = from; at < keys.length; at += 1) {
    const key = keys[at] ?? ''
    const inner = childOf(value, key)
    if (inner === undefined) return { ...missing(value, keys, at), source }
    value = inner
  }
  return { kind: 'found', value, source }
}

/** Own keys only, and the length of a list, as the server follows them. */
function childOf(value: Json, key: Key): Json | undefined {
  if (typeof value !== 'object' || value === null || key === '__proto__' || !Object.hasOwn(value, key)) return undefined
  return (value as { [key: Key]: Json })[key]
}

function missing(value: Json, keys: readonly Key[], at: number): Resolution {
  const key = keys[at] ?? ''
  const parent = `\`${String(keys[at - 1])}\``
  const instead = (other: Key): { suggestion: string } => ({
    suggestion: pathText(String(keys[0]), [...keys.slice(1, at), other, ...keys.slice(at + 1)])
  })
  if (Array.isArray(value)) {
    const count = value.length === 1 ? '1 item' : `${value.length} items`
    if (typeof key === 'number') {
      const last = value.length - 1
      return { kind: 'missing', message: `${parent} is a list of ${count}.`, ...(last < 0 ? {} : instead(last)) }
    }
    const [first] = value
    const inItem = isObject(first) && Object.hasOwn(first, key)
    const message = `${parent} is a list of ${count}: choose one by its place, from 0 on.`
    const suggestion = pathText(String(keys[0]), [...keys.slice(1, at), 0, ...keys.slice(at)])
    return { kind: 'missing', message, ...(inItem ? { suggestion } : {}) }
  }
  if (isObject(value)) {
    const names = Object.keys(value)
    const meant = closest(String(key), names)
    const has = names.length === 0 ? 'is empty' : `has ${listed(names, meant)}`
    return {
      kind: 'missing',
      message: `There is no \`${String(key)}\` in the sample: ${parent} ${has}.`,
      ...(meant === undefined ? {} : instead(meant))
    }
  }
  const lock = lockOf(value)
  const what = lock !== undefined ? `the secret ${lock}` : value === null ? 'null' : `a ${kind(value)}`
  return { kind: 'missing', message: `${parent} is ${what}: there is nothing inside of it.` }
}

function kind(value: string | number | boolean): string {
  return typeof value === 'string' ? 'text' : typeof value === 'number' ? 'number' : 'true/false value'
}

const MOST_LISTED = 6

function listed(names: readonly string[], first?: string): string {
  const sorted = first === undefined ? names : [first, ...names.filter((name) => name !== first)]
  const shown = sorted.slice(0, MOST_LISTED).map((name) => `\`${name}\``)
  const rest = sorted.length - shown.length
  if (rest > 0) return `${shown.join(', ')} and ${rest} more`
  const last = shown.pop() ?? ''
  return shown.length === 0 ? last : `${shown.join(', ')} and ${last}`
}

const plain = (word: string): string => word.toLowerCase().replace(/[-_ ]/g, '')

/** The name that was probably meant: the same but for case and separators, or a third of its letters away. */
function closest(word: string, names: readonly string[]): string | undefined {
  let best: string | undefined
  let least = Math.max(1, Math.floor(word.length / 3)) + 1
  for (const name of names.slice(0, 1_000)) {
    const far = plain(name) === plain(word) ? 0 : distance(name.slice(0, 100), word.slice(0, 100))
    if (far >= least) continue
    best = name
    least = far
  }
  return best
}
