/** The embedded engine in a temporary directory, for tests. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SqliteStorage } from '../../../storage/sqlite/storage.ts'
import type { DueSchedule, EngineFixture, EngineOptions } from '../../contract/fixture.ts'
import { SqliteEngine } from '../engine.ts'
import type { TestCommands } from '../../stored/testing/commands.ts'

export const WRITER = new URL('./writer-entry.ts', import.meta.url)

export class SqliteFixture implements EngineFixture {
  readonly dir: string
  #storage: SqliteStorage<TestCommands> | undefined

  constructor(dir = mkdtempSync(join(tmpdir(), 'bellhop-engine-'))) {
    this.dir = dir
  }

  get storage(): SqliteStorage<TestCommands> {
    if (this.#storage === undefined) throw new Error('the storage is not open')
    return this.#storage
  }

  async open(options: EngineOptions): Promise<SqliteEngine> {
    this.#storage ??= await SqliteStorage.open<TestCommands>({ dir: this.dir, writer: WRITER, ballastBytes: 0 })
    return SqliteEngine.open({ storage: this.#storage, ...options })
  }

  async schedule(schedule: DueSchedule): Promise<void> {
    await this.storage.write('putSchedule', schedule)
  }

  async crash(): Promise<void> {
    await this.#storage?.crash()
    this.#storage = undefined
  }

  /** Leaves nothing to the next test, which goes on with the same directory: opening one takes longer than most tests. */
  async close(): Promise<void> {
    await this.#storage?.write('wipe', {})
  }

  async remove(): Promise<void> {
    await this.#storage?.close()
    rmSync(this.dir, { recursive: true, force: true })
  }
}
