/**
 * Which packages a build gets. Level by level from what the steps import: a package that is there already is taken again
 * where it fits, so that there are few; what a package gets for a name is written down, and nothing else decides later.
 */
import { Fault } from '@bellhop/sdk'
import semver from 'semver'
import { LIMITS } from '../limits.ts'
import type { Lock } from '../lock.ts'
import type { BuildProblem, Wanted } from '../messages.ts'
import { wanted as keyOf } from '../specifier.ts'
import { pickVersion, readDependency } from './dependency.ts'
import type { Manifest, Packument } from './registry.ts'

/** A package that was chosen, and where its archive is. */
export interface Chosen {
  id: string
  dist: Manifest['dist']
  /** Names of what it needs, and what they are here. */
  dependencies: Record<string, string>
}

export interface Graph {
  wanted: Record<string, string>
  chosen: ReadonlyMap<string, Chosen>
  shared: Lock['shared']
}

/** One name that somebody imports. */
interface Edge {
  /** Who: undefined for the steps. */
  from: Chosen | undefined
  name: string
  spec: string
  /** The build may go on without it. */
  optional: boolean
  /** What a step wanted that led here. */
  root: string
  /** How it led here: `a@1.0.0 → b@2.0.0`. */
  way: string
}

const NO_VERSION = 'has no such version'

/** Thrown inside this module only: what is wrong with an edge. */
class Unfit extends Error {
  readonly expected: string | undefined
  constructor(message: string, expected?: string) {
    super(message)
    this.expected = expected
  }
}

/** @returns every package, or everything that is wrong with what was wanted. @throws Fault `registry_*`, `too_many_packages` */
export async function resolveGraph(
  wanted: readonly Wanted[],
  packument: (name: string) => Promise<Packument | undefined>
): Promise<Graph | { problems: BuildProblem[] }> {
  const resolver = new Resolver(packument)
  const roots = wanted.map(({ name, range }): Edge => {
    const root = keyOf(name, range)
    return { from: undefined, name, spec: range, optional: false, root, way: '' }
  })
  await resolver.walk(roots)
  const { problems, wanted: got, chosen, shared } = resolver
  return problems.length > 0 ? { problems } : { wanted: got, chosen, shared }
}

class Resolver {
  readonly wanted: Record<string, string> = {}
  readonly chosen = new Map<string, Chosen>()
  readonly shared: Record<string, string> = {}
  readonly problems: BuildProblem[] = []
  readonly #packument: (name: string) => Promise<Packument | undefined>
  readonly #versions = new Map<string, string[]>()

  constructor(packument: (name: string) => Promise<Packument | undefined>) {
    this.#packument = packument
  }

