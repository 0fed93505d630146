/**
 * A process that asks a registry which packages there are, and fetches their archives. It may reach the network and the
 * folder of archives; no file of the data directory besides, no configuration of npm's, no environment, no process (I7).
 * Nothing that it fetches is run, or unpacked.
 */
import { Fault } from '@bellhop/sdk'
import semver from 'semver'
import { LIMITS } from '../limits.ts'
import type { Lock } from '../lock.ts'
import type { BuildProblem, InstallRequest, SearchRequest } from '../messages.ts'
import { serve, tell } from '../served.ts'
import { wanted as keyOf } from '../specifier.ts'
import { fetchAll } from './fetching.ts'
import { resolveGraph } from './graph.ts'
import { RegistryClient, type Packument } from './registry.ts'
import { Tarballs } from './tarballs.ts'

type Request = InstallRequest | SearchRequest

serve((asked) => {
  const request = asked as Request
  return 'search' in request ? search(request) : install(request)
})

async function search({ registry, search: words }: SearchRequest): Promise<object> {
  const found = await new RegistryClient(registry, LIMITS.metadataBytes).search(words)
  const packages = found.map(({ package: { name, version, description = '' } }) => ({ name, version, description }))
  return { packages }
}

async function install(request: InstallRequest): Promise<{ lock: Lock } | { problems: BuildProblem[] }> {
  const { registry, before, cache, wanted } = request
  const tarballs = new Tarballs(cache)
  if (before !== undefined && asBefore(wanted, before) && isWhole(before, tarballs)) {
    tell('every package is here already')
    return { lock: before }
  }
  const client = new RegistryClient(registry, LIMITS.metadataBytes)
  try {
    return await fromRegistry(request, client, tarballs)
  } catch (error) {
    const gone = error instanceof Fault && error.code === 'registry_unreachable'
    if (!gone || before === undefined || !covers(wanted, before) || !isWhole(before, tarballs)) throw error
    tell('the registry cannot be reached: the packages of the version before are used')
    return { lock: before }
  }
}

async function fromRegistry({ wanted }: InstallRequest, client: RegistryClient, tarballs: Tarballs) {
  const names = wanted.map(({ name, range }) => (range === '' ? name : `${name}@${range}`))
  tell(`looking up ${names.join(', ')}`)
  const graph = await resolveGraph(
    wanted,
    once((name) => client.packument(name))
  )
  if ('problems' in graph) return graph
  const integrities = await fetchAll([...graph.chosen.values()], client, tarballs)
  const packages = [...graph.chosen].map(([id, { dependencies }]) => {
    return [id, { integrity: integrities.get(id) ?? '', dependencies }] as const
  })
  return { lock: { wanted: graph.wanted, packages: Object.fromEntries(packages), shared: graph.shared } }
}

/** Each package is asked for once in a build. */
function once(ask: (name: string) => Promise<Packument | undefined>): typeof ask {
  const asked = new Map<string, ReturnType<typeof ask>>()
  return (name) => {
    const there = asked.get(name) ?? ask(name)
    asked.set(name, there)
    return there
  }
}

/** Whether nothing would be asked anew: the same ranges, none of which means whatever is newest. */
function asBefore(wanted: InstallRequest['wanted'], before: Lock): boolean {
  const pinned = wanted.every(({ range }) => range !== '' && semver.validRange(range) !== null)
  return pinned && covers(wanted, before) && Object.keys(before.wanted).length === wanted.length
}

function covers(wanted: InstallRequest['wanted'], before: Lock): boolean {
  return wanted.every(({ name, range }) => Object.hasOwn(before.wanted, keyOf(name, range)))
}

function isWhole(lock: Lock, tarballs: Tarballs): boolean {
  return Object.values(lock.packages).every(({ integrity }) => tarballs.read(integrity) !== undefined)
}
