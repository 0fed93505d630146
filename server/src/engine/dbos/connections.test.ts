import type { PoolClient } from 'pg'
import { expect, it, onTestFinished } from 'vitest'
import { createDatabase } from '../../storage/postgres/testing/postgres.ts'
import { openPool } from './connections.ts'

/** Two connections to a database with the empty table `t`. */
async function connect(): Promise<[PoolClient, PoolClient]> {
  const { url, drop } = await createDatabase()
  const pool = openPool(url)
  const clients: [PoolClient, PoolClient] = [await pool.connect(), await pool.connect()]
  onTestFinished(async () => {
    for (const client of clients) client.release(true)
    await pool.end()
    await drop()
  })
  await clients[0].query('create table t (n int)')
  return clients
}

async function numbers(client: PoolClient): Promise<number[]> {
  const { rows } = await client.query<{ n: number }>('select n from t order by n')
  return rows.map(({ n }) => n)
}

it('has a statement prepared once', async () => {
  const [client] = await connect()
  for (const n of [1, 2]) await client.query('insert into t values ($1)', [n])
  expect(await numbers(client)).toEqual([1, 2])
  expect((await client.query('select * from pg_prepared_statements')).rowCount).toBe(1)
})

it('does not prepare what has many forms', async () => {
  const [client] = await connect()
  await client.query('select * from t where n IN ($1, $2)', [1, 2])
  expect((await client.query('select * from pg_prepared_statements')).rowCount).toBe(0)
})

it('begins with the first statement', async () => {
  const [one, other] = await connect()
  await one.query('BEGIN ISOLATION LEVEL READ COMMITTED')
  await one.query('insert into t values ($1)', [1])
  expect(await numbers(other)).toEqual([])
  await one.query('COMMIT')
  expect(await numbers(other)).toEqual([1])
  await one.query('BEGIN')
  await one.query('insert into t values (2)')
  await one.query('ROLLBACK')
  expect(await numbers(one)).toEqual([1])
})

it('is in no transaction that had no statement', async () => {
  const [one, other] = await connect()
  for (const end of ['COMMIT', 'ROLLBACK']) {
    await one.query('BEGIN')
    await one.query(end)
  }
  await one.query('insert into t values (1)')
  expect(await numbers(other)).toEqual([1])
})

it('is in a transaction whose first statement failed until it is taken back', async () => {
  const [client] = await connect()
  await client.query('BEGIN')
  await expect(client.query('insert into t values ($1)', ['x'])).rejects.toThrow('integer')
  await expect(client.query('select 1')).rejects.toThrow('aborted')
  await client.query('ROLLBACK')
  expect(await numbers(client)).toEqual([])
})

it('is thrown out when it leaves a transaction alone', async () => {
  const [client] = await connect()
  const { rows } = await client.query('show idle_in_transaction_session_timeout')
  expect(rows).toEqual([{ idle_in_transaction_session_timeout: '5s' }])
})
