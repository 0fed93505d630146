/**
 * Every statement of the code, put to both databases. Modules build their statements when they are loaded, so that all of
 * them are seen, those that nobody exports as well.
 */
import { globSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import { expect, onTestFinished, test, vi } from 'vitest'
import { emptyDatabase, openStorage } from '../storage/postgres/testing/fixture.ts'
import { migrate } from '../storage/sqlite/migrate.ts'
import type * as Queries from '../storage/query.ts'
import type { Compiled, Statement } from '../storage/query.ts'

interface Built {
  statement: Statement
  /** `folder/file.ts:12` */
  where: string
}

const built = vi.hoisted<Built[]>(() => [])

vi.mock('../storage/query.ts', async (original) => {
  const real = await original<typeof Queries>()
  const query: typeof real.query =
    <P extends object>() =>
    <R>(build: Parameters<ReturnType<typeof real.query<P>>>[0]) => {
      const statement = real.query<P>()<R>(build)
      const [, place = ''] = /src\/(\S+\.ts:\d+):\d+\)?$/.exec(new Error().stack?.split('\n')[2] ?? '') ?? []
      built.push({ statement, where: place })
      return statement
    }
  return { ...real, query }
})

const SOURCES = join(import.meta.dirname, '..')

function modules(): string[] {
  const all = globSync('**/*.ts', { cwd: SOURCES, exclude: (name) => name === 'testing' || name === 'contract' })
  return all
    .filter((path) => !path.endsWith('.test.ts'))
    .map((path) => join(SOURCES, path))
    .filter((path) => /import \{[^}]*\bquery\b[^}]*\} from '[^']*\/query\.ts'/.test(readFileSync(path, 'utf8')))
}

/** For PostgreSQL alone: what has to do with several nodes, and commits as one statement. */
const POSTGRES_ONLY = /^engine\/(dbos\/|stored\/at-once\.ts)/

/** What is wrong with each. */
async function wrong(look: (statement: Compiled) => Promise<string[]>, dialect: Queries.Dialect): Promise<string[]> {
  const found: string[] = []
  for (const { statement, where } of built) {
    if (dialect === 'sqlite' && POSTGRES_ONLY.test(where)) continue
    try {
      for (const problem of await look(statement.for(dialect))) found.push(`${where}: ${problem}`)
    } catch (error) {
      found.push(`${where}: ${error instanceof Error ? error.message : String(error)}\n${textOf(statement, dialect)}`)
    }
  }
  return found
}

function textOf(statement: Statement, dialect: Queries.Dialect): string {
  try {
    return statement.for(dialect).sql
  } catch {
    return ''
  }
}

for (const path of modules()) await import(path)

test('every statement is found', () => {
  expect(built.length).toBeGreaterThan(200)
  const files = new Set(built.map(({ where }) => where.split(':')[0]))
  expect(modules().filter((path) => !files.has(relative(SOURCES, path)))).toEqual([])
})

test('SQLite takes every statement', async () => {
  const db = new DatabaseSync(':memory:')
  onTestFinished(() => db.close())
  migrate(db)
  const look = (statement: Compiled): Promise<string[]> => {
    db.prepare(statement.sql)
    return Promise.resolve([])
  }
  expect(await wrong(look, 'sqlite')).toEqual([])
})

test('PostgreSQL takes every statement, and sees in its parameters what the code does', async () => {
  const url = await emptyDatabase()
  await (await openStorage(url)).close()
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  onTestFinished(() => client.end())
  await client.query('set search_path = bellhop')
  expect(await wrong((statement) => look(client, statement), 'postgres')).toEqual([])
})

async function look(client: pg.Client, { sql, slots }: Compiled): Promise<string[]> {
  await client.query('deallocate all')
  await client.query(`prepare looked_at as ${sql}`)
  const { rows } = await client.query<{ types: string[] }>(
    'select parameter_types::text[] as types from pg_prepared_statements'
  )
  const types = rows[0]?.types ?? []
  if (/\bas integer\b/.test(sql)) return [`an integer has 32 bits there; write cast(… as bigint)\n${sql}`]
  return slots.flatMap((slot, i) => {
    const type = types[i] ?? 'nothing'
    const name = 'name' in slot ? slot.name : JSON.stringify(slot.constant)
    // All columns are bigint: a time in milliseconds is no integer.
    if (type === 'integer') return [`${name} is taken for an integer of 32 bits; write cast(… as bigint)\n${sql}`]
    if (type === 'text' && 'constant' in slot && typeof slot.constant === 'number')
      return [`the number ${name} is taken for text; write sql.lit, or cast it\n${sql}`]
    return []
  })
}
