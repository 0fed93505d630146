/**
 * SQL as values: built once with Kysely, typed by the schema, run any number of times. Kysely builds text and nothing
 * else; it never sees a connection.
 */
import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, type Compilable } from 'kysely'
import type { Schema } from './schema.ts'

/** What SQLite stores and gives back. Integers are JavaScript numbers. */
export type Value = string | number | Uint8Array | null

/** A compiled statement. */
export interface Compiled {
  readonly sql: string
  /** What stands for each `?`: a parameter's name, or a constant of the query itself. */
  readonly slots: readonly Slot[]
}

/** A compiled statement with its types: `P` are its parameters by name, `R` is a row of its answer. */
export interface Query<P, R> extends Compiled {
  /** Carries the types; never set. */
  readonly _types?: { parameters: P; row: R } | undefined
}

type Slot = { name: string } | { constant: Value }

/** Parameters may be left out where the query has none. */
export type Args<P> = keyof P extends never ? [] : [params: P]

class Parameter {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

const builder = new Kysely<Schema>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler()
  }
})

/**
 * Builds a query: `query<{ id: number }>()((db, p) => db.selectFrom('runs').selectAll().where('id', '=', p.id))`.
 * In the builder `p.x` stands for the parameter `x`; it can be passed on as a value, not read.
 */
export function query<P extends object = object>(): <R>(
  build: (db: Kysely<Schema>, p: P) => Compilable<R>
) => Query<P, R> {
  return (build) => {
    const parameters = new Proxy({} as P, { get: (_, name) => new Parameter(String(name)) })
    const compiled = build(builder, parameters).compile()
    return { sql: compiled.sql, slots: compiled.parameters.map(slotOf) }
  }
}

function slotOf(value: unknown): Slot {
  if (value instanceof Parameter) return { name: value.name }
  if (value === null || typeof value === 'string' || typeof value === 'number' || value instanceof Uint8Array)
    return { constant: value }
  throw new TypeError(`a query holds a constant that SQLite cannot store (${typeof value})`)
}

/** The values of a query's `?`, in order. An absent parameter is NULL. */
export function bind(query: Compiled, params: unknown): Value[] {
  const given = params as Readonly<Record<string, Value | undefined>> | undefined
  const values: Value[] = []
  for (const slot of query.slots) values.push('name' in slot ? (given?.[slot.name] ?? null) : slot.constant)
  return values
}
