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

it('begins with the first statement, whatever form it has', async () => {
  const [one, other] = await connect()
  await one.query('BEGIN')
  await one.query({ text: 'insert into t values ($1)', values: [1] })
  expect(await numbers(other)).toEqual([])
  await one.query('ROLLBACK')
  expect(await numbers(one)).toEqual([])
})

type Call = [string, unknown[]]

/** As DBOS has them. */
const TABLES = `
create schema dbos;
create table dbos.workflow_status (id int);
create table dbos.workflow_input (workflow_uuid int, inputs text);
create table dbos.operation_outputs (id int primary key);`

const START: Call = ['INSERT INTO "dbos".workflow_status values ($1)', [1]]
const INPUT: Call = ['INSERT INTO "dbos".workflow_input (workflow_uuid, inputs) values ($1, $2)', [1, '[]']]
const RECORD: Call = ['INSERT INTO "dbos".operation_outputs values ($1)', [1]]

async function count(client: PoolClient, table: string): Promise<number | null> {
  return (await client.query(`select from dbos.${table}`)).rowCount
}

it('commits with the statement that is known to be the last', async () => {
  const [one, other] = await connect()
  await one.query(TABLES)
  for (const end of ['COMMIT', 'ROLLBACK']) {
    await one.query('BEGIN')
    await one.query(...START)
    await one.query(...INPUT)
    await expect.poll(() => count(other, 'workflow_input')).toBe(end === 'COMMIT' ? 1 : 2)
    await one.query(end)
  }
  // In no transaction any more.
  await one.query('insert into t values (1)')
  expect(await numbers(other)).toEqual([1])
})

it('does not commit with a statement that is the last of another transaction', async () => {
  const [one, other] = await connect()
  await one.query(TABLES)
  await one.query('BEGIN')
  await one.query('select from t for update')
  await one.query(...START)
  await one.query(...INPUT)
  await one.query('select 1')
  expect(await count(other, 'workflow_input')).toBe(0)
  await one.query(...RECORD)
  await expect.poll(() => count(other, 'operation_outputs')).toBe(1)
  await one.query('COMMIT')
  expect(await count(other, 'workflow_input')).toBe(1)
})

it('has committed nothing where the last statement failed', async () => {
  const [client] = await connect()
  await client.query(TABLES)
  await client.query(...RECORD)
  await client.query('BEGIN')
  await client.query('insert into t values (1)')
  await expect(client.query(...RECORD)).rejects.toThrow('duplicate')
  await client.query('ROLLBACK')
  expect(await numbers(client)).toEqual([])
})

it('refuses what comes after the last statement', async () => {
  const [client] = await connect()
  await client.query(TABLES)
  await client.query('BEGIN')
  await client.query(...RECORD)
  expect(() => client.query('select 1')).toThrow('not the last statement of its transaction: select 1')
  await client.query('COMMIT')
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
  // And so is one whose machine is gone.
  expect((await client.query('show tcp_keepalives_idle')).rows).toEqual([{ tcp_keepalives_idle: '10' }])
})

it('says that the database does not answer so that DBOS tries again', async () => {
  const { url, drop } = await createDatabase()
  const pool = openPool(url, 1000)
  onTestFinished(() => pool.end().then(drop))
  const client = await pool.connect()
  const slow = [client.query('select pg_sleep(2)'), pool.query('select pg_sleep(2)')]
  const ends = await Promise.allSettled(slow)
  client.release()
  const unanswered = { status: 'rejected', reason: { code: 'ETIMEDOUT', message: 'the database does not answer' } }
  expect(ends).toMatchObject([unanswered, unanswered])
})
