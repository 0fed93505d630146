import { DatabaseSync } from 'node:sqlite'
import { sql } from 'kysely'
import { expect, expectTypeOf, onTestFinished, test } from 'vitest'
import { Connection } from './connection.ts'
import { migrate } from './migrate.ts'
import { query } from '../query.ts'

function open(): Connection {
  const connection = new Connection(new DatabaseSync(':memory:'))
  onTestFinished(() => connection.close())
  migrate(connection.db)
  return connection
}

const insert = query<{ key: string; value: string }>()((db, p) =>
  db.insertInto('meta').values({ key: p.key, value: p.value })
)
const find = query<{ key: string }>()((db, p) => db.selectFrom('meta').selectAll().where('key', '=', p.key))

test('parameters go by name, and rows are typed by the schema', async () => {
  const tx = open()
  expect((await tx.run(insert, { value: 'v', key: 'k' })).changes).toBe(1)
  const row = await tx.get(find, { key: 'k' })
  expectTypeOf(row).toEqualTypeOf<{ key: string; value: string } | undefined>()
  expect({ ...row }).toEqual({ key: 'k', value: 'v' })
})

test('constants of a query stand beside its parameters, in order', async () => {
  const tx = open()
  const constant = query<{ key: string }>()((db, p) =>
    db.selectFrom('meta').select('key').where('value', '=', 'v').where('key', '=', p.key).where('key', '!=', 'other')
  )
  await tx.run(insert, { key: 'k', value: 'v' })
  expect(await tx.all(constant, { key: 'k' })).toHaveLength(1)
  expect(await tx.all(constant, { key: 'other' })).toHaveLength(0)
})

test('a query without parameters is called without them', async () => {
  const tx = open()
  const count = query()((db) => db.selectFrom('meta').select((e) => e.fn.countAll<number>().as('n')))
  expect((await tx.get(count))?.n).toBe(1)
})

test('a parameter that is given to limit, and a list as JSON', async () => {
  const tx = open()
  for (const key of ['a', 'b', 'c']) await tx.run(insert, { key, value: '' })
  const some = query<{ keys: string; limit: number }>()((db, p) =>
    db
      .selectFrom('meta')
      .select('key')
      .where('key', 'in', sql<string>`(select value from json_each(${p.keys}))`)
      .orderBy('key')
      .limit(p.limit)
  )
  expect((await tx.all(some, { keys: JSON.stringify(['c', 'a', 'b']), limit: 2 })).map((r) => r.key)).toEqual([
    'a',
    'b'
  ])
})

test('a constant that no database can store is refused', () => {
  expect(() =>
    query()((db) =>
      db
        .selectFrom('meta')
        .select('key')
        .where('key', '=', sql<string>`${{}}`)
    ).for('sqlite')
  ).toThrow(TypeError)
})
