/**
 * A client of an npm registry, for reading.
 * https://github.com/npm/registry/blob/main/docs/REGISTRY-API.md and docs/responses/package-metadata.md
 */
import { Fault } from '@bellhop/sdk'
import { z } from 'zod'
import { PUBLIC_REGISTRY } from './public-registry.ts'
import type { Registry } from '../messages.ts'

const names = z.record(z.string(), z.string()).optional().catch(undefined)
const list = z
  .union([z.array(z.string()), z.string()])
  .optional()
  .catch(undefined)

const manifestSchema = z.object({
  version: z.string(),
  deprecated: z.unknown().optional(),
  dependencies: names,
  optionalDependencies: names,
  peerDependencies: names,
  peerDependenciesMeta: z
    .record(z.string(), z.object({ optional: z.boolean().optional() }))
    .optional()
    .catch(undefined),
  bundleDependencies: z
    .union([z.array(z.string()), z.boolean()])
    .optional()
    .catch(undefined),
  os: list,
  cpu: list,
  dist: z.object({ tarball: z.string(), integrity: z.string().optional(), shasum: z.string().optional() })
})
/** What a registry says of one version. */
export type Manifest = z.output<typeof manifestSchema>

const packumentSchema = z.object({
  'dist-tags': z.record(z.string(), z.string()).catch({}),
  versions: z.record(z.string(), z.unknown()).catch({})
})

/** What a registry says of a package. */
export interface Packument {
  tags: Readonly<Record<string, string>>
  versions: readonly string[]
  /** @throws Fault `registry_unreadable` */
  manifest(version: string): Manifest
}

const foundSchema = z.object({
  objects: z.array(
    z.object({ package: z.object({ name: z.string(), version: z.string(), description: z.string().optional() }) })
  )
})

/** Asks for the short form, which has all that installing needs. */
const SHORT = 'application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8'
const PATIENCE_MS = 30_000
const TRIES = 3
const MOST_REDIRECTS = 3

export class RegistryClient {
  readonly #registry: Registry
  readonly #metadataBytes: number

  constructor(registry: Registry, metadataBytes: number) {
    this.#registry = registry
    this.#metadataBytes = metadataBytes
  }

  /** Undefined where there is no such package. @throws Fault `registry_*` */
  async packument(name: string): Promise<Packument | undefined> {
    const url = new URL(name.replace('/', '%2f'), this.#registry.url)
    const body = await this.#get(url, SHORT, this.#metadataBytes)
    if (body === undefined) return undefined
    const read = packumentSchema.safeParse(parsed(body))
    if (!read.success) throw unreadable(name)
    const { versions } = read.data
    return {
      tags: read.data['dist-tags'],
      versions: Object.keys(versions),
      manifest(version) {
        const manifest = manifestSchema.safeParse(Object.hasOwn(versions, version) ? versions[version] : undefined)
        if (manifest.success) return manifest.data
        throw unreadable(`${name}@${version}`)
      }
    }
  }

  /** @throws Fault `registry_*`, among them that it is longer than `mostBytes` */
  async tarball(written: string, mostBytes: number): Promise<Buffer> {
    const body = await this.#get(this.#tarballUrl(written), '*/*', mostBytes)
    if (body === undefined) throw new Fault('registry_incomplete', 'the registry lists it, and has no archive of it')
    return body
  }

  /** https://github.com/npm/registry/blob/main/docs/REGISTRY-API.md#get-v1search */
  async search(text: string): Promise<z.output<typeof foundSchema>['objects']> {
    const url = new URL(`-/v1/search?size=50&text=${encodeURIComponent(text)}`, this.#registry.url)
    const body = await this.#get(url, 'application/json', this.#metadataBytes)
    const found = foundSchema.safeParse(body === undefined ? undefined : parsed(body))
    if (found.success) return found.data.objects
    throw new Fault('registry_unreadable', 'this registry does not answer to a search', {
      hint: 'Search where it shows its packages, and look at one with `bellhop components info <package>`.'
    })
  }

  /** Mirrors repeat the address of the public registry; an archive is taken from the registry that was asked. */
  #tarballUrl(written: string): URL {
    const registry = new URL(this.#registry.url)
    const url = URL.canParse(written) ? new URL(written) : undefined
    if (url?.origin === registry.origin) return url
    if (url?.origin === new URL(PUBLIC_REGISTRY).origin) return new URL(url.pathname.slice(1), registry.origin + '/')
    throw new Fault('registry_elsewhere', 'the registry says that its archive is on another host', {
      hint: 'Packages are taken from the registry alone.'
    })
  }

  /** The body of an answer; undefined for 404. */
  async #get(url: URL, accept: string, mostBytes: number): Promise<Buffer | undefined> {
    for (let tried = 1; ; tried += 1) {
      try {
        return await this.#getOnce(url, accept, mostBytes)
      } catch (error) {
        const again = error instanceof Fault ? error.retryable : true
        if (!again || tried === TRIES) throw error instanceof Fault ? error : unreachable(error)
        await new Promise((resolve) => setTimeout(resolve, 100 * 3 ** tried))
      }
    }
  }

  async #getOnce(first: URL, accept: string, mostBytes: number): Promise<Buffer | undefined> {
    const home = new URL(this.#registry.url).origin
    let url = first
    for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
      const { token } = this.#registry
      const authorization = token === undefined || url.origin !== home ? {} : { authorization: `Bearer ${token}` }
      const headers = { accept, 'user-agent': 'bellhop', ...authorization }
      const answer = await fetch(url, { headers, redirect: 'manual', signal: AbortSignal.timeout(PATIENCE_MS) })
      const location = answer.headers.get('location')
      if (answer.status >= 300 && answer.status < 400 && location !== null) {
        await answer.body?.cancel()
        url = redirected(location, url, home)
        continue
      }
      if (answer.ok) return await bodyOf(answer, mostBytes)
      await answer.body?.cancel()
      if (answer.status === 404) return undefined
      throw refused(answer.status)
    }
    throw new Fault('registry_unreadable', 'the registry sends its readers in a circle')
  }
}

/** Away from the registry only to where TLS says who answers. */
function redirected(location: string, from: URL, home: string): URL {
  const url = URL.canParse(location, from) ? new URL(location, from) : undefined
  if (url !== undefined && (url.origin === home || url.protocol === 'https:')) return url
  throw new Fault('registry_elsewhere', 'the registry sends its readers to an address that is not safe')
}

async function bodyOf(answer: Response, mostBytes: number): Promise<Buffer> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += part.byteLength
    if (bytes > mostBytes) {
      throw new Fault('package_too_large', `it is larger than ${mostBytes >> 20} MiB`, {
        hint: 'Import a smaller package that does the same.'
      })
    }
    parts.push(part)
  }
  return Buffer.concat(parts, bytes)
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    return undefined
  }
}

function unreadable(what: string): Fault {
  return new Fault('registry_unreadable', `what the registry says of ${what} cannot be read`)
}

function refused(status: number): Fault {
  if (status === 401 || status === 403) {
    return new Fault('registry_refused', `the registry refused to answer (${status})`, {
      hint: 'Put a token that may read into the file that BELLHOP_NPM_TOKEN_FILE names.'
    })
  }
  return new Fault('registry_unavailable', `the registry answered ${status}`, {
    retryable: status === 429 || status >= 500,
    hint: 'Deploy again in a while.'
  })
}

function unreachable(error: unknown): Fault {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? ` (${cause.code})` : ''
  return new Fault('registry_unreachable', `the registry cannot be reached${code}`, {
    hint: 'Check the network, or name another registry with BELLHOP_NPM_REGISTRY.'
  })
}