  /** What packages expect others to bring (peers) comes last, so that what was brought is found. */
  async walk(edges: readonly Edge[]): Promise<void> {
    let level = edges
    let peers: Edge[] = []
    while (level.length > 0 || peers.length > 0) {
      if (level.length === 0) {
        level = peers
        peers = []
      }
      await Promise.all([...new Set(level.flatMap(registryName))].map(this.#packument))
      const next: Edge[] = []
      for (const edge of level) {
        const added = await this.#follow(edge)
        if (added === undefined) continue
        next.push(...ordinary(added.chosen, added.manifest, edge))
        peers.push(...peersOf(added.chosen, added.manifest, edge))
      }
      level = next
    }
  }

  /** Gives an edge its package. Returns it where it is a new one. */
  async #follow(edge: Edge): Promise<{ chosen: Chosen; manifest: Manifest } | undefined> {
    try {
      const dependency = readDependency(edge.name, edge.spec)
      if ('refused' in dependency)
        throw new Unfit(`is from ${dependency.refused}`, 'a package of the registry, by version or range')
      const there = this.#fitting(dependency)
      if (there !== undefined) {
        this.#point(edge, there)
        return undefined
      }
      const found = await this.#pick(dependency)
      const id = `${dependency.name}@${found.version}`
      const known = this.chosen.has(id)
      if (!known && edge.optional && !runsHere(found)) return undefined
      this.#point(edge, id)
      return known ? undefined : { chosen: this.#add(dependency.name, id, found), manifest: found }
    } catch (error) {
      if (!(error instanceof Unfit)) throw error
      // What is refused is refused wherever it stands; what is only missing may be optional.
      if (!edge.optional || error.message.startsWith('is from')) this.#tell(edge, error)
      return undefined
    }
  }

  #add(name: string, id: string, { version, dist }: Manifest): Chosen {
    if (this.chosen.size >= LIMITS.packages) {
      throw new Fault('too_many_packages', `the code needs more than ${LIMITS.packages} packages`, {
        hint: 'Import a smaller package that does the same.'
      })
    }
    const chosen: Chosen = { id, dist, dependencies: {} }
    this.chosen.set(id, chosen)
    this.#versions.set(name, [...(this.#versions.get(name) ?? []), version])
    return chosen
  }

  /** The highest of the chosen versions that fits. A tag means what the registry says, whatever is there. */
  #fitting({ name, range }: { name: string; range: string }): string | undefined {
    if (range === '' || semver.validRange(range) === null) return undefined
    const [version] = semver.rsort((this.#versions.get(name) ?? []).filter((there) => semver.satisfies(there, range)))
    return version === undefined ? undefined : `${name}@${version}`
  }

  async #pick({ name, range }: { name: string; range: string }): Promise<Manifest> {
    const packument = await this.#packument(name)
    if (packument === undefined) throw new Unfit('is not in the registry')
    const { tags, versions } = packument
    const deprecated = (version: string): boolean => {
      const { deprecated: said } = packument.manifest(version)
      return said !== undefined && said !== false && said !== ''
    }
    const version = pickVersion(range, { tags, versions, deprecated })
    if (version !== undefined) return packument.manifest(version)
    const latest = tags['latest']
    throw new Unfit(NO_VERSION, latest === undefined ? undefined : `its newest version, ${name}@${latest}, or a range`)
  }

  #point({ from, name, root }: Edge, id: string): void {
    if (from === undefined) this.wanted[root] = id
    else from.dependencies[name] = id
    if (!Object.hasOwn(this.shared, name)) this.shared[name] = id
  }

  #tell({ from, name, spec, root, way }: Edge, { message, expected }: Unfit): void {
    // What is refused may be an address with a credential in it; what has no versions needs none.
    const what = message === NO_VERSION ? `${name}@${spec}` : name
    const whose = from === undefined ? '' : `, which ${way} needs,`
    this.problems.push({
      wanted: root,
      message: `the package \`${what}\`${whose} ${message}`,
      ...(expected === undefined || from !== undefined ? {} : { expected })
    })
  }
}

function registryName({ name, spec }: Edge): string[] {
  const dependency = readDependency(name, spec)
  return 'refused' in dependency ? [] : [dependency.name]
}

/** What a package brings along itself, in its own archive, is not asked of the registry. */
function ordinary(from: Chosen, manifest: Manifest, { root, way }: Edge): Edge[] {
  const { dependencies = {}, optionalDependencies = {}, bundleDependencies: bundled = [] } = manifest
  const brought = (name: string): boolean => (Array.isArray(bundled) ? bundled.includes(name) : bundled)
  const edges = Object.entries({ ...dependencies, ...optionalDependencies }).filter(([name]) => !brought(name))
  return edges.map(([name, spec]) => ({
    from,
    name,
    spec,
    optional: Object.hasOwn(optionalDependencies, name),
    root,
    way: wayTo(way, from)
  }))
}

function peersOf(
  from: Chosen,
  { dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} }: Manifest,
  { root, way }: Edge
): Edge[] {
  return Object.entries(peerDependencies)
    .filter(([name]) => !Object.hasOwn(dependencies, name) && peerDependenciesMeta[name]?.optional !== true)
    .map(([name, spec]) => ({ from, name, spec, optional: false, root, way: wayTo(way, from) }))
}

function wayTo(way: string, { id }: Chosen): string {
  return way === '' ? `\`${id}\`` : `${way} → \`${id}\``
}

/** https://docs.npmjs.com/cli/configuring-npm/package-json#os */
function runsHere({ os, cpu }: Manifest): boolean {
  return fits(os, process.platform) && fits(cpu, process.arch)
}

function fits(listed: string | string[] | undefined, here: string): boolean {
  const names = listed === undefined ? [] : [listed].flat()
  if (names.includes(`!${here}`)) return false
  const allowed = names.filter((name) => !name.startsWith('!'))
  return allowed.length === 0 || allowed.includes('any') || allowed.includes(here)
}
