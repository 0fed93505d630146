/**
 * One server with everything around it, for judging what it lets out: its data directory, a home and a folder for
 * temporary files of its own, the vendor stand-in, a stranger, an npm registry without packages, and stores of every kind.
 * Owns all of it; `close` leaves nothing behind.
 */
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startVendor, type Vendor } from '../../examples/vendor/vendor.ts'
import { startRegistry, type StandInRegistry } from '../../server/src/sandbox/build/testing/registry.ts'
import { ServerProcess, type ServerSettings } from '../support/server-process.ts'
import type { Database } from './databases/database.ts'
import { Sqlite } from './databases/sqlite.ts'
import { Files } from './judge/files.ts'
import { SECRET_FILES } from './judge/manifest.ts'
import { startStranger, type Stranger } from './stage/stranger.ts'
import type { Secret } from './stage/secrets.ts'
import { StoreHouse } from './stage/stores/store-house.ts'
import { AdminClient } from './stage/wire.ts'

/** What is around a server. */
interface Surroundings {
  database: Database
  vendor: Vendor
  stranger: Stranger
  stores: StoreHouse
  /** It answers at once; one that does not is asked again and again. */
  registry: StandInRegistry
}

export interface HouseSettings extends Pick<ServerSettings, 'nodeArgs' | 'args'> {
  /** Opens what the server keeps its rows in; in its data directory by default. */
  openDatabase?: () => Promise<Database>
}

export class House {
  readonly data: string
  readonly database: Database
  readonly vendor: Vendor
  readonly stranger: Stranger
  readonly stores: StoreHouse
  readonly registry: StandInRegistry
  /** Everything that the server could have written to a disk. */
  readonly files: Files
  readonly #root: string
  readonly #settings: ServerSettings
  #server: ServerProcess
  #admin: AdminClient

  /** @param settings for a server that is not as it should be, or stands on something else */
  static async open({ openDatabase, ...settings }: HouseSettings = {}): Promise<House> {
    const root = await mkdtemp(join(tmpdir(), 'bellhop-leaks-'))
    const around = {
      database: (await openDatabase?.()) ?? new Sqlite(dataIn(root)),
      vendor: await startVendor({ anyone: true, keepCalls: 1_000 }),
      stranger: await startStranger(),
      stores: await StoreHouse.open(root),
      registry: await startRegistry()
    }
    const started = { ...settings, ...settingsOf(root, around) }
    try {
      await mkdir(join(root, 'home'))
      const house = new House(root, around, started, await ServerProcess.start(started))
      await around.database.ready()
      await house.#addStores()
      return house
    } catch (error) {
      await leave(root, around)
      throw error
    }
  }

  private constructor(root: string, around: Surroundings, settings: ServerSettings, server: ServerProcess) {
    this.#root = root
    this.data = settings.data
    this.database = around.database
    this.vendor = around.vendor
    this.stranger = around.stranger
    this.stores = around.stores
    this.registry = around.registry
    this.#settings = settings
    this.#server = server
    this.#admin = new AdminClient(server.url, server.adminToken)
    this.files = new Files([settings.data, join(root, 'home'), ...around.database.folders], SECRET_FILES)
    // Nobody has told it a secret yet.
    this.files.changes()
  }

  get server(): ServerProcess {
    return this.#server
  }

  get admin(): AdminClient {
    return this.#admin
  }

  get url(): string {
    return this.#server.url
  }

  /**
   * What must be found nowhere, whatever is run: what those files of `SECRET_FILES` hold that are there, the database’s, and
   * the stores’ own credentials.
   */
  get secrets(): Secret[] {
    const files = [...SECRET_FILES].filter((file) => existsSync(join(this.data, file)))
    const held = files.map((file) => ({
      name: `the ${file}`,
      value: readFileSync(join(this.data, file), 'utf8').trim()
    }))
    return [...held, ...this.database.secrets, ...this.stores.secrets]
  }

  /** Starts another server where one was killed or stopped. */
  async restart(): Promise<void> {
    this.#admin.close()
    this.#server = await ServerProcess.start(this.#settings)
    this.#admin = new AdminClient(this.#server.url, this.#server.adminToken)
  }

  async close(): Promise<void> {
    this.#admin.close()
    await this.#server.stop()
    await leave(this.#root, this)
  }

  async #addStores(): Promise<void> {
    for (const { name, kind, config } of this.stores.settings) {
      const { status, body } = await this.#admin.call('PUT', `/stores/${name}`, { kind, config })
      if (status !== 204) throw new Error(`the store ${name}: ${body.toString()}`)
    }
  }
}

function dataIn(root: string): string {
  return join(root, 'data')
}

function settingsOf(root: string, { vendor, registry, database }: Surroundings): ServerSettings {
  const home = join(root, 'home')
  const env = {
    HOME: home,
    TMPDIR: home,
    // Everything that it ever says.
    BELLHOP_LOG_LEVEL: 'trace',
    BELLHOP_NPM_REGISTRY: registry.url,
    BELLHOP_APP_SLACK_BASE_URL: `${vendor.url}/api`,
    BELLHOP_APP_GITHUB_BASE_URL: vendor.url,
    ...database.env
  }
  return { data: dataIn(root), env, cwd: home }
}

async function leave(root: string, around: Surroundings): Promise<void> {
  const { vendor, stranger, stores, registry, database } = around
  await Promise.all([vendor, stranger, stores, registry, database].map((one) => one.close()))
  await rm(root, { recursive: true, force: true })
}
