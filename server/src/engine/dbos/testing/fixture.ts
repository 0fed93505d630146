/** The engine for more than one machine in a database of its own, for tests. */
import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { PostgresStorage } from '../../../storage/postgres/storage.ts'
import { createDatabase, type TestDatabase } from '../../../storage/postgres/testing/postgres.ts'
import type { DueSchedule, EngineFixture, EngineOptions } from '../../contract/fixture.ts'
import { commands as stored } from '../../stored/testing/commands.ts'
import { DbosEngine } from '../engine.ts'
import type { LeaseTimes } from '../lease.ts'
import { lifeCommands } from '../lives.ts'
import { nodeCommands } from '../node-rows.ts'
import { Transact } from '../transact.ts'
import { fail } from './node.ts'

const commands = { ...stored, ...lifeCommands, ...nodeCommands }

/** A dead node is found out at once. */
const TIMES: LeaseTimes = { renewEveryMs: 100, lengthMs: 6000, graceMs: 200 }

export class DbosFixture implements EngineFixture {
  readonly #database: TestDatabase
  readonly #pool: pg.Pool
  #storage: PostgresStorage<typeof commands> | undefined
  #engine: DbosEngine | undefined

  private constructor(database: TestDatabase) {
    this.#database = database
    this.#pool = new pg.Pool({ connectionString: database.url, idleTimeoutMillis: 0 })
    this.#pool.on('error', () => {})
  }

  static async make(): Promise<DbosFixture> {
    const fixture = new DbosFixture(await createDatabase())
    await Transact.migrate(fixture.#database.url, fail)
    return fixture
  }

  get url(): string {
    return this.#database.url
  }

  get storage(): PostgresStorage<typeof commands> {
    if (this.#storage === undefined) throw new Error('the storage is not open')
    return this.#storage
  }

  async open(options: EngineOptions): Promise<DbosEngine> {
    const node = { executor: randomUUID(), name: 'test', version: '0' }
    const { url } = this.#database
    this.#storage = await PostgresStorage.open({ url, commands, node, connections: 5, onTrouble: () => {} })
    this.#engine = new DbosEngine({
      storage: this.#storage,
      url,
      times: TIMES,
      say: () => {},
      onLost: () => {},
      ...options
    })
    return this.#engine
  }

  async schedule(schedule: DueSchedule): Promise<void> {
    await this.storage.write('putSchedule', schedule)
  }

  async crash(): Promise<void> {
    const boot = this.#storage?.boot
    await this.#storage?.crash()
    await this.#engine?.crash()
    this.#storage = undefined
    await this.#pool.query('update bellhop.nodes set expires_at = 0 where id = $1', [boot])
  }

  /** Leaves nothing to the next test, which goes on with the same database. */
  async close(): Promise<void> {
    await this.#storage?.write('wipe', {})
    await this.#storage?.close()
    this.#storage = undefined
    await this.#pool.query('delete from dbos.workflow_status; delete from bellhop.keyring; delete from bellhop.nodes')
  }

  async remove(): Promise<void> {
    await this.#pool.end()
    await this.#database.drop()
  }
}
