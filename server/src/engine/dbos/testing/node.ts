/** Nodes on a database of the test's own. All are this process, so one after the other; everything goes when the test ends. */
import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { onTestFinished } from 'vitest'
import { createDatabase } from '../../../storage/postgres/testing/postgres.ts'
import { Transact, type TransactOptions } from '../transact.ts'

export type Live = TransactOptions['live']

/** Opens a database with DBOS's tables. */
export async function openPool(): Promise<pg.Pool> {
  const database = await createDatabase({ name: 'dbos', make: migrate })
  const pool = connect(database.url)
  onTestFinished(async () => {
    await pool.end()
    await database.drop()
  })
  return pool
}

async function migrate(url: string): Promise<void> {
  const pool = connect(url)
  await Transact.migrate(pool, fail)
  await pool.end()
}

/** Without timers of its own. */
function connect(connectionString: string): pg.Pool {
  const pool = new pg.Pool({ connectionString, idleTimeoutMillis: 0 })
  // A connection that the server ended while it was idle.
  pool.on('error', () => {})
  return pool
}

export function fail(message: string): never {
  throw new Error(message)
}

/** Launches a node; it is stopped when the test ends. */
export async function launch(
  pool: pg.Pool,
  live: Live,
  options: Partial<TransactOptions> = {}
): Promise<{ transact: Transact; executorId: string }> {
  const executorId = randomUUID()
  const transact = await Transact.launch({ pool, executorId, format: 1, live, say: () => {}, ...options })
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
