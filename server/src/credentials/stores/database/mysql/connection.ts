/**
 * One session with a MySQL or MariaDB server. A statement is prepared at the server, which takes one statement and its
 * parameters apart from it; its rows are taken as they come, and the session is ended once there are enough.
 */
import type { Duplex } from 'node:stream'
import type { Connection as Client, ConnectionOptions, FieldPacket } from 'mysql2'
import { until } from '../../until.ts'
import { MOST_BYTES, type Answer } from '../answer.ts'
import { tlsOf } from '../config.ts'
import { Stale, type Asked, type Connection } from '../driver.ts'
import { metered } from '../meter.ts'
import { writeStatement } from '../parameters.ts'
import type { MysqlConfig } from './mysql.ts'
import { parameterOf, valueOf } from './values.ts'

/** Milliseconds for telling the server that a statement was given up. */
const CANCEL_MS = 2_000

/** @throws what the driver throws, for `mysqlFault` */
export async function connect(config: MysqlConfig, signal: AbortSignal): Promise<Connection> {
  const client = await open(config, signal)
  return new Session(client, config, await isMariaDb(client))
}

async function open(config: MysqlConfig, signal: AbortSignal): Promise<Client> {
  // Loaded when the first store of this kind is used.
  const { createConnection } = await import('mysql2')
  signal.throwIfAborted()
  const client = createConnection(optionsOf(config))
  // Until somebody waits for it, an error of the connection is nobody's.
  client.on('error', () => undefined)
  const connected = new Promise<void>((resolve, reject) => {
    client.connect((error) => (error === null ? resolve() : reject(error)))
  })
  try {
    await until(signal, connected)
    return client
  } catch (error) {
    streamOf(client).destroy()
    throw error
  }
}

function optionsOf(config: MysqlConfig): ConnectionOptions {
  const { host, port, database, user, password, ca } = config
  const tls = tlsOf(config)
  const verify = tls === 'verify-full'
  const ssl = { rejectUnauthorized: verify, verifyIdentity: verify, ...(ca === undefined ? {} : { ca }) }
  return {
    host,
    port,
    database,
    user,
    ...(password === undefined ? {} : { password }),
    ...(tls === 'off' ? {} : { ssl }),
    // Beside what the client does by itself: the server may not ask for this machine's files.
    flags: ['-LOCAL_FILES'],
    connectTimeout: config.timeout,
    // Rows are read without code that is made for them.
    disableEval: true,
    rowsAsArray: true,
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: true
  }
}

class Session implements Connection {
  readonly #client: Client
  readonly #config: MysqlConfig
  readonly #mariaDb: boolean
  #usable = true
  /** Whether a statement is being run that would have to be stopped at the server. */
  #busy = false
  /** Whether rows are on their way that nobody wants. */
  #unread = false

  constructor(client: Client, config: MysqlConfig, mariaDb: boolean) {
    this.#client = client
    this.#config = config
    this.#mariaDb = mariaDb
    const broken = (): void => void (this.#usable = false)
    client.on('error', broken).on('end', broken)
    streamOf(client).on('close', broken)
  }

  get usable(): boolean {
    return this.#usable && !streamOf(this.#client).destroyed
  }

  async ask(asked: Asked): Promise<Answer> {
    this.#busy = true
    try {
      await this.#set(asked)
      const answer = await metered(streamOf(this.#client), MOST_BYTES, this.#read(asked))
      this.#unread = answer.truncated
      return answer
    } finally {
      this.#busy = false
    }
  }

  async reset(): Promise<void> {
    if (this.#unread) return this.abandon()
    if (!this.usable) return
    await new Promise<void>((resolve, reject) => {
      this.#client.reset((error) => (error === null ? resolve() : reject(error)))
    })
  }

  async end(): Promise<void> {
    if (!this.usable) return void streamOf(this.#client).destroy()
    this.#usable = false
    await new Promise<void>((resolve) => this.#client.end(() => resolve()))
  }

  async abandon(): Promise<void> {
    const stop = (this.#busy || this.#unread) && this.usable
    this.#usable = false
    streamOf(this.#client).destroy()
    if (!stop) return
    const canceller = await open(this.#config, AbortSignal.timeout(CANCEL_MS))
    try {
      await until(AbortSignal.timeout(CANCEL_MS), command(canceller, `kill query ${this.#client.threadId}`))
    } finally {
      streamOf(canceller).destroy()
    }
  }

  /** What bounds the statement, for the session until it is reset. MariaDB names it otherwise than MySQL. */
  async #set({ readOnly, timeoutMs }: Asked): Promise<void> {
    const write = readOnly ? 1 : 0
    const seconds = (timeoutMs / 1000).toFixed(3)
    const settings = this.#mariaDb
      ? `tx_read_only = ${write}, max_statement_time = ${seconds}`
      : `transaction_read_only = ${write}, max_execution_time = ${Math.ceil(timeoutMs)}`
    try {
      await command(this.#client, `set session ${settings}`)
    } catch (cause) {
      throw new Stale('the session had ended', { cause })
    }
  }

  #read({ statement, values, maxRows }: Asked): Promise<Answer> {
    const { text, order } = writeStatement(statement, () => '?')
    const parameters = order.map((number) => parameterOf(values[number - 1] ?? null))
    const query = this.#client.execute({ sql: text, values: parameters })
    const [columns, rows]: [FieldPacket[], Answer['rows'][number][]] = [[], []]
    let changed = 0
    return new Promise((resolve, reject) => {
      const answer = (truncated: boolean): void => {
        const names = columns.map(({ name }) => name)
        resolve({ columns: names, rows, truncated, changed })
      }
      let results = 0
      query.on('error', reject)
      query.on('fields', (fields: FieldPacket[] | undefined) => {
        results += 1
        // A procedure may answer several times, and ends with what it has changed.
        if (results === 1) columns.push(...(fields ?? []))
      })
      query.on('result', (row: unknown) => {
        if (results > 1) return
        if (!Array.isArray(row)) changed = changedBy(row)
        else if (rows.length === maxRows) answer(true)
        else if (rows.length < maxRows) rows.push(row.map((value, index) => valueOf(value, columns[index])))
      })
      query.on('end', () => answer(false))
    })
  }
}

function command(client: Client, sql: string): Promise<void> {
  return new Promise((resolve, reject) => {
    client.query(sql, (error) => (error === null ? resolve() : reject(error)))
  })
}

/** `10.11.19-MariaDB-0+deb12u1`; MySQL says its number only. */
function isMariaDb(client: Client): Promise<boolean> {
  return new Promise((resolve, reject) => {
    client.query('select version()', (error, rows) => {
      if (error === null) resolve(/mariadb/i.test(JSON.stringify(rows)))
      else reject(error)
    })
  })
}

function changedBy(header: unknown): number {
  return typeof header === 'object' && header !== null && 'affectedRows' in header ? Number(header.affectedRows) : 0
}

/** The socket, or TLS on top of it. */
function streamOf(client: Client): Duplex {
  return (client as Client & { stream: Duplex }).stream
}
