/** A database over the access that steps have, with a run's keyring: what is revealed to it, and what of it is protected. */
import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import type { Json, JsonObject } from '@bellhop/sdk'
import { expect, test } from 'vitest'
import { StoreAccess, type StoreCaller } from '../access.ts'
import { Stores } from '../stores.ts'
import { MasterKey } from '../../../secrets/seal.ts'
import { StoreHouse } from '../testing/house.ts'
import { sqlite } from './sqlite/sqlite.ts'

const SECRET = 'the-api-key-of-acme'

/** A run that holds a secret, and a step's way to a database. */
async function step(): Promise<{ caller: StoreCaller; handle: string; query: (input: JsonObject) => Promise<Json> }> {
  const house = await StoreHouse.open()
  const path = join(house.dir, 'shop.sqlite')
  const db = new DatabaseSync(path)
  db.exec(`create table customers (api_key text, token text);
    insert into customers values ('${SECRET}', 'xoxb-token-of-acme'), ('another', 'xoxb-token-of-bolt')`)
  db.close()
  const master = new MasterKey(new Uint8Array(32).fill(9))
  const stores = new Stores({ storage: house.storage, master, kinds: new Map([['sqlite', sqlite]]), now: Date.now })
  await stores.save('crm', 'sqlite', { path })
  const access = new StoreAccess(stores, house.leases, Date.now)
  const caller = await house.run()
  const handle = caller.keyring.mint(SECRET, { app: 'event', field: 'api_key', audience: null })
  const query = async (input: JsonObject): Promise<Json> => {
    try {
      const client = await access.client(caller, 'crm', ['sqlite'], [[0, 'token']])
      return await client.call('query', input)
    } finally {
      await stores.close()
    }
  }
  return { caller, handle, query }
}

test('a value that is a handle, whole, is looked up as what it stands for; what comes back is handles', async () => {
  const { caller, handle, query } = await step()
  const sql = 'select api_key, token from customers where api_key = $1'
  const answer = await query({ sql, values: [handle] })
  const { rows } = answer as { rows: JsonObject[] }
  expect(rows).toEqual([{ api_key: handle, token: expect.stringMatching(/^bhdl\.sqlite\.token\./) as string }])
  expect(caller.keyring.get(rows[0]?.['token'] as string)?.value).toBe('xoxb-token-of-acme')
})

test('a handle inside other text, or inside an object, stays a handle', async () => {
  const { handle, query } = await step()
  const values = [`key: ${handle}`, { key: handle }]
  const { rows } = (await query({ sql: 'select $1 as token, $2 as note', values })) as { rows: JsonObject[] }
  expect(rows[0]?.['note']).toBe(JSON.stringify({ key: handle }))
})

test('every row of a column that a binding reads is protected', async () => {
  const { query } = await step()
  const answer = await query({ sql: 'select token from customers', values: [] })
  expect(JSON.stringify(answer)).not.toContain('xoxb')
})
