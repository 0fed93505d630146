/** Nodes on a database of the test's own. All are this process, so one after the other; everything goes when the test ends. */
import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { onTestFinished } from 'vitest'
import { createDatabase } from '../../../storage/postgres/testing/postgres.ts'
import { Transact, type TransactOptions } from '../transact.ts'

export type Live = TransactOptions['live']

export interface Database {
  url: string
  /** The test's own connections to it. */
  pool: pg.Pool
}

/** Opens a database with DBOS's tables. */
export async function openDatabase(): Promise<Database> {
  const { url, drop } = await createDatabase({ name: 'dbos', make: (at) => Transact.migrate(at, fail) })
  const pool = new pg.Pool({ connectionString: url, idleTimeoutMillis: 0 })
  onTestFinished(async () => {
    await pool.end()
    await drop()
  })
  return { url, pool }
}

export function fail(message: string): never {
  throw new Error(message)
}

/** Launches a node; it is stopped when the test ends. */
export async function launch(
  url: string,
  live: Live,
  options: Partial<TransactOptions> = {}
): Promise<{ transact: Transact; executorId: string }> {
  const executorId = randomUUID()
  const transact = await Transact.launch({ url, executorId, format: 1, live, say: () => {}, ...options })
  onTestFinished(() => transact.stop(0))
  return { transact, executorId }
}

/** What a test waits for: `here` is resolved by the one, awaited by the other. */
export interface Meeting<T = void> {
  come: (value: T) => void
  here: Promise<T>
}

export function meeting<T = void>(): Meeting<T> {
  const { promise, resolve } = Promise.withResolvers<T>()
  return { come: resolve, here: promise }
}
