/** The packages of a lock, read out of their archives. Each file that is read comes from an archive with the lock's hash. */
import { posix } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { Fault } from '@bellhop/sdk'
import { Tarballs } from '../install/tarballs.ts'
import { LIMITS } from '../limits.ts'
import type { Lock } from '../lock.ts'
import { readTar } from './tar.ts'

/** A package's own description, as far as resolving needs it; whatever it says is foreign. */
export type PackageJson = Readonly<Record<string, unknown>>

export interface Package {
  id: string
  name: string
  json: PackageJson
  /** By path within the package. */
  files: ReadonlyMap<string, Buffer>
}

/** A file of a package. */
export interface PackageFile {
  in: Package
  path: string
}

export class Packages {
  readonly #lock: Lock
  readonly #tarballs: Tarballs
  readonly #open = new Map<string, Package>()

  constructor(lock: Lock, cache: string) {
    this.#lock = lock
    this.#tarballs = new Tarballs(cache)
  }

  /** @throws Fault `package_damaged`, `package_missing` */
  open(id: string): Package {
    const open = this.#open.get(id) ?? this.#read(id)
    this.#open.set(id, open)
    return open
  }

  /** What a step gets for what it wants (`axios@^1`). */
  wantedBy(key: string): Package | undefined {
    return this.#byId(own(this.#lock.wanted, key))
  }

  /** What a package gets for a name. One that it does not declare is found where packages find such: in what all share. */
  neededBy({ id }: Package, name: string): Package | undefined {
    return this.#byId(own(this.#lock.packages[id]?.dependencies, name) ?? own(this.#lock.shared, name))
  }

  #byId(id: string | undefined): Package | undefined {
    return id === undefined ? undefined : this.open(id)
  }

  #read(id: string): Package {
    const locked = own(this.#lock.packages, id)
    const bytes = locked && this.#tarballs.read(locked.integrity)
    if (bytes === undefined) {
      throw new Fault('package_missing', `the archive of \`${id}\` is not there any more`, { hint: 'Deploy again.' })
    }
    try {
      const files = readTar(gunzipSync(bytes, { maxOutputLength: LIMITS.unpackedBytes }))
      return { id, name: id.slice(0, id.lastIndexOf('@')), json: jsonOf(files.get('package.json')), files }
    } catch (error) {
      const why = error instanceof Error ? error.message : 'it is no archive'
      throw new Fault('package_damaged', `the archive of \`${id}\` cannot be read: ${why}`, {
        hint: 'Use another version of the package.'
      })
    }
  }
}

function own<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined
}

function jsonOf(bytes: Buffer | undefined): PackageJson {
  try {
    const json: unknown = JSON.parse(bytes?.toString().replace(/^\u{feff}/u, '') ?? '{}')
    return typeof json === 'object' && json !== null ? (json as PackageJson) : {}
  } catch {
    return {}
  }
}

/** The `package.json` nearest to a file, which says what its `.js` files are. */
export function nearestJson({ in: { files, json }, path }: PackageFile): PackageJson {
  for (let folder = posix.dirname(path); folder !== '.'; folder = posix.dirname(folder)) {
    const bytes = files.get(`${folder}/package.json`)
    if (bytes !== undefined) return jsonOf(bytes)
  }
  return json
}
