/**
 * `exports` and `imports` of a package: what a name stands for under the conditions of an import.
 * https://nodejs.org/api/esm.html#resolution-algorithm-specification (PACKAGE_EXPORTS_RESOLVE and what it uses)
 */

/** A target; null where the package says that there is none, undefined where it says nothing. */
type Target = string | null | undefined

/** Conditions of this Node; the first key that matches in the package's own order wins. */
const SHARED_CONDITIONS = ['node', 'node-addons', 'module-sync', 'default']
const IMPORT = new Set([...SHARED_CONDITIONS, 'import'])
const REQUIRE = new Set([...SHARED_CONDITIONS, 'require'])

export function conditionsOf(required: boolean): ReadonlySet<string> {
  return required ? REQUIRE : IMPORT
}

/** @param subpath `.` or `./x` */
export function exported(exports: unknown, subpath: string, conditions: ReadonlySet<string>): Target {
  const entries = asObject(exports)
  const byPath = entries !== undefined && Object.keys(entries).some((key) => key.startsWith('.'))
  return matched(byPath ? entries : { '.': exports }, subpath, conditions)
}

/** @param name `#x` */
export function imported(imports: unknown, name: string, conditions: ReadonlySet<string>): Target {
  const entries = asObject(imports)
  return entries === undefined ? undefined : matched(entries, name, conditions)
}

function matched(entries: Readonly<Record<string, unknown>>, key: string, conditions: ReadonlySet<string>): Target {
  if (Object.hasOwn(entries, key) && !key.includes('*') && !key.endsWith('/'))
    return target(entries[key], '', conditions)
  const pattern = Object.keys(entries)
    .filter((each) => fits(each, key))
    .toSorted(moreSpecific)[0]
  if (pattern === undefined) return undefined
  const star = starOf(pattern)
  return target(entries[pattern], key.slice(star, key.length - (pattern.length - star - 1)), conditions)
}

/** A folder (`./x/`) is a pattern whose star stands at its end; Node had that up to version 16, and packages have it still. */
function starOf(pattern: string): number {
  return pattern.endsWith('/') ? pattern.length : pattern.indexOf('*')
}

function fits(pattern: string, key: string): boolean {
  const star = starOf(pattern)
  if (star < 0) return false
  const end = pattern.slice(star + 1)
  return key.startsWith(pattern.slice(0, star)) && key.endsWith(end) && key.length > star + end.length
}

/** PATTERN_KEY_COMPARE */
function moreSpecific(a: string, b: string): number {
  return starOf(b) - starOf(a) || b.length - a.length
}

function target(value: unknown, star: string, conditions: ReadonlySet<string>): Target {
  if (typeof value === 'string') return value.endsWith('/') ? value + star : value.replaceAll('*', () => star)
  if (value === null) return null
  if (Array.isArray(value)) return firstOf(value.map((each) => () => target(each, star, conditions)))
  const entries = Object.entries(asObject(value) ?? {}).filter(([condition]) => conditions.has(condition))
  return firstOf(
    entries.map(
      ([, each]) =>
        () =>
          target(each, star, conditions)
    )
  )
}

function firstOf(choices: readonly (() => Target)[]): Target {
  for (const choose of choices) {
    const chosen = choose()
    if (chosen !== undefined) return chosen
  }
  return undefined
}

function asObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined
}
