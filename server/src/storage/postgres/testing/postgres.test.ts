import pg from 'pg'
import { expect, it, onTestFinished } from 'vitest'
import { createDatabase, type Template, type TestDatabase } from './postgres.ts'

async function database(template?: Template): Promise<TestDatabase> {
  const made = await createDatabase(template)
  onTestFinished(made.drop)
  return made
}

async function rows(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<object>(sql)).rows
  } finally {
    await client.end()
  }
}

it('makes databases that know nothing of each other', async () => {
  const [one, other] = await Promise.all([database(), database()])
  await rows(one.url, 'create table mine (id int)')
  await expect(rows(other.url, 'select * from mine')).rejects.toThrow('does not exist')
})

it('fills a template once, for all that begin with it', async () => {
  let times = 0
  const make = async (url: string): Promise<void> => {
    times += 1
    await rows(url, 'create table filled as select 7 as value')
  }
  const copies = await Promise.all([1, 2, 3].map(() => database({ name: 'filled_once', make })))
  const values = await Promise.all(copies.map(({ url }) => rows(url, 'select value from filled')))
  expect(values).toEqual(Array.from({ length: 3 }, () => [{ value: 7 }]))
  expect(times).toBe(1)
})

it('does not keep a template that could not be filled', async () => {
  const failing = createDatabase({ name: 'filled_later', make: () => Promise.reject(new Error('no')) })
  await expect(failing).rejects.toThrow('no')
  const { url } = await database({
    name: 'filled_later',
    make: async (at) => void (await rows(at, 'create table t ()'))
  })
  expect(await rows(url, 'select * from t')).toEqual([])
})

it('says that a test has left a connection open', async () => {
  const { url, drop } = await createDatabase()
  const left = new pg.Client({ connectionString: url })
  left.on('error', () => {})
  await left.connect()
  await expect(drop()).rejects.toThrow('being accessed by other users')
})
