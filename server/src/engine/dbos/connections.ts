/**
 * The connections that DBOS has. It waits for each of its statements, has the server parse each anew, and is told how to
 * spare both: a statement is prepared once for each connection, and the word that begins a transaction goes out with its
 * first statement. That halves what a workflow costs the server.
 */
import { createHash } from 'node:crypto'
import pg, { type ClientConfig, type Pool, type QueryConfig, type QueryResult } from 'pg'

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
/** Statements that are prepared; DBOS has some thirty in use. */
const MOST_PREPARED = 100

const SETTINGS = `set idle_in_transaction_session_timeout = ${PAUSE_MS}`

/**
 * A pool for DBOS alone: it expects the driver's own types of values, and its schema is named in each statement.
 * @param answerMs for a statement; 0: as long as it takes
 */
export function openPool(url: string, answerMs = ANSWER_MS): Pool {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'bellhop-dbos',
    keepAlive: true,
    max: DBOS_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: answerMs,
    Client: SparingClient,
    // The pool waits for it, whatever its type says.
    onConnect: (client) => client.query(SETTINGS) as unknown as void
  })
  // An error of a connection comes to whoever uses it; nobody uses an idle one, and the pool lets go of it.
  pool.on('error', () => {})
  return pool
}

/** By text. The same names in every process, so that they may share sessions through a pooler. */
const names = new Map<string, string>()

function nameOf(text: string): string | undefined {
  const known = names.get(text)
  // A list in brackets has as many texts as it has lengths.
  if (known !== undefined || names.size >= MOST_PREPARED || text.includes(' IN ($')) return known
  const name = createHash('sha256').update(text).digest('base64url').slice(0, 22)
  names.set(text, name)
  return name
}

function called(text: string, values: unknown[]): QueryConfig {
  const name = nameOf(text)
  return name === undefined ? { text, values } : { name, text, values }
}

type Send = (...args: unknown[]) => unknown

const NOTHING: QueryResult = { command: '', rowCount: null, oid: 0, fields: [], rows: [] }

class SparingClient extends pg.Client {
  /** The beginning of a transaction that has no statement yet. DBOS waits for it, by a promise. */
  #begun: string | undefined

  constructor(config?: ClientConfig) {
    super({ ...config, connectionTimeoutMillis: 2 * CONNECT_MS, pipeline: true })
    // It comes to whoever uses the connection. Nobody does while it is being set up, and then it would end the process.
    this.on('error', () => {})
    const send = super.query.bind(this) as Send
    this.query = ((...args: unknown[]) => this.#query(send, args)) as typeof this.query
  }

  #query(send: Send, [text, values, ...callback]: unknown[]): unknown {
    if (typeof text !== 'string') return this.#first(send, [text, values, ...callback])
    if (Array.isArray(values) && values.length > 0) return this.#first(send, [called(text, values), ...callback])
    if (text.startsWith('BEGIN')) this.#begun = text
    else if (this.#begun !== undefined && (text === 'COMMIT' || text === 'ROLLBACK')) this.#begun = undefined
    else return this.#first(send, [text, values, ...callback])
    return Promise.resolve(NOTHING)
  }

  /** Sends the beginning in front of it, if there is one: in one packet. */
  #first(send: Send, args: unknown[]): unknown {
    const begun = this.#begun
    if (begun === undefined) return this.#watched(send(...args))
    this.#begun = undefined
    const { stream } = this.connection
    stream.cork()
    // It fails where the statement fails too: with the connection.
    ;(send(begun) as Promise<unknown>).catch(() => {})
    const answer = send(...args)
    stream.uncork()
    return this.#watched(answer)
  }

  /** The client closes a connection that does not answer, and in words that DBOS does not take for a matter of the connection. */
  #watched(answer: unknown): unknown {
    if (!(answer instanceof Promise)) return answer
    return answer.catch((error: unknown) => {
      throw error instanceof Error && error.message === 'Query read timeout' ? unanswered() : error
    })
  }
}

function unanswered(): Error {
  return Object.assign(new Error('the database does not answer'), { code: 'ETIMEDOUT' })
}
