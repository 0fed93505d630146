/**
 * Databases for tests, on the one PostgreSQL server that a run of the unit project has. It starts with the first test
 * that asks (e2e/services/on-demand.ts), and ends with the run.
 */
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where to ask for the server. */
    postgres: string
  }
}

export interface TestDatabase {
  /** `postgres://…`, as a superuser of the server. */
  url: string
  /**
   * Removes it. The hook that made it should return this: `beforeAll(async () => { … return database.drop })`.
   * @throws when somebody is still connected, which is a leak of the test
   */
  drop: () => Promise<void>
}

/** What many databases begin with. */
export interface Template {
  /** In snake case; the same for all that make the same. */
  name: string
  /** Fills an empty database, once in a run, and closes its connections. */
  make: (url: string) => Promise<void>
}

interface Server {
  url: string
  /** What the names of this run's databases begin with. */
  prefix: string
}

/** Makes a database for one test, or one file of them: an empty one, or a copy of the template. */
export async function createDatabase(template?: Template): Promise<TestDatabase> {
  const server = await ask()
  const name = `${server.prefix}${randomBytes(6).toString('hex')}`
  await administrate(server, async (admin) => {
    const from = template === undefined ? 'template0' : await ensure(server, admin, template)
    await admin.query(`create database ${name} template ${from}`)
  })
  return { url: within(server, name), drop: () => administrate(server, (admin) => drop(admin, name)) }
}

/** The server's address; the first to ask starts it. */
async function ask(): Promise<Server> {
  const answer = await fetch(inject('postgres'))
  if (!answer.ok) throw new Error(`There is no PostgreSQL for the tests: ${await answer.text()}`)
  return (await answer.json()) as Server
}

/** Makes the template unless a test has done so. Others wait; one that could not be filled is made anew. */
async function ensure(server: Server, admin: pg.Client, { name, make }: Template): Promise<string> {
  const full = `${server.prefix}${name}`
  const half = `${full}_half`
  await admin.query('select pg_advisory_lock(hashtext($1))', [full])
  const { rowCount } = await admin.query('select 1 from pg_database where datname = $1', [full])
  if (rowCount === 1) return full
  await admin.query(`drop database if exists ${half} with (force)`)
  await admin.query(`create database ${half} template template0`)
  await make(within(server, half))
  await admin.query(`alter database ${half} rename to ${full}`)
  return full
}

/** The server waits 5 s for connections that are about to end. */
async function drop(admin: pg.Client, name: string): Promise<void> {
  try {
    await admin.query(`drop database ${name}`)
  } catch (error) {
    await admin.query(`drop database ${name} with (force)`)
    throw error
  }
}

/** Its locks go with the connection. */
async function administrate<T>(server: Server, work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client({ connectionString: server.url })
  await admin.connect()
  try {
    return await work(admin)
  } finally {
    await admin.end()
  }
}

function within(server: Server, database: string): string {
  const url = new URL(server.url)
  url.pathname = `/${database}`
  return url.href
}
