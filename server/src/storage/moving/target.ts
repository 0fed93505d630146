/**
 * The PostgreSQL database that a data directory is moved to.
 *
 * Every batch is one statement, which moves the place on and writes its rows only where the place was what it should be. So a
 * batch is there with its place or not at all, whoever is killed and whenever, and of two who move at once only one does.
 */
import { randomUUID } from 'node:crypto'
import { Fault } from '@bellhop/sdk'
import type { Client, QueryResult } from 'pg'
import { makeClient, SCHEMA } from '../postgres/connections.ts'
import { explain } from '../postgres/explain.ts'
import { failureOf, mistake, storageFull, unavailable } from '../postgres/failures.ts'
import { HALF_MOVED } from '../postgres/half-moved.ts'
import { beginAlone, migrate } from '../postgres/migrate.ts'
import { look } from '../postgres/opening.ts'
import type { Value } from '../query.ts'
import type { Source } from './source.ts'
import { quoted, type Row, type Table } from './tables.ts'

/** How far a move has come. */
interface Place {
  /** `Source.identity`. */
  source: string
  /** The process that moves. What an earlier one sent may arrive late, and does nothing then. */
  mover: string
  /** The table that is under way; null: all rows are there, and are to be compared. */
  table: string | null
  /** The key of its last row that is there; null: none is. */
  after: readonly Value[] | null
}

/** Rows of one table, in the order of their keys. */
export interface Batch {
  table: Table
  rows: readonly Row[]
  /** The key of the last one. */
  last: readonly Value[]
}

/** A batch takes what it takes; and when it is said that all is there, it is (I2). */
const SETTINGS = `
set search_path = ${SCHEMA};
set statement_timeout = 0;
select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off';
`

export class Target {
  readonly #client: Client
  /** As it stands in the database. */
  #written: string

  private constructor(client: Client, written: string) {
    this.#client = client
    this.#written = written
  }

  /**
   * Connects, brings the database to this version, and begins the move or takes it up.
   * @throws Fault as `PostgresStorage.open`, `database_not_empty`, `database_in_use`, `wrong_key`, `migration_of_another`
   */
  static async open(url: string, source: Source): Promise<Target> {
    const client = makeClient(url)
    // An error of the connection comes with whatever is waited for.
    client.on('error', () => undefined)
    try {
      await client.connect()
      await look(client)
      await migrate(client)
      return new Target(client, await begin(client, source))
    } catch (error) {
      await client.end().catch(() => undefined)
      throw error instanceof Fault ? error : explain(error, client)
    }
  }

  get place(): Place {
    // Only this file writes it.
    return JSON.parse(this.#written) as Place
  }

  /** @throws Fault `database_unavailable`, `storage_full`, `migration_elsewhere` */
  async put({ table, rows, last }: Batch): Promise<void> {
    const place = JSON.stringify({ ...this.place, table: table.name, after: last })
    const columns = table.columns.map((column) => quoted(column.name)).join(', ')
    const arrays = table.columns.map(({ type }, at) => `$${at + 3}::${type}[]`).join(', ')
    const { rowCount } = await this.#say(
      `with moved as (update meta set value = $1 where key = '${HALF_MOVED}' and value = $2 returning 1)
      insert into ${quoted(table.name)} (${columns})
      select * from unnest(${arrays}) where exists (select 1 from moved)`,
      [place, this.#written, ...table.columns.map((_, at) => rows.map((row) => row[at] ?? null))]
    )
    if (rowCount !== rows.length) throw elsewhere()
    this.#written = place
  }

  /** All rows are there. */
  async endRows(): Promise<void> {
    const place = JSON.stringify({ ...this.place, table: null, after: null } satisfies Place)
    const { rowCount } = await this.#say(`update meta set value = $1 where key = '${HALF_MOVED}' and value = $2`, [
      place,
      this.#written
    ])
    if (rowCount !== 1) throw elsewhere()
    this.#written = place
  }

  /** How many rows came, in one table. */
  async count({ name, moved }: Table): Promise<number> {
    const { rows } = await this.#say(`select count(*) as n from ${quoted(name)} where ${moved}`, [])
    return Number(rows[0]?.['n'])
  }

  /** @returns the first row of what a statement finds */
  async ask(text: string, values: readonly Value[]): Promise<Readonly<Record<string, Value>>> {
    return (await this.#say(text, values)).rows[0] ?? {}
  }

  /** Numbers that this database gives in a table are greater. */
  async numberFrom({ name }: Table, last: number): Promise<void> {
    await this.#say(
      'select setval(sequence, $2::bigint) from pg_get_serial_sequence($1, $3) as sequence where sequence is not null',
      [`${SCHEMA}.${name}`, Math.max(last, 1), 'id']
    )
  }

  /** From now on nodes may start. */
  async end(tables: readonly Table[]): Promise<void> {
    // Of so many rows at once the server would make its statistics some time later, and plan badly until then.
    await this.#say(`analyze ${tables.map(({ name }) => quoted(name)).join(', ')}`, [])
    await this.#say(`delete from meta where key = '${HALF_MOVED}'`, [])
  }

  async close(): Promise<void> {
    await this.#client.end().catch(() => undefined)
  }

  async #say(text: string, values: readonly unknown[]): Promise<QueryResult<Record<string, Value>>> {
    try {
      return await this.#client.query<Record<string, Value>>(text, [...values])
    } catch (error) {
      throw faultOf(error)
    }
  }
}

