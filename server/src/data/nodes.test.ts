/** Data stores that two nodes write into at the same time, on PostgreSQL: what a store counts is what it has. */
import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { PostgresStorage } from '../storage/postgres/storage.ts'
import { emptyDatabase } from '../storage/postgres/testing/fixture.ts'
import { query } from '../storage/query.ts'
import type { Tx } from '../storage/tx.ts'
import { DataStores } from './data-stores.ts'
import { dataCommands, sweepData } from './rows.ts'

const addRun = query<{ run: number }>()((db, p) =>
  db.insertInto('unfinished').values({ run: p.run, timeout_ms: 1, boot: 1, crashes: 0, wake_at: null, places: null })
)
const commands = {
  ...dataCommands,
  sweepData,
  addRun: async (tx: Tx, run: { run: number }) => (await tx.run(addRun, run)).changes
}

const miscounted = query()((db) =>
  db
    .selectFrom('data_stores')
    .leftJoin('data_entries', 'data_entries.store', 'data_stores.id')
    .select('data_stores.name')
    .groupBy(['data_stores.id', 'data_stores.name', 'data_stores.entries', 'data_stores.bytes'])
    .having(
      sql<boolean>`data_stores.entries <> count(data_entries.id)
        or data_stores.bytes <> coalesce(sum(octet_length(data_entries.key) + octet_length(data_entries.value)), 0)`
    )
)

test('entries that are set, deleted, cleared and expire at the same time are counted', async () => {
  const url = await emptyDatabase()
  let now = 1_000
  const nodes = await Promise.all([openNode(url), openNode(url)])
  const [stores, others] = nodes.map((storage) => new DataStores(storage, () => now))
  if (stores === undefined || others === undefined) throw new Error('there are two')
  await nodes[0].write('addRun', { run: 1 })
  const by = { run: 1, lane: '' }
  const id = { name: 'customers', workflow: null }
  await Promise.all(
    Array.from({ length: 40 }, (_, i) =>
      (i % 2 === 0 ? stores : others).set(id, `k${i % 10}`, JSON.stringify('é'.repeat(i)), i % 3 === 0 ? 50 : null, by)
    )
  )
  expect(await nodes[0].reader.all(miscounted)).toEqual([])
  now += 100
  await Promise.all([
    nodes[0].write('sweepData', { now }),
    nodes[1].write('sweepData', { now }),
    stores.delete(id.name, 'k1'),
    others.delete(id.name, 'k1'),
    others.set(id, 'k2', '1', null, by),
    stores.set(id, 'k3', '2', null, by)
  ])
  expect(await nodes[0].reader.all(miscounted)).toEqual([])
  expect(await stores.get(id.name, 'k2')).toMatchObject({ value: 1 })
  await Promise.all([stores.clear(id.name), others.clear(id.name)])
  expect(await others.list()).toMatchObject([{ name: 'customers', entries: 0, bytes: 0 }])
})

async function openNode(url: string): Promise<PostgresStorage<typeof commands>> {
  const node = { executor: randomUUID(), name: 'test', version: '0' }
  const storage = await PostgresStorage.open({ url, commands, node, onTrouble: () => {} })
  onTestFinished(() => storage.close())
  return storage
}
