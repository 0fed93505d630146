/** The secrets of one Vault by path, whatever engine serves it. */
import { Fault, type JsonObject } from '@bellhop/sdk'
import { badInput } from '../faults.ts'
import type { Asking, Reading } from '../store.ts'
import type { VaultClient } from './client.ts'
import { DynamicSecrets } from './dynamic.ts'
import { listKv, readKv, writeKv, type KvWrite } from './kv.ts'
import { Mounts, type Mount } from './mounts.ts'
import { checkPath, shown, type Segments } from './path.ts'

/** A reading, with what KV version 2 knows of it. */
interface Found extends Reading {
  metadata: JsonObject
}

export class VaultSecrets {
  readonly #client: VaultClient
  readonly #now: () => number
  readonly #mounts: Mounts
  readonly #dynamic: DynamicSecrets

  constructor(client: VaultClient, now: () => number) {
    this.#client = client
    this.#now = now
    this.#mounts = new Mounts(client, now)
    this.#dynamic = new DynamicSecrets(client, now)
  }

  /** What serves a path. @throws Fault `store_path_missing` for one that cannot be, and those of `Mounts.find` */
  mountOf(path: Segments, signal: AbortSignal): Promise<Mount> {
    checkPath(path)
    return this.#mounts.find(path, signal)
  }

  /** @throws Fault `store_*`, `nostore_cannot_lease` */
  async read(path: Segments, version: string | undefined, asking: Pick<Asking, 'holding' | 'signal'>): Promise<Found> {
    const mount = await this.mountOf(path, asking.signal)
    if (mount.engine !== 'dynamic') {
      return this.#fresh(mount, () => this.#readKept(mount, path, version, asking.signal))
    }
    if (version !== undefined) throw badInput('version', `is for KV version 2, and ${shown(mount.at)}/ is not KV`)
    return { ...(await this.#dynamic.read(path, asking)), metadata: {} }
  }

  /** @throws Fault `store_*` */
  async list(path: Segments, signal: AbortSignal): Promise<string[]> {
    const mount = await this.mountOf(path, signal)
    return this.#fresh(mount, () => listKv(this.#client, { mount, path }, signal))
  }

  /** @throws Fault `store_*` */
  async write(path: Segments, written: KvWrite, signal: AbortSignal): Promise<JsonObject> {
    const mount = await this.mountOf(path, signal)
    if (mount.engine === 'dynamic') throw badInput('path', `is at ${shown(mount.at)}/, which is no KV engine`)
    return this.#fresh(mount, () => writeKv(this.#client, { mount, path }, written, signal))
  }

  async #readKept(mount: Mount, path: Segments, version: string | undefined, signal: AbortSignal): Promise<Found> {
    const asked = { signal, now: this.#now() }
    const { data, metadata, expiresAt } = await readKv(this.#client, { mount, path }, version, asked)
    return { fields: data, metadata, ...(expiresAt === undefined ? {} : { expiresAt }) }
  }

  /** What is missing may be so because the mount has become another engine. */
  async #fresh<T>(mount: Mount, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (error instanceof Fault && error.code === 'store_path_missing') this.#mounts.forget(mount)
      throw error
    }
  }
}
