/**
 * One session with a PostgreSQL server. A statement runs in a transaction of its own, by the extended protocol, which
 * takes one statement and its parameters apart from it, and through a cursor, so that no more rows come than were asked
 * for.
 */
import type { Json } from '@bellhop/sdk'
import type { Client, ClientConfig } from 'pg'
import { MOST_BYTES, type Answer } from '../answer.ts'
import { tlsOf } from '../config.ts'
import { Stale, type Asked, type Connection } from '../driver.ts'
import { badStatement } from '../faults.ts'
import { metered } from '../meter.ts'
import { writeStatement } from '../parameters.ts'
import type { PostgresConfig } from './postgres.ts'
import { parameterOf, TYPES } from './values.ts'

/** Milliseconds for telling the server that a statement was given up. */
const CANCEL_MS = 2_000

// Loaded when the first store of this kind is used.
const drivers = async () => {
  const [{ default: pg }, { default: Cursor }] = await Promise.all([import('pg'), import('pg-cursor')])
  return { pg, Cursor }
}

type Drivers = Awaited<ReturnType<typeof drivers>>

/** @throws what the driver throws, for `postgresFault` */
export async function connect(config: PostgresConfig, signal: AbortSignal): Promise<Connection> {
  const loaded = await drivers()
  return new Session(await open(loaded, config, signal), config, loaded)
}

async function open({ pg }: Drivers, config: PostgresConfig, signal: AbortSignal): Promise<Client> {
  signal.throwIfAborted()
  const client = new pg.Client(optionsOf(config))
  // Until somebody waits for it, an error of the connection is nobody's.
  client.on('error', () => undefined)
  const stop = (): void => void streamOf(client).destroy()
  signal.addEventListener('abort', stop, { once: true })
  try {
    await client.connect()
  } catch (error) {
    stop()
    throw error
  } finally {
    signal.removeEventListener('abort', stop)
  }
  return client
}

function optionsOf(config: PostgresConfig): ClientConfig {
  const { host, port, database, user, password, ca } = config
  const tls = tlsOf(config)
  // `host` is what the certificate is checked against, by pg: it has no default of its own where it is an address.
  const ssl = { rejectUnauthorized: tls === 'verify-full', ...(ca === undefined ? {} : { ca }) }
  return {
    host,
    port,
    database,
    user,
    // A function, for else the driver looks for one in the environment and in a file.
    password: () => password ?? '',
    ssl: tls === 'off' ? false : ssl,
    application_name: 'bellhop',
    keepAlive: true
  }
}

class Session implements Connection {
  readonly #client: Client
  readonly #config: PostgresConfig
  readonly #drivers: Drivers
  #usable = true
  /** Whether a statement is being run that would have to be stopped at the server. */
  #busy = false

  constructor(client: Client, config: PostgresConfig, drivers: Drivers) {
    this.#client = client
    this.#config = config
    this.#drivers = drivers
    const broken = (): void => void (this.#usable = false)
    client.on('error', broken).on('end', broken)
  }

  get usable(): boolean {
    return this.#usable && !streamOf(this.#client).destroyed
  }

  async ask(asked: Asked): Promise<Answer> {
    this.#busy = true
    try {
      await this.#begin(asked)
      const answer = await metered(streamOf(this.#client), MOST_BYTES, this.#read(asked))
      // What only read is rolled back with the session's reset, while nobody waits.
      if (!asked.readOnly) await this.#client.query('commit')
      return answer
    } finally {
      this.#busy = false
    }
  }

  async reset(): Promise<void> {
    await this.#client.query('rollback')
    await this.#client.query('discard all')
  }

  async end(): Promise<void> {
    await this.#client.end()
  }

  async abandon(): Promise<void> {
    const { processID } = this.#client as Client & { processID: number | null }
    const stop = this.#busy && this.usable
    streamOf(this.#client).destroy()
    if (!stop || processID === null) return
    const signal = AbortSignal.timeout(CANCEL_MS)
    const canceller = await open(this.#drivers, this.#config, signal)
    signal.addEventListener('abort', () => streamOf(canceller).destroy())
    await canceller.query('select pg_cancel_backend($1)', [processID])
    await canceller.end()
  }

  async #begin(asked: Asked): Promise<void> {
    try {
      await this.#client.query(opening(asked))
    } catch (cause) {
      throw new Stale('the session had ended', { cause })
    }
  }

  async #read({ statement, values, maxRows }: Asked): Promise<Answer> {
    const { text } = writeStatement(statement, (number) => `$${number}`)
    const { Cursor } = this.#drivers
    const options = { rowMode: 'array', types: TYPES } as const
    const cursor = this.#client.query(new Cursor<Json[]>(text, values.map(parameterOf), options))
    let copies = false
    const handleCopyInResponse = (connection: { sendCopyFail(reason: string): void }): void => {
      copies = true
      connection.sendCopyFail('nothing is sent by this client')
    }
    // What the client asks of whoever has the connection, and a cursor does not have.
    Object.assign(cursor, { handleCopyInResponse, handleCopyData: () => undefined })
    const answer = await new Promise<Answer>((resolve, reject) => {
      cursor.read(maxRows + 1, (error, rows, result) => {
        if (error !== undefined && error !== null) return reject(copies ? waitsForData() : error)
        const { fields, rowCount } = result
        const columns = fields.map(({ name }) => name)
        const truncated = rows.length > maxRows
        resolve({ columns, rows: rows.slice(0, maxRows), truncated, changed: rowCount ?? 0 })
      })
    })
    await cursor.close()
    return answer
  }
}

function waitsForData(): Error {
  return badStatement('it waits for data, which a step does not send', 'copy from stdin')
}

/** One round trip: a transaction, its limits, and how values are to be written. */
function opening({ readOnly, timeoutMs }: Asked): string {
  return [
    `begin ${readOnly ? 'read only' : 'read write'}`,
    `set local statement_timeout = ${Math.ceil(timeoutMs)}`,
    "set local datestyle = 'ISO'",
    "set local bytea_output = 'hex'"
  ].join('; ')
}

/** The socket, or TLS on top of it. */
function streamOf(client: Client): Client['connection']['stream'] {
  return client.connection.stream
}