/** @returns the place, as it is written */
async function begin(client: Client, source: Source): Promise<string> {
  await client.query(SETTINGS)
  await beginAlone(client)
  const { rows } = await client.query<{ value: string }>(
    `select value from meta where key = '${HALF_MOVED}' for update`
  )
  const before = rows[0] === undefined ? await beginEmpty(client, source) : (JSON.parse(rows[0].value) as Place)
  if (before.source !== source.identity) throw another()
  const written = JSON.stringify({ ...before, mover: randomUUID() } satisfies Place)
  await client.query(
    'insert into meta (key, value) values ($1, $2) on conflict (key) do update set value = excluded.value',
    [HALF_MOVED, written]
  )
  await client.query('commit')
  return written
}

/** @returns where a move begins */
async function beginEmpty(client: Client, source: Source): Promise<Place> {
  // Not first whose nodes are there: they are not to be stopped for a move that will be refused all the same.
  for (const { name } of source.tables) if (name !== 'meta') await refuseRows(client, name)
  await refuseKey(client, source.keyCheck)
  await refuseNodes(client)
  await client.query("delete from meta where key <> 'version'")
  return { source: source.identity, mover: '', table: source.tables[0]?.name ?? null, after: null }
}

/** Those whose lease has expired are gone for good: one that was frozen finds that out when it goes on. */
async function refuseNodes(client: Client): Promise<void> {
  const now = 'floor(extract(epoch from clock_timestamp()) * 1000)::bigint'
  const { rowCount } = await client.query(`select 1 from nodes where gone_at is null and expires_at > ${now}`)
  if (rowCount !== 0)
    throw new Fault('database_in_use', 'A node of Bellhop works on this database.', {
      hint: 'Stop it, and repeat this; or name an empty database with --to.'
    })
  await client.query(`update nodes set gone_at = ${now} where gone_at is null`)
}

async function refuseKey(client: Client, keyCheck: string): Promise<void> {
  const { rowCount } = await client.query("select 1 from meta where key = 'key_check' and value <> $1", [keyCheck])
  if (rowCount !== 0)
    throw new Fault('wrong_key', 'This database was made with another key than the data directory.', {
      hint: 'Name an empty database with --to.'
    })
}

async function refuseRows(client: Client, table: string): Promise<void> {
  const { rowCount } = await client.query(`select 1 from ${quoted(table)} limit 1`)
  if (rowCount !== 0)
    throw new Fault('database_not_empty', `This database holds something already (in the table \`${table}\`).`, {
      hint: 'Name an empty database with --to.'
    })
}

function another(): Fault {
  return new Fault(
    'migration_of_another',
    'Another data directory is being moved into this database, or this one before its server was started again.',
    { hint: `Name an empty database with --to, or empty this one: drop schema ${SCHEMA} cascade` }
  )
}

function elsewhere(): Fault {
  return new Fault('migration_elsewhere', 'Another `bellhop migrate` has taken over what this one did.', {
    hint: 'Let that one go on. If it has ended early, repeat this.'
  })
}

function faultOf(error: unknown): Error {
  switch (failureOf(error)) {
    case 'lost':
      return unavailable('The connection to the database was lost.', 'Repeat this: it goes on where it was.')
    case 'full': {
      const { code, message } = storageFull()
      return new Fault(code, message, { hint: 'Give its disk more room, and repeat this: it goes on where it was.' })
    }
    case 'again':
    case 'taken':
    case 'stale':
    case 'slow':
    case 'command':
      return mistake(error)
  }
}
