/** How a text is looked for in columns, in the words of either database. */
import { sql, type RawBuilder } from 'kysely'
import type { Dialect } from '../storage/query.ts'

/** The function that says where in a text another one begins, from 1; 0 where it does not stand in it. */
export function positionIn(dialect: Dialect): RawBuilder<unknown> {
  return dialect === 'postgres' ? sql`strpos` : sql`instr`
}

/**
 * Whether a column's text, if it is not sealed, holds a text in lower case. Of both only ASCII letters have a lower case:
 * SQLite knows no others, and in PostgreSQL our columns have the collation "C".
 */
export function textHolds(column: string, text: string, dialect: Dialect): RawBuilder<boolean> {
  const ref = sql.ref(column)
  // A sealed text begins with a tilde, which no JSON does; in SQLite older ones are blobs.
  const readable =
    dialect === 'postgres' ? sql`${ref} not like '~%'` : sql`typeof(${ref}) = 'text' and ${ref} not like '~%'`
  return sql<boolean>`${readable} and ${positionIn(dialect)}(lower(${ref}), ${text}) > 0`
}
