/**
 * A connection that is told by DBOS what to do, and does it with fewer messages. DBOS waits for each of its statements, a beginning
 * and a commit among them, and has the server parse each anew. Here a statement is prepared once for each connection, the word
 * that begins a transaction goes out with its first statement, and its commit with the last, where that is known to be the last.
 */
import { createHash } from 'node:crypto'
import pg, { type ClientConfig, type QueryConfig, type QueryResult } from 'pg'

/** Statements that are prepared; DBOS has some thirty in use. */
const MOST_PREPARED = 100

const NOTHING: QueryResult = { command: '', rowCount: null, oid: 0, fields: [], rows: [] }

type Send = (...args: unknown[]) => unknown

/** A transaction of DBOS's, from its beginning to its end. */
interface Transaction {
  /** The word that begins it, until that is sent. */
  begin: string | undefined
  /** Its first statement. */
  first: string | undefined
  /** The answer to its commit, once that is sent. */
  committed: Promise<unknown> | undefined
}

export class SparingClient extends pg.Client {
  readonly #isLast: (first: string, text: string) => boolean
  #transaction: Transaction | undefined

  /** @param schema of DBOS's tables */
  constructor(config: ClientConfig, schema: string) {
    super({ ...config, pipeline: true })
    this.#isLast = lastOf(schema)
    // It comes to whoever uses the connection. Nobody does while it is being set up, and then it would end the process.
    this.on('error', () => {})
    const send = super.query.bind(this) as Send
    this.query = ((...args: unknown[]) => this.#query(send, args.map(hearing))) as typeof this.query
  }

  #query(send: Send, args: unknown[]): unknown {
    const [text, values, ...callback] = args
    if (typeof text !== 'string') return this.#state(send, '', args)
    if (Array.isArray(values) && values.length > 0) return this.#state(send, text, [called(text, values), ...callback])
    if (text.startsWith('BEGIN')) return this.#begin(text)
    if (text === 'COMMIT' || text === 'ROLLBACK') return this.#end(send, text)
    return this.#state(send, text, args)
  }

  #begin(begin: string): unknown {
    this.#transaction = { begin, first: undefined, committed: undefined }
    return Promise.resolve(NOTHING)
  }

  #end(send: Send, text: 'COMMIT' | 'ROLLBACK'): unknown {
    const transaction = this.#transaction
    this.#transaction = undefined
    if (transaction?.begin !== undefined) return Promise.resolve(NOTHING)
    if (transaction?.committed === undefined) return this.#watched(send(text))
    // What is taken back after its commit was sent has failed, or has changed nothing: see `lastOf`.
    return text === 'COMMIT' ? this.#watched(transaction.committed) : Promise.resolve(NOTHING)
  }

  /**
   * A statement, in one packet with what else can go.
   * @param text empty where it comes in another form, which none of DBOS's does
   */
  #state(send: Send, text: string, args: unknown[]): unknown {
    const transaction = this.#transaction
    if (transaction === undefined) return this.#watched(send(...args))
    if (transaction.committed !== undefined) throw new Error(`not the last statement of its transaction: ${text}`)
    transaction.first ??= text
    const { begin } = transaction
    transaction.begin = undefined
    const last = this.#isLast(transaction.first, text)
    if (begin === undefined && !last) return this.#watched(send(...args))
    const { stream } = this.connection
    stream.cork()
    // What fails with the statement is told with the statement.
    if (begin !== undefined) void quietly(send(begin))
    const answer = send(...args)
    if (last) transaction.committed = quietly(send('COMMIT'))
    stream.uncork()
    return this.#watched(answer)
  }

  #watched(answer: unknown): unknown {
    if (!(answer instanceof Promise)) return answer
    return answer.catch((error: unknown) => {
      throw reworded(error)
    })
  }
}

/**
 * Whether a statement is a transaction's last, in DBOS 5.3.0: of those in which a workflow starts, a step or a child is recorded,
 * and a workflow ends. If it fails the server takes the commit for a rollback. Where DBOS takes the transaction back although
 * it succeeded, because the row was there before, nothing was changed: each of them leaves such a row as it is. A child would
 * stay whose place among its parent's steps is taken; but no life is replayed, and so none has a step twice.
 */
function lastOf(schema: string): (first: string, text: string) => boolean {
  const insert = `INSERT INTO "${schema}".`
  return (first, text) =>
    text.startsWith(`${insert}operation_outputs`) ||
    text.startsWith(`${insert}workflow_output`) ||
    // A child's is not: it is recorded as a step of its parent, whose owner is looked at first.
    (text.startsWith(`${insert}workflow_input (workflow_uuid, inputs)`) && first.startsWith(`${insert}workflow_status`))
}

function quietly(answer: unknown): Promise<unknown> {
  const promise = Promise.resolve(answer)
  promise.catch(() => {})
  return promise
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

/** The client closes a connection that does not answer, and in words that DBOS does not take for a matter of the connection. */
function reworded(error: unknown): unknown {
  if (!(error instanceof Error && error.message === 'Query read timeout')) return error
  return Object.assign(new Error('the database does not answer'), { code: 'ETIMEDOUT' })
}

/** The pool's own way to ask has a callback. */
function hearing(arg: unknown): unknown {
  if (typeof arg !== 'function') return arg
  return (error: unknown, result: unknown): unknown => (arg as Send)(reworded(error), result)
}
