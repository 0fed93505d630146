/** Connections for DBOS's own statements: it reads values in its own way, and keeps to its own schema. */
import pg, { type Pool } from 'pg'

/** Between two statements of a transaction, in milliseconds: a frozen node holds its locks no longer than its lease. */
const PAUSE_MS = 5_000
/** For a connection to come about, and for an answer, in milliseconds: DBOS tries again by itself. */
const CONNECT_MS = 5_000
const ANSWER_MS = 30_000

/** @param url as `PostgresStorage` has taken it before */
export function openPool(url: string, connections: number): Pool {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'bellhop-dbos',
    max: connections,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    idle_in_transaction_session_timeout: PAUSE_MS,
    query_timeout: ANSWER_MS,
    Client: Client
  })
  // An error of a connection comes to whoever uses it; nobody uses an idle one.
  const ignore = (): void => undefined
  pool.on('error', ignore)
  pool.on('connect', (client) => void client.on('error', ignore))
  return pool
}

/** Where the pool took this limit, it would count for waiting for a free connection, too. */
class Client extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super({ ...config, connectionTimeoutMillis: CONNECT_MS })
  }
}

/** For what is done once. */
export async function withPool(url: string, work: (pool: Pool) => Promise<void>): Promise<void> {
  const pool = openPool(url, 2)
  try {
    await work(pool)
  } finally {
    await pool.end()
  }
}
