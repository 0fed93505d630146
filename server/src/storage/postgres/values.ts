/** Statements and values on their way to PostgreSQL and back: rows hold what they hold with SQLite. */
import { createHash } from 'node:crypto'
import { Fault } from '@bellhop/sdk'
import type { CustomTypesConfig } from 'pg'
import { bind, type Compiled, type Statement, type Value } from '../query.ts'

/** Object ids of types: https://github.com/postgres/postgres/blob/master/src/include/catalog/pg_type.dat */
const READ: Readonly<Record<number, (text: string) => Value>> = {
  // bool: what SQLite says of a comparison.
  16: (text) => (text === 't' ? 1 : 0),
  // bytea
  17: (text) => Uint8Array.fromHex(text.slice(2)),
  // int8, int2, int4
  20: Number,
  21: Number,
  23: Number,
  // float4, float8, numeric
  700: Number,
  701: Number,
  1700: Number
}

/** For the client: how each type is read. */
export const TYPES: CustomTypesConfig = {
  getTypeParser: ((id: number) => READ[id] ?? String) as CustomTypesConfig['getTypeParser']
}

/** A statement with its values, for the client. The server parses a named one once for each connection. */
interface Call {
  name: string
  text: string
  values: Value[]
}

interface Named {
  name: string
  compiled: Compiled
}

const named = new WeakMap<Statement, Named>()

/** @throws Fault `text_not_storable` (400) */
export function callOf(statement: Statement, params: unknown): Call {
  let known = named.get(statement)
  if (known === undefined) {
    const compiled = statement.for('postgres')
    // By its text: the same in every process, so that one may share sessions with another through a pooler.
    known = { name: createHash('sha256').update(compiled.sql).digest('base64url').slice(0, 22), compiled }
    named.set(statement, known)
  }
  const values = bind(known.compiled, params)
  for (const value of values) if (typeof value === 'string' && value.includes('\0')) throw notStorable()
  return { name: known.name, text: known.compiled.sql, values }
}

/**
 * PostgreSQL's text has every character but this one. In JSON, and so in whatever runs, logs and definitions hold, it is
 * escaped; it could only stand in a name.
 */
function notStorable(): Fault {
  return new Fault('text_not_storable', 'A name or a key holds the character U+0000, which the database cannot store', {
    status: 400,
    hint: 'Leave it out.'
  })
}
