import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { emptyDatabase, openStorage } from './testing/fixture.ts'
import { Vacuum } from './vacuum.ts'

async function house(): Promise<{ url: string; client: pg.Client }> {
  const url = await emptyDatabase()
  const storage = await openStorage(url)
  await storage.write('add', { workflow: 1, sealed: Buffer.from('kept'), at: 1 })
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  onTestFinished(() => client.end())
  return { url, client }
}

/** As the server itself counts them. */
async function statistics(client: pg.Client): Promise<{ dead: number; vacuums: number } | undefined> {
  await client.query('select pg_stat_force_next_flush(), pg_stat_clear_snapshot()')
  const { rows } = await client.query<{ dead: number; vacuums: number }>(
    `select n_dead_tup::int as dead, vacuum_count::int as vacuums from pg_stat_user_tables
      where schemaname = 'bellhop' and relname = 'test_events'`
  )
  return rows[0]
}

test('a row that was written anew leaves its table, once', async () => {
  const { url, client } = await house()
  await client.query(`update bellhop.test_events set sealed = 'anew'`)
  expect(await statistics(client)).toEqual({ dead: 1, vacuums: 0 })
  const vacuum = new Vacuum(url)
  await vacuum.look()
  expect(await statistics(client)).toEqual({ dead: 0, vacuums: 1 })
  await vacuum.look()
  expect(await statistics(client)).toEqual({ dead: 0, vacuums: 1 })
})

test('a table that another node has just vacuumed is left to the next time', async () => {
  const { url, client } = await house()
  await client.query('delete from bellhop.test_events')
  await statistics(client)
  await new Vacuum(url).look()
  await new Vacuum(url).look()
  expect((await statistics(client))?.vacuums).toBe(1)
})

test('no table keeps samples of what is sealed, or passed through a run', async () => {
  const { client } = await house()
  // Hashes; what is fetched and built of packages; and the number of the database's version.
  const others = ['file_contents.content', 'idempotency.request', 'idempotency.scope', 'meta.key', 'meta.value']
  const hashes = ['sessions.token', 'users.link']
  const { rows } = await client.query(
    `select relname || '.' || attname as sampled from pg_attribute a join pg_class c on c.oid = attrelid
      where relnamespace = 'bellhop'::regnamespace and relkind = 'r' and attnum > 0 and attstattarget is distinct from 0
        and (atttypid = 'bytea'::regtype or attname in ('body', 'value', 'logs', 'error', 'ending', 'said', 'data', 'key'))
      order by 1`
  )
  expect(rows.map((row: { sampled: string }) => row.sampled)).toEqual([...others, ...hashes])
})
