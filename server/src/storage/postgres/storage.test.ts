import { sql } from 'kysely'
import pg from 'pg'
import { expect, test } from 'vitest'
import { query } from '../query.ts'
import { startChild } from '../testing/child-process.ts'
import { describeStorage } from '../contract/storage-contract.ts'
import { emptyDatabase, openStorage } from './testing/fixture.ts'

describeStorage('PostgreSQL', async () => {
  const url = await emptyDatabase()
  return {
    open: () => openStorage(url),
    startCounting: () => startChild(new URL('testing/child.ts', import.meta.url), url)
  }
})

const setting = query()((db) =>
  db.selectNoFrom(sql<string>`current_setting('synchronous_commit')`.as('synchronous_commit'))
)
const keepalive = query()((db) => db.selectNoFrom(sql<string>`current_setting('tcp_keepalives_idle')`.as('seconds')))

test('the server asks after a node whose machine may be gone, and keeps no connection for it', async () => {
  const url = await emptyDatabase()
  expect(await (await openStorage(url)).reader.get(keepalive)).toEqual({ seconds: '10' })
})

test('a commit waits for the disk, whatever the database’s custom (I2)', async () => {
  const url = await emptyDatabase()
  const admin = new pg.Client({ connectionString: url })
  await admin.connect()
  await admin.query(`alter database ${new URL(url).pathname.slice(1)} set synchronous_commit = off`)
  await admin.end()
  const storage = await openStorage(url)
  expect(await storage.reader.get(setting)).toEqual({ synchronous_commit: 'on' })
})
