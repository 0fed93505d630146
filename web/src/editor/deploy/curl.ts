/** A call of a workflow to begin with, from what its steps read of the event. */
import { parsePath } from '../../values/paths.ts'
import type { Json, JsonObject } from '../../values/json.ts'

/** An expression may go on behind it. */
const OF_EVENT = /^steps\.trigger\.event(?:\.[\w$]+|\[\d+\]|\["(?:[^"\\]|\\.)*"\]|\['[^']*'\])*/

/**
 * @param references as they stand between the braces
 * @param token whether callers prove themselves; the token itself is not written out
 */
export function curlFor(url: string, references: readonly string[], token: boolean): string {
  const paths = references.flatMap((reference) => {
    const path = parsePath(OF_EVENT.exec(reference.trim())?.[0] ?? '')
    return path === undefined ? [] : [path.slice(3)]
  })
  const headers = namesBelow(paths, 'headers').filter((name) => !OWN.has(name))
  const query = namesBelow(paths, 'query')
  const body = paths.filter(([first, ...rest]) => first === 'body' && rest.length > 0).map((path) => path.slice(1))
  const search = query.length === 0 ? '' : `?${query.map((name) => `${encodeURIComponent(name)}=…`).join('&')}`
  return [
    `curl ${quote(`${url}${search}`)}`,
    ...(token ? [`-H "authorization: Bearer $TOKEN"`] : []),
    ...headers.map((name) => `-H ${quote(`${name}: …`)}`),
    ...(body.length === 0
      ? []
      : ["-H 'content-type: application/json'", `-d ${quote(JSON.stringify(body.reduce<JsonObject>(withPath, {})))}`])
  ].join(' \\\n  ')
}

/** Headers that every caller sends. */
const OWN = new Set(['host', 'content-type', 'content-length', 'user-agent', 'accept', 'authorization'])

function namesBelow(paths: readonly (readonly (string | number)[])[], part: string): string[] {
  return [...new Set(paths.flatMap(([first, name]) => (first === part && typeof name === 'string' ? [name] : [])))]
}

/** An object with a place for a value at a path as well. */
function withPath(object: JsonObject, [key, ...rest]: readonly (string | number)[]): JsonObject {
  if (typeof key !== 'string') return object
  const there = Object.hasOwn(object, key) ? object[key] : undefined
  return { ...object, [key]: valueFor(there, rest) }
}

function valueFor(there: Json | undefined, [key, ...rest]: readonly (string | number)[]): Json {
  if (key === undefined) return there ?? '…'
  if (typeof key === 'number') return [valueFor(Array.isArray(there) ? there[0] : undefined, rest)]
  const object = typeof there === 'object' && there !== null && !Array.isArray(there) ? there : {}
  return withPath(object, [key, ...rest])
}

/** For a POSIX shell. */
function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
