/** How connections to the database are made: all that Bellhop's own statements go over. */
import { Fault } from '@bellhop/sdk'
import pg, { type ClientConfig, type Pool, type PoolClient } from 'pg'
import { TYPES } from './values.ts'

/** All of Bellhop's tables are in it, and nothing else. */
export const SCHEMA = 'bellhop'

/** Milliseconds for a connection to come about. */
const CONNECT_MS = 5_000
/** For a statement, at the server. The slowest there are search a page of history or delete a batch of it. */
const STATEMENT_MS = 20_000
/** For a statement, here: the server has given up by then, so it is the way there that is cut. */
const ANSWER_MS = 25_000
/**
 * Between two statements of a transaction. A node that was stopped in the middle of one holds its locks no longer than
 * its lease, and whoever takes its runs over need not wait.
 */
export const PAUSE_MS = 5_000
const IDLE_MS = 60_000

/**
 * A node whose machine is gone says no farewell, and by itself the server would keep its connections for two hours: the node that takes
 * its place would find none left. So the server asks after it, and gives up within half a minute.
 * https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-TCP-KEEPALIVES-IDLE
 */
export const KEEPALIVE = `
set tcp_keepalives_idle = 10;
set tcp_keepalives_interval = 5;
set tcp_keepalives_count = 3;
`

/** Said first on every connection, and by a statement: not every pooler passes settings on that come with the start. */
const SETTINGS = `${KEEPALIVE}
set search_path = ${SCHEMA};
set statement_timeout = ${STATEMENT_MS};
set idle_in_transaction_session_timeout = ${PAUSE_MS};
set default_transaction_isolation = 'read committed';
set bytea_output = 'hex';
set jit = off;
-- I2, whatever is the server's custom; one that waits for replicas as well keeps to it.
select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off';
`

/** @throws Fault `database_url` */
export function makeClient(url: string): pg.Client {
  if (!/^postgres(ql)?:\/\//.test(url)) throw badUrl('does not begin with postgres://')
  try {
    return new pg.Client(configOf(url))
  } catch (error) {
    const file = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    throw badUrl(file ? 'names a file for TLS that is not there' : 'cannot be read')
  }
}

/** How long others are waited for, in milliseconds. */
export interface Patience {
  /** For a connection to come about. */
  connectMs: number
  /** After which a connection that says nothing is given up. */
  answerMs: number
}

const USUAL: Patience = { connectMs: CONNECT_MS, answerMs: ANSWER_MS }

/** Connections that are kept for the next who needs one. All are in Bellhop's schema. */
export class Connections {
  readonly #pool: Pool
  readonly #inUse = new Set<pg.Client>()
  readonly #idle = new Set<pg.Client>()

  /** @param most at a time; who wants one more waits */
  constructor(url: string, most: number, { connectMs, answerMs } = USUAL) {
    const pool = new pg.Pool({
      ...configOf(url),
      // The pool would take it for waiting for a free connection too, and under load one may have to.
      connectionTimeoutMillis: 0,
      Client: clientOf(connectMs),
      query_timeout: answerMs,
      max: most,
      min: Math.min(2, most),
      idleTimeoutMillis: IDLE_MS,
      // The pool waits for it, whatever its type says.
      onConnect: (client) => client.query(SETTINGS) as unknown as void
    })
    this.#pool = pool
    // An error of a connection comes to whoever uses it; nobody uses an idle one, and the pool lets go of it.
    const ignore = (): void => undefined
    pool.on('error', ignore)
    pool.on('connect', (client) => void client.on('error', ignore))
    pool.on('acquire', (client) => void (this.#idle.delete(client), this.#inUse.add(client)))
    pool.on('release', (_error, client) => void (this.#inUse.delete(client), this.#idle.add(client)))
    pool.on('remove', (client) => void this.#idle.delete(client))
  }

  /** @throws what the driver throws, for `explain` */
  connect(): Promise<PoolClient> {
    return this.#pool.connect()
  }

  /**
   * One was lost, and so probably are those that nobody uses: where the way to the database was cut, each of them would
   * have somebody wait for an answer until it is out of time.
   */
  dropIdle(): void {
    for (const { connection } of this.#idle) connection.stream.destroy()
  }

  /** Waits for those in use. */
  async end(): Promise<void> {
    await this.#pool.end()
  }

  /** Ends all at once, whatever is under way. */
  async destroy(): Promise<void> {
    const ended = this.#pool.end()
    for (const { connection } of this.#inUse) connection.stream.destroy()
    await ended
  }
}

/** Of the pool, which sees that it comes about in time. */
function clientOf(connectMs: number): typeof pg.Client {
  return class extends pg.Client {
    constructor(config?: ClientConfig) {
      super({ ...config, connectionTimeoutMillis: connectMs })
    }
  }
}

/**
 * The driver takes these modes of TLS for `verify-full`, as we do, and prints eight lines about versions of its own in which it will not.
 * https://github.com/brianc/node-postgres/tree/master/packages/pg-connection-string
 */
export function inFull(url: string): string {
  return url.replace(/([?&]sslmode=)(?:prefer|require|verify-ca)(?=&|$)/, '$1verify-full')
}

function configOf(url: string): ClientConfig {
  return {
    connectionString: inFull(url),
    application_name: 'bellhop',
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    connectionTimeoutMillis: CONNECT_MS,
    // Statements that do not wait for each other go out together.
    pipeline: true,
    types: TYPES
  }
}

function badUrl(why: string): Fault {
  return new Fault('database_url', `The URL of the database ${why}.`, {
    hint: 'Write it like postgres://user:password@host:5432/database, with what is special in the password as %40 for @.'
  })
}
