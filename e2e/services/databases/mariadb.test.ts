import { afterAll, beforeAll, expect, test } from 'vitest'
import { OpenedStore } from '../../../server/src/credentials/stores/database/testing/opened.ts'
import { against } from '../services.ts'
import { MARIADB_WORDS, openMariaDbShop } from './mariadb-shop.ts'
import type { Shop } from './shop.ts'
import { databaseSuite } from './suite.ts'

against(['mariadb'], (at) => {
  databaseSuite('MariaDB', MARIADB_WORDS, () => openMariaDbShop(at))

  let shop: Shop
  let store: OpenedStore
  beforeAll(async () => {
    shop = await openMariaDbShop(at)
    store = new OpenedStore(shop.kind, { ...shop.config })
  })
  afterAll(async () => {
    await store.close()
    await shop.close()
  })

  test('values of every type come as JSON', async () => {
    await shop.admin(`create table every_type (flag boolean, whole int, \`long\` bigint, huge bigint unsigned,
      exact decimal(10,2), \`real\` double, bytes blob, bits bit(3), day date, moment datetime(3), at timestamp, hours time,
      nothing text, letters text); insert into every_type values (true, 7, 9007199254740993, 18446744073709551615, 1.5, 1.5,
      x'00ff', b'101', '2026-01-02', '2026-01-02 03:04:05.678', '2026-01-02 03:04:05', '03:04:05', null, 'ä\u{1f512}');
      grant select on every_type to '${shop.user}'@'%'`)
    expect(await store.rows('select * from every_type')).toEqual([
      {
        flag: 1,
        whole: 7,
        long: '9007199254740993',
        huge: '18446744073709551615',
        exact: '1.50',
        real: 1.5,
        bytes: 'AP8=',
        bits: 'BQ==',
        day: '2026-01-02',
        moment: '2026-01-02T03:04:05.678',
        at: '2026-01-02T03:04:05',
        hours: '03:04:05',
        nothing: null,
        letters: 'ä\u{1f512}'
      }
    ])
  })

  test('lists and objects go as JSON, a limit as a number', async () => {
    const sql = 'select $1 as list, $2 as document, id from customers order by id limit $3'
    expect(await store.rows(sql, ['a'], { b: 1 }, 1)).toEqual([{ list: '["a"]', document: '{"b":1}', id: 'acme' }])
  })

  test('what a procedure answers first is its answer', async () => {
    await shop.admin(`create procedure two() begin select 1 as a; select 2 as b; end;
      grant execute on procedure two to '${shop.user}'@'%'`)
    expect(await store.rows('call two()')).toEqual([{ a: 1 }])
    expect(await store.rows('select 1 as still')).toEqual([{ still: 1 }])
  })

  test('a procedure does not write where nothing may be written, also after ending its transaction', async () => {
    await shop.admin(`create procedure sly() begin commit; insert into notes values ('sly', 'a'); end;
      grant execute on procedure sly to '${shop.user}'@'%'`)
    await expect(store.query('call sly()')).rejects.toMatchObject({ code: 'store_denied' })
    await expect(store.query('set session tx_read_only = 0')).resolves.toBeDefined()
    await expect(store.query("insert into notes values ('n2', 'a')")).rejects.toMatchObject({ code: 'store_denied' })
  })

  test('the server is not given this machine’s files', async () => {
    const free = new OpenedStore(shop.kind, { ...shop.config, read_only: false })
    await expect(free.query("load data local infile '/etc/hostname' into table notes")).rejects.toMatchObject({
      code: 'store_refused'
    })
    expect(await shop.admin('select * from notes')).toEqual([])
    await free.close()
  })

  test('a certificate cannot be checked for an address, which is said when the store is added', () => {
    expect(() => new OpenedStore(shop.kind, { ...shop.config, host: '10.0.0.1' })).toThrow(/a name/)
  })
})
