/** The connections that DBOS has. */
import pg, { type Pool } from 'pg'
import { inFull, KEEPALIVE } from '../../storage/postgres/connections.ts'
import { SparingClient } from './sparing-client.ts'

/** DBOS's tables, and nothing else. */
export const SCHEMA = 'dbos'

/** At a time, for one node. */
export const DBOS_CONNECTIONS = 10
/**
 * Milliseconds for a connection to come about, or to become free. The pool's own words for that are among those after which
 * DBOS tries again; the client's are not, and would come out at a workflow.
 */
const CONNECT_MS = 10_000
/** Between two statements of a transaction: a node that was stopped in the middle of one holds up who recovers its lives. */
const PAUSE_MS = 5_000
/**
 * For a statement: none of DBOS's takes long, so that it is the way that is cut. Without a limit a connection that a router has
 * forgotten would keep whoever waits for it for hours: a node would take up no more runs.
 */
const ANSWER_MS = 10_000

const SETTINGS = `${KEEPALIVE}
set idle_in_transaction_session_timeout = ${PAUSE_MS}`

/** The pool sees to it that a connection comes about in time. */
class Client extends SparingClient {
  constructor(config?: pg.ClientConfig) {
    super({ ...config, connectionTimeoutMillis: 2 * CONNECT_MS }, SCHEMA)
  }
}

/**
 * A pool for DBOS alone: it expects the driver's own types of values, and its schema is named in each statement.
 * @param answerMs for a statement; 0: as long as it takes
 */
export function openPool(url: string, answerMs = ANSWER_MS): Pool {
  const pool = new pg.Pool({
    connectionString: inFull(url),
    application_name: 'bellhop-dbos',
    keepAlive: true,
    max: DBOS_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: answerMs,
    Client,
    // The pool waits for it, whatever its type says.
    onConnect: (client) => client.query(SETTINGS) as unknown as void
  })
  // An error of a connection comes to whoever uses it; nobody uses an idle one, and the pool lets go of it.
  pool.on('error', () => {})
  return pool
}
