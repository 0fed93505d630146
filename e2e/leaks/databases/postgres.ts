/**
 * A PostgreSQL server of the suite's own, which writes down as much as it can be told to: every statement with its
 * parameters, every detail of every error, statistics of every table each second. Nothing is compressed or reused, so that the
 * judge can read all of it.
 */
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { startPostgres, type Postgres } from '../../services/postgres.ts'
import type { Started } from '../../services/services.ts'
import type { Part } from '../judge/files.ts'
import type { Secret } from '../stage/secrets.ts'
import type { Database, RowValue } from './database.ts'
import { withoutFreeSpace } from './pages.ts'

const SETTINGS = [
  'logging_collector=on',
  'log_statement=all',
  'log_min_duration_statement=0',
  'log_parameter_max_length=-1',
  'log_parameter_max_length_on_error=-1',
  'log_error_verbosity=verbose',
  'log_min_error_statement=debug5',
  'log_connections=on',
  'wal_level=logical',
  'wal_recycle=off',
  'wal_keep_size=4GB',
  'max_wal_size=4GB',
  'track_activity_query_size=100kB',
  // Samples of values are taken all the time; that rows go is the node's own doing.
  'autovacuum_naptime=1',
  'autovacuum_analyze_threshold=1',
  'autovacuum_analyze_scale_factor=0',
  'autovacuum_vacuum_threshold=2000000000',
  'autovacuum_vacuum_insert_threshold=-1'
]

/** Of what is not the server's own: what DBOS and Bellhop keep, and what PostgreSQL itself remembers of it. */
const TABLES = `
select quote_ident(schemaname) || '.' || quote_ident(tablename) as name from pg_tables
where schemaname not in ('pg_catalog', 'information_schema')
order by 1`
const VIEWS = ['pg_stats', 'pg_stat_activity', 'pg_prepared_statements']

const FILES = `
select pg_relation_filepath(oid) as file, oid::regclass::text as name from pg_class
where pg_relation_filepath(oid) is not null`

const COLUMNS = `
select format('alter table %I.%I alter column %I set storage external', nspname, relname, attname) as statement
from pg_attribute a join pg_class c on c.oid = attrelid join pg_namespace n on n.oid = relnamespace
where relkind = 'r' and nspname in ('bellhop', 'dbos') and attnum > 0 and not attisdropped
  and atttypid in ('text'::regtype, 'bytea'::regtype)`

export class PostgresDatabase implements Database {
  readonly env: Readonly<Record<string, string>>
  readonly secrets: readonly Secret[]
  readonly folders: readonly string[]
  readonly #started: Started<Postgres>
  readonly #client: pg.Client
  readonly #seen = new Set<string>()
  /** Tables and indexes, by their files. */
  readonly #tables = new Map<string, string>()

  static async open(): Promise<PostgresDatabase> {
    const started = await startPostgres(SETTINGS)
    const { host, port, user, password, database } = started.at
    const client = new pg.Client({ host, port, user, password, database, application_name: 'judge' })
    await client.connect()
    return new PostgresDatabase(started, client)
  }

  private constructor(started: Started<Postgres>, client: pg.Client) {
    const { host, port, user, password, database, data } = started.at
    const key = randomBytes(32).toString('base64')
    this.#started = started
    this.#client = client
    this.env = {
      BELLHOP_KEY: key,
      BELLHOP_DATABASE_URL: `postgres://${user}:${password}@${host}:${port}/${database}`
    }
    this.secrets = [
      { name: 'the sealing key', value: key },
      { name: 'the password of the database', value: password }
    ]
    this.folders = [data]
  }

  async ready(): Promise<void> {
    const { rows } = await this.#client.query<{ statement: string }>(COLUMNS)
    for (const { statement } of rows) await this.#client.query(statement)
  }

  async settle(): Promise<void> {
    await this.#client.query('checkpoint')
    const files = await this.#client.query<{ file: string; name: string }>(FILES)
    for (const { file, name } of files.rows) this.#tables.set(file, name)
  }

  async rows(): Promise<RowValue[]> {
    const { rows: tables } = await this.#client.query<{ name: string }>(TABLES)
    const values: RowValue[] = []
    for (const name of [...tables.map((table) => table.name), ...VIEWS]) {
      const { rows } = await this.#client.query<Record<string, unknown>>(`select * from ${name}`)
      values.push(...rows.flatMap((row) => valuesOf(name, row)))
    }
    return values
  }

  async fresh(): Promise<RowValue[]> {
    return (await this.rows()).filter(({ place, value }) => {
      const before = this.#seen.size
      return this.#seen.add(`${place} ${value.toString('latin1')}`).size > before
    })
  }

  /**
   * The log holds what was said, and the write-ahead log what was written, until they are removed; free space of a page what
   * stood there, until it is used again.
   */
  lasting(parts: readonly Part[]): Part[] {
    return parts
      .filter(({ file }) => !/^(?:pg_wal|log)\//.test(file))
      .map(({ file, bytes }) => {
        const table = this.#tables.get(file)
        return table === undefined ? { file, bytes } : { file: `${file} of ${table}`, bytes: withoutFreeSpace(bytes) }
      })
  }

  async close(): Promise<void> {
    await this.#client.end()
    await this.#started.stop()
  }
}

function valuesOf(table: string, row: Record<string, unknown>): RowValue[] {
  const key = table === 'bellhop.runs' ? row['id'] : row['run']
  const run = key === undefined ? undefined : Number(key)
  return Object.entries(row).flatMap(([column, value]) =>
    value === null ? [] : [{ place: `${table}.${column}`, run, value: asItIs(value) }]
  )
}

function asItIs(value: unknown): string | Buffer {
  return typeof value === 'string' || Buffer.isBuffer(value) ? value : JSON.stringify(value)
}
