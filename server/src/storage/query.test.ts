import { DatabaseSync } from 'node:sqlite'
import { sql } from 'kysely'
import { expect, expectTypeOf, onTestFinished, test } from 'vitest'
import { Connection } from './connection.ts'
import { migrate } from './migrations/migrations.ts'
import { query } from './query.ts'

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

test('parameters go by name, and rows are typed by the schema', () => {
  const tx = open()
  expect(tx.run(insert, { value: 'v', key: 'k' }).changes).toBe(1)
  const row = tx.get(find, { key: 'k' })
  expectTypeOf(row).toEqualTypeOf<{ key: string; value: string } | undefined>()
  expect({ ...row }).toEqual({ key: 'k', value: 'v' })
})

test('constants of a query stand beside its parameters, in order', () => {
  const tx = open()
  const constant = query<{ key: string }>()((db, p) =>
    db.selectFrom('meta').select('key').where('value', '=', 'v').where('key', '=', p.key).where('key', '!=', 'other')
  )
  tx.run(insert, { key: 'k', value: 'v' })
  expect(tx.all(constant, { key: 'k' })).toHaveLength(1)
  expect(tx.all(constant, { key: 'other' })).toHaveLength(0)
})

test('a query without parameters is called without them', () => {
  const tx = open()
  const count = query()((db) => db.selectFrom('meta').select((e) => e.fn.countAll<number>().as('n')))
  expect(tx.get(count)?.n).toBe(1)
})

test('a parameter that is given to limit, and a list as JSON', () => {
  const tx = open()
  for (const key of ['a', 'b', 'c']) tx.run(insert, { key, value: '' })
  const some = query<{ keys: string; limit: number }>()((db, p) =>
    db
      .selectFrom('meta')
      .select('key')
      .where('key', 'in', sql<string>`(select value from json_each(${p.keys}))`)
      .orderBy('key')
      .limit(p.limit)
  )
  expect(tx.all(some, { keys: JSON.stringify(['c', 'a', 'b']), limit: 2 }).map((r) => r.key)).toEqual(['a', 'b'])
})

test('a constant that SQLite cannot store is refused when the query is built', () => {
  expect(() =>
    query()((db) =>
      db
        .selectFrom('meta')
        .select('key')
        .where('key', '=', sql<string>`${{}}`)
    )
  ).toThrow(TypeError)
})
