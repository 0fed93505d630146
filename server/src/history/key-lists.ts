/** Lists of keys as one parameter of a statement. */
import { sql, type RawBuilder } from 'kysely'
import type { Dialect } from '../storage/query.ts'

/** What a statement is given for `isOneOf`. */
export function keyList(keys: readonly number[]): string {
  return JSON.stringify(keys)
}

/** Whether a column's key is in a list, which PostgreSQL takes apart once, and not for every row. */
export function isOneOf(column: string, keys: string, dialect: Dialect): RawBuilder<boolean> {
  const ref = sql.ref(column)
  return dialect === 'postgres'
    ? sql<boolean>`${ref} = any(array(select cast(value as bigint) from json_array_elements_text(cast(${keys} as json))))`
    : sql<boolean>`${ref} in (select value from json_each(${keys}))`
}
