/** DBOS's tables, made or updated by one node, while others that start wait. */
import { setTimeout as delay } from 'node:timers/promises'
import { withPool } from './pool.ts'
import { Transact } from './transact.ts'

/** The word `lives` in ASCII. Not the lock of our own migrations, which is waited for within a transaction. */
const LOCK = 0x6c_69_76_65_73
const PAUSE_MS = 100

/**
 * Waits by asking again and again: DBOS builds indexes concurrently, which waits for every statement that is under way in the
 * database, and so would wait for one that waits for this lock.
 * @throws what the driver throws
 */
export async function migrateTransact(url: string): Promise<void> {
  await withPool(url, async (pool) => {
    const client = await pool.connect()
    try {
      for (;;) {
        const { rows } = await client.query<{ locked: boolean }>(`select pg_try_advisory_lock(${LOCK}) as locked`)
        if (rows[0]?.locked === true) break
        await delay(PAUSE_MS)
      }
      // What it complains of is that something was done before.
      await Transact.migrate(pool, () => {})
    } finally {
      // The lock goes with the connection.
      client.release(true)
    }
  })
}
