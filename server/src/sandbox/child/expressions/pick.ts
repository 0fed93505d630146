import type { Json } from '@bellhop/sdk'

type Path = readonly (string | number)[]
/** Where paths go on; `null`: everything below is wanted. */
type Wanted = Map<string, Wanted> | null

/**
 * The parts of a value that stand at paths, in their places; lists have null where nothing is wanted. A path that meets
 * text, a number or nothing takes that. Follows own keys only, so that no path reaches a prototype.
 */
export function pick(data: Json, paths: readonly Path[]): Json {
  const wanted: Wanted = new Map()
  for (const path of paths) if (want(wanted, path)) return data
  return part(data, wanted)
}

/** Notes a path; true where that is everything. */
function want(wanted: Map<string, Wanted>, path: Path): boolean {
  let at = wanted
  for (const [index, key] of path.entries()) {
    const name = String(key)
    const next = at.get(name)
    if (next === null) return false
    if (index === path.length - 1) at.set(name, null)
    else if (next !== undefined) at = next
    else {
      const below = new Map<string, Wanted>()
      at.set(name, below)
      at = below
    }
  }
  return path.length === 0
}

function part(value: Json, wanted: Wanted): Json {
  if (wanted === null || typeof value !== 'object' || value === null) return value
  const found: [string, Json][] = []
  for (const [key, below] of wanted) {
    if (key === '__proto__' || !Object.hasOwn(value, key)) continue
    found.push([key, part((value as { [key: string]: Json })[key] ?? null, below)])
  }
  if (!Array.isArray(value)) return Object.fromEntries(found)
  const list: Json[] = Array.from({ length: value.length }, () => null)
  for (const [key, inner] of found) if (key !== 'length') list[Number(key)] = inner
  return list
}
