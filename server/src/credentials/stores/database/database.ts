/**
 * A database as a store: a lookup is one statement with the key as its parameter, and so is what a step asks. What
 * differs between databases is in their drivers.
 */
import { Fault, type Json } from '@bellhop/sdk'
import { checksOf } from '../checks.ts'
import { badInput, slow } from '../faults.ts'
import type { Check, Lookup, Reading, Store } from '../store.ts'
import type { Answer } from './answer.ts'
import { repeated } from './columns.ts'
import type { Connection, DatabaseConfig, Driver } from './driver.ts'
import { sameName } from './faults.ts'
import { queryOperation } from './operation.ts'
import { misfit, readStatement } from './parameters.ts'
import { Pool } from './pool.ts'
import { readingOf } from './reading.ts'

/** How long a connection that nobody uses is kept. */
const IDLE_MS = 30_000

export function databaseStore<Config extends DatabaseConfig>(driver: Driver<Config>, config: () => Config): Store {
  const pool = new Pool({
    most: driver.most,
    idleMs: IDLE_MS,
    target: () => driver.target(config()),
    connect: (signal) => driver.connect(config(), signal)
  })
  const asker = new Asker(driver, config, pool)
  return {
    read: (lookup, { signal }) => asker.lookUp(lookup, signal),
    operations: {
      query: queryOperation((sql, values, maxRows, signal) => asker.ask(sql, values, maxRows, signal))
    },
    test: (lookup, signal) => asker.test(lookup, signal),
    close: () => pool.close()
  }
}

class Asker<Config extends DatabaseConfig> {
  readonly #driver: Driver<Config>
  readonly #config: () => Config
  readonly #pool: Pool

  constructor(driver: Driver<Config>, config: () => Config, pool: Pool) {
    this.#driver = driver
    this.#config = config
    this.#pool = pool
  }

  async lookUp({ path }: Lookup, signal: AbortSignal): Promise<Reading> {
    const { query } = this.#config()
    if (query === undefined) {
      throw new Fault('store_no_query', 'has no `query`, so that it cannot look anything up', {
        hint: 'Add `query: select … where … = $1` to its configuration.'
      })
    }
    // A second row is enough to know that the key is not unique.
    return readingOf(await this.ask(query, [...path], 2, signal))
  }

  /** @throws Fault `store_bad_input`, and what the driver makes of its errors */
  async ask(sql: string, values: readonly Json[], maxRows: number, signal: AbortSignal): Promise<Answer> {
    const statement = readStatement(sql, this.#driver.dialect)
    const problem = misfit(statement, values.length)
    if (problem !== undefined) throw badInput('sql', problem)
    const answer = await this.#within(sql, signal, (connection, { read_only: readOnly }, timeoutMs) =>
      connection.ask({ statement, values, maxRows, readOnly, timeoutMs })
    )
    const twice = repeated(answer.columns)
    if (twice === undefined) return answer
    throw sameName(twice)
  }

  /** Looks at the connection, and at one lookup where there is one to look at. */
  test(lookup: Lookup | undefined, signal: AbortSignal): Promise<Check[]> {
    const looked = lookup === undefined ? {} : { path: 'its `query` may be run, and finds one row' }
    return checksOf({ ...this.#driver.connected(this.#config()), ...looked }, async () => {
      await this.#within('', signal, () => Promise.resolve())
      if (lookup !== undefined) await this.lookUp(lookup, signal)
    })
  }

  async #within<T>(
    sql: string,
    signal: AbortSignal,
    work: (connection: Connection, config: Config, timeLeftMs: number) => Promise<T>
  ): Promise<T> {
    const config = this.#config()
    const deadline = AbortSignal.timeout(config.timeout)
    const end = performance.now() + config.timeout
    try {
      return await this.#pool.use(AbortSignal.any([signal, deadline]), (connection) =>
        work(connection, config, Math.max(1, end - performance.now()))
      )
    } catch (error) {
      signal.throwIfAborted()
      throw deadline.aborted ? slow(config.timeout) : this.#driver.fault(error, config, sql)
    }
  }
}
