import { afterAll, beforeAll, expect, test } from 'vitest'
import { OpenedStore } from '../../../server/src/credentials/stores/database/testing/opened.ts'
import { against } from '../services.ts'
import { openPostgresShop, POSTGRES_WORDS } from './postgres-shop.ts'
import type { Shop } from './shop.ts'
import { databaseSuite } from './suite.ts'

against(['postgres'], (at) => {
  databaseSuite('PostgreSQL', POSTGRES_WORDS, () => openPostgresShop(at))

  let shop: Shop
  let store: OpenedStore
  beforeAll(async () => {
    shop = await openPostgresShop(at)
    store = new OpenedStore(shop.kind, { ...shop.config })
  })
  afterAll(async () => {
    await store.close()
    await shop.close()
  })

  test('values of every type come as JSON', async () => {
    const columns = {
      flag: ['true', true],
      whole: ['7::int', 7],
      long: ['9007199254740993::bigint', '9007199254740993'],
      exact: ['1.50::numeric', '1.50'],
      real: ['1.5::float8', 1.5],
      none_at_all: ["'NaN'::float8", 'NaN'],
      bytes: ["'\\x00ff'::bytea", 'AP8='],
      document: [`'{"a":[1,null]}'::jsonb`, { a: [1, null] }],
      day: ["'2026-01-02'::date", '2026-01-02'],
      moment: ["'2026-01-02 03:04:05.678+00'::timestamptz at time zone 'UTC'", '2026-01-02T03:04:05.678'],
      zoned: ["'2026-01-02 03:04:05+00'::timestamptz = '2026-01-02T04:04:05+01:00'", true],
      texts: [`array['a', 'b,"c\\', null, 'NULL', ' d ', '']`, ['a', 'b,"c\\', null, 'NULL', ' d ', '']],
      table_of: [
        'array[[1,2],[3,4]]',
        [
          [1, 2],
          [3, 4]
        ]
      ],
      shifted: ["'[0:1]={5,6}'::int[]", [5, 6]],
      documents: [`array['{"a":1}'::jsonb]`, [{ a: 1 }]],
      uuid: ["'01890a5d-ac96-774b-bcce-b302099a8057'::uuid", '01890a5d-ac96-774b-bcce-b302099a8057'],
      endless: ["'infinity'::timestamptz", 'infinity'],
      nothing: ['null', null]
    } as const
    const list = Object.entries(columns).map(([name, [expression]]) => `${expression} as ${name}`)
    const [row] = await store.rows(`select ${list.join(', ')}`)
    expect(row).toEqual(Object.fromEntries(Object.entries(columns).map(([name, [, value]]) => [name, value])))
  })

  test('a moment with a zone says which, in whatever style the server writes', async () => {
    await shop.admin(`alter role ${shop.user} set datestyle = 'German'`)
    await shop.admin(`alter role ${shop.user} set timezone = 'Asia/Kolkata'`)
    const fresh = new OpenedStore(shop.kind, { ...shop.config })
    const [row] = await fresh.rows("select '2026-01-02 03:04:05+00'::timestamptz as at")
    expect(row).toEqual({ at: '2026-01-02T08:34:05+05:30' })
    await fresh.close()
  })

  test('lists are arrays, and objects are JSON', async () => {
    const sql = 'select id, $2::jsonb as document from customers where id = any($1)'
    expect(await store.rows(sql, ['acme', 'none'], { a: [1] })).toEqual([{ id: 'acme', document: { a: [1] } }])
  })

  test('neither a copy nor the end of its transaction brings a statement out of its bounds', async () => {
    const free = new OpenedStore(shop.kind, { ...shop.config, read_only: false })
    await expect(free.query('copy notes from stdin')).rejects.toMatchObject({ code: 'store_bad_statement' })
    await expect(store.query('set transaction read write')).resolves.toBeDefined()
    await expect(store.query('commit')).resolves.toBeDefined()
    await expect(store.query("insert into notes values ('n2', 'a')")).rejects.toMatchObject({ code: 'store_denied' })
    await free.close()
  })
})
