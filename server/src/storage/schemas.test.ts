import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { emptyDatabase, openStorage } from './postgres/testing/fixture.ts'
import { migrate } from './sqlite/migrate.ts'

interface Column {
  name: string
  type: string
  nullable: boolean
  default: string | null
  /** Place in the primary key, from 1; 0: not in it. */
  key: number
  /** Whether the database numbers it. */
  numbered: boolean
}

interface Index {
  unique: boolean
  columns: string[]
  /** The condition of a partial one. */
  where: string | null
}

interface Table {
  columns: Column[]
  indexes: Index[]
}

type Tables = Record<string, Table>

/** The two databases' words for one type. SQLite's key of whole numbers says nothing of who numbers them. */
const TYPES: Readonly<Record<string, string>> = { INTEGER: 'bigint', TEXT: 'text C', BLOB: 'bytea', ANY: 'text C' }

function ofSqlite(db: DatabaseSync): Tables {
  const all = <R>(sql: string, ...values: string[]): R[] => db.prepare(sql).all(...values) as R[]
  const tables = all<{ name: string }>(
    "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'"
  )
  return Object.fromEntries(
    tables.map(({ name }) => {
      const columns = all<{ name: string; type: string; notnull: number; dflt_value: string | null; pk: number }>(
        'select * from pragma_table_info(?)',
        name
      ).map((column) => ({
        name: column.name,
        type: TYPES[column.type] ?? column.type,
        nullable: column.notnull === 0 && column.pk === 0,
        default: column.dflt_value,
        key: column.pk,
        numbered: false
      }))
      const indexes = all<{ name: string; unique: number; origin: string; sql: string | null }>(
        'select l.name, l."unique", l.origin, m.sql from pragma_index_list(?) l left join sqlite_master m on m.name = l.name',
        name
      )
        .filter(({ origin }) => origin !== 'pk')
        .map((index) => ({
          unique: index.unique === 1,
          columns: all<{ name: string }>('select name from pragma_index_info(?) order by seqno', index.name).map(
            (column) => column.name
          ),
          where: / where (.*)$/.exec(index.sql ?? '')?.[1] ?? null
        }))
      return [name, { columns, indexes: inOrder(indexes) }]
    })
  )
}

async function ofPostgres(client: pg.Client): Promise<Tables> {
  const { rows } = await client.query<{ name: string; columns: Column[]; indexes: Index[] }>(`
    select t.relname as name,
      (select json_agg(json_build_object(
          'name', a.attname,
          'type', format_type(a.atttypid, null) || case when l.collname = 'C' then ' C' else '' end,
          'nullable', not a.attnotnull,
          'default', pg_get_expr(d.adbin, d.adrelid),
          'key', coalesce(array_position(p.indkey::int2[], a.attnum) + 1, 0),
          'numbered', a.attidentity = 'd') order by a.attnum)
        from pg_attribute a
        left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        left join pg_collation l on l.oid = a.attcollation
        left join pg_index p on p.indrelid = t.oid and p.indisprimary
        where a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped) as columns,
      coalesce((select json_agg(json_build_object(
          'unique', i.indisunique,
          'columns', (select json_agg(a.attname order by k.n) from unnest(i.indkey::int2[]) with ordinality k (attnum, n)
            join pg_attribute a on a.attrelid = t.oid and a.attnum = k.attnum),
          'where', pg_get_expr(i.indpred, i.indrelid)))
        from pg_index i where i.indrelid = t.oid and not i.indisprimary), '[]') as indexes
    from pg_class t where t.relkind = 'r' and t.relnamespace = 'bellhop'::regnamespace`)
  return Object.fromEntries(
    rows.map(({ name, columns, indexes }) => [
      name,
      { columns, indexes: inOrder(indexes.map((index) => ({ ...index, where: bare(index.where) }))) }
    ])
  )
}

function inOrder(indexes: Index[]): Index[] {
  return indexes.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
}

/** `(status = 'failed'::text)` → `status = 'failed'` */
function bare(condition: string | null): string | null {
  return condition === null
    ? null
    : condition
        .replace(/^\((.*)\)$/, '$1')
        .replace(/::\w+/g, '')
        .toLowerCase()
}

function withoutNumbering(tables: Tables): Tables {
  return Object.fromEntries(
    Object.entries(tables).map(([name, { columns, indexes }]) => [
      name,
      { columns: columns.map((column) => ({ ...column, numbered: false })), indexes }
    ])
  )
}

async function both(): Promise<{ sqlite: Tables; postgres: Tables; client: pg.Client }> {
  const db = new DatabaseSync(':memory:')
  onTestFinished(() => db.close())
  migrate(db)
  const url = await emptyDatabase()
  await (await openStorage(url)).close()
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  onTestFinished(() => client.end())
  return { sqlite: ofSqlite(db), postgres: await ofPostgres(client), client }
}

test('both databases end with the same tables, columns, keys and indexes', async () => {
  const { sqlite, postgres } = await both()
  expect(Object.keys(postgres).toSorted()).toEqual(Object.keys(sqlite).toSorted())
  expect(withoutNumbering(postgres)).toEqual(sqlite)
})

test('PostgreSQL numbers the rows that come without an id, and everything is in one schema', async () => {
  const { postgres, client } = await both()
  const numbered = Object.entries(postgres).filter(([, { columns }]) => columns.some((column) => column.numbered))
  expect(numbered.map(([name]) => name).toSorted()).toEqual([
    'accounts',
    'audit',
    'data_entries',
    'data_stores',
    'leases',
    'nodes',
    'resumptions',
    'sessions',
    'steps',
    'stores',
    'test_events',
    'users',
    'versions',
    'workflows'
  ])
  const { rows } = await client.query(
    "select nspname from pg_namespace where nspname not like 'pg_%' and nspname <> 'information_schema' order by 1"
  )
  expect(rows).toEqual([{ nspname: 'bellhop' }, { nspname: 'public' }])
})
