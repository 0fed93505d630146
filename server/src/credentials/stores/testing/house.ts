/** Stores over a real database, with one shelf behind them, for tests. Everything goes when the test ends. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { Keyring } from '../../../secrets/keyring.ts'
import { MasterKey } from '../../../secrets/seal.ts'
import { RunIds, type RunId } from '../../../storage/ids.ts'
import { SqliteStorage } from '../../../storage/sqlite/storage.ts'
import { StoreAccess, type StoreCaller } from '../access.ts'
import { Leases } from '../leases.ts'
import { Stores } from '../stores.ts'
import type { TestCommands } from './commands.ts'
import { Shelf } from './shelf.ts'

const WRITER = new URL('./writer-entry.ts', import.meta.url)
const MASTER = new MasterKey(new Uint8Array(32).fill(7))

export class StoreHouse {
  readonly dir: string
  readonly storage: SqliteStorage<TestCommands>
  readonly shelf: Shelf
  readonly stores: Stores
  readonly leases: Leases
  readonly access: StoreAccess
  readonly #ids = new RunIds()

  /** A house with the store `main` in it. */
  static async open(): Promise<StoreHouse> {
    const dir = mkdtempSync(join(tmpdir(), 'bellhop-stores-'))
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
    const house = await StoreHouse.#start(dir, new Shelf())
    await house.stores.save('main', 'shelf', { password: house.shelf.password })
    return house
  }

  static async #start(dir: string, shelf: Shelf): Promise<StoreHouse> {
    const storage = await SqliteStorage.open<TestCommands>({ dir, writer: WRITER, ballastBytes: 0 })
    const house = new StoreHouse(dir, storage, shelf)
    onTestFinished(() => house.stop())
    await house.leases.start()
    return house
  }

  private constructor(dir: string, storage: SqliteStorage<TestCommands>, shelf: Shelf) {
    this.dir = dir
    this.storage = storage
    this.shelf = shelf
    const parts = { storage, master: MASTER, now: Date.now }
    this.stores = new Stores({ ...parts, kinds: new Map([['shelf', shelf.kind()]]) })
    this.leases = new Leases({ ...parts, open: (name) => this.stores.open(name) })
    this.access = new StoreAccess(this.stores, this.leases, Date.now)
  }

  /** The same directory, as a process finds it after this one was killed. */
  async crash(): Promise<StoreHouse> {
    await this.storage.crash()
    return StoreHouse.#start(this.dir, this.shelf)
  }

  async stop(): Promise<void> {
    await this.leases.stop()
    await this.stores.close()
    await this.storage.close()
  }

  /** A run that goes on. */
  async run(more: Partial<StoreCaller> = {}): Promise<StoreCaller & { id: RunId }> {
    const id = this.#ids.next(Date.now())
    await this.storage.write('beginRun', { run: id.key })
    const keyring = new Keyring(MASTER.runSeal(id.uuid))
    const signal = new AbortController().signal
    return { id, durable: true, owned: () => true, keyring, signal, ...more }
  }

  /** Ends a run, and tells so. */
  async end({ id }: StoreCaller): Promise<void> {
    await this.storage.write('endRun', { run: id.key })
    this.leases.ended(id.uuid)
  }

  /** Another node's, over the same rows; the house's own is to be stopped first. */
  async node(held: () => boolean): Promise<Leases> {
    const { storage, stores } = this
    const open = (name: string): ReturnType<Stores['open']> => stores.open(name)
    const leases = new Leases({ storage, master: MASTER, now: Date.now, open, node: { held } })
    onTestFinished(() => leases.stop())
    await leases.start()
    return leases
  }

  /** Every byte in the data directory. */
  bytes(): Buffer {
    return Buffer.concat(readdirSync(this.dir).map((name) => readFileSync(join(this.dir, name))))
  }
}
