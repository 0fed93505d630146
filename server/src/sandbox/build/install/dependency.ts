/** What a package may depend on: other packages of the registry, and nothing else. */
import semver from 'semver'
import { isRange, readSpecifier } from '../specifier.ts'

/** A dependency as a package declares it, read. */
export type Dependency = { name: string; range: string } | { refused: string }

/**
 * Reads `"name": "spec"` of a package's dependencies. `npm:other@^1` is another package of the registry under this name.
 * https://docs.npmjs.com/cli/configuring-npm/package-json#dependencies
 */
export function readDependency(name: string, spec: string): Dependency {
  const text = spec.trim()
  if (text.startsWith('npm:')) {
    const alias = readSpecifier(text.slice(4))
    return alias === undefined || alias.subpath !== ''
      ? { refused: 'an alias of no package' }
      : read(alias.name, alias.range)
  }
  return read(name, text)
}

function read(name: string, range: string): Dependency {
  const known = readSpecifier(name)
  if (known?.name !== name) return { refused: 'no package of a registry' }
  if (range === '' || isRange(range)) return { name, range }
  return { refused: kindOf(range) }
}

/** What it is instead. The text itself may hold a credential (`https://user:token@…`), so it is not repeated. */
function kindOf(spec: string): string {
  if (/^(?:file|link|portal|workspace):|^(?:\.{0,2}|~)\//i.test(spec)) return 'a path on this machine'
  if (/^git[+:@]|\.git(?:#|$)|^(?:github|gitlab|bitbucket|gist):|^[^/:@\s]+\/[^/\s]+$|^ssh:/i.test(spec))
    return 'a git repository'
  if (/^https?:/i.test(spec)) return 'an archive at some address'
  return 'neither a version nor a range'
}

/** The version that a range means: the newest tagged one if it fits, else the highest that is not deprecated, as npm does. */
export function pickVersion(
  range: string,
  {
    tags,
    versions,
    deprecated
  }: { tags: Readonly<Record<string, string>>; versions: readonly string[]; deprecated: (version: string) => boolean }
): string | undefined {
  const latest = tags['latest']
  if (range !== '' && semver.validRange(range) === null) {
    const tagged = Object.hasOwn(tags, range) ? tags[range] : undefined
    return tagged !== undefined && versions.includes(tagged) ? tagged : undefined
  }
  if (
    latest !== undefined &&
    versions.includes(latest) &&
    (range === '' || range === '*' || semver.satisfies(latest, range)) &&
    !deprecated(latest)
  )
    return latest
  const wanted = range === '' ? '*' : range
  const fitting = versions.filter((version) => semver.valid(version) !== null && semver.satisfies(version, wanted))
  const kept = fitting.filter((version) => !deprecated(version))
  const [highest] = semver.rsort(kept.length > 0 ? kept : fitting)
  return highest ?? (wanted === '*' ? latest : undefined)
}
