import type { Json, JsonObject, StoreClient } from '@bellhop/sdk'
import { runAction } from '@bellhop/sdk/testing'
import { describe, expect, test } from 'vitest'
import { mysqlQuery } from '../mysql/actions/query.ts'
import { postgresQuery } from '../postgres/actions/query.ts'
import { sqliteQuery } from '../sqlite/actions/query.ts'

/** A store that answers so, and what it was asked. */
function answering(answer: Json): { client: StoreClient; asked: [string, JsonObject][] } {
  const asked: [string, JsonObject][] = []
  const call = (operation: string, input: JsonObject): Promise<Json> => {
    asked.push([operation, input])
    return Promise.resolve(answer)
  }
  return { client: { call }, asked }
}

const found = { rows: [{ id: 1, token: 'x' }], columns: ['id', 'token'], row_count: 1, truncated: false }

describe.each([postgresQuery, mysqlQuery, sqliteQuery])('$key', (action) => {
  test('asks the store for one statement, with its values apart', async () => {
    const { client, asked } = answering(found)
    const props = { sql: 'select id from t where a = $1', values: ['a'], secret_columns: 'token' }
    await runAction(action, { props, stores: { store: client } })
    const input = { sql: props.sql, values: ['a'], secret_columns: ['token'], max_rows: 1000 }
    expect(asked).toEqual([['query', input]])
  })

  test('returns the rows, and exports what is known of them', async () => {
    const { client } = answering(found)
    const { value, exports } = await runAction(action, { props: { sql: 'select 1' }, stores: { store: client } })
    expect(value).toEqual(found.rows)
    const { rows: _, ...more } = found
    expect(exports).toEqual({ ...more, $summary: 'Found 1 row' })
  })

  test.each([
    [{ rows: [], columns: [], row_count: 2, truncated: false }, 'Changed 2 rows'],
    [{ ...found, truncated: true }, 'Found more than 1 row']
  ])('says in its summary what happened: %#', async (answer, summary) => {
    const stores = { store: answering(answer).client }
    expect((await runAction(action, { props: { sql: 'x' }, stores })).exports['$summary']).toBe(summary)
  })

  test('takes a value that is no list for a list of one, as it is', async () => {
    const { client, asked } = answering(found)
    await runAction(action, { props: { sql: 'x', values: '["a"]' }, stores: { store: client } })
    expect(asked[0]?.[1]['values']).toEqual(['["a"]'])
  })
})
