/**
 * SQL as values: built once with Kysely, typed by the schema, run any number of times. Kysely builds text and nothing
 * else; it never sees a connection.
 */
import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type Compilable
} from 'kysely'
import type { Schema } from './schema.ts'

/** What a database stores and gives back. Integers are JavaScript numbers. */
export type Value = string | number | Uint8Array | null

/** Which database a statement is written for, where the two do not speak the same SQL. */
export type Dialect = 'sqlite' | 'postgres'

/** A compiled statement. */
export interface Compiled {
  readonly sql: string
  /** What stands for each parameter of the text, in order: a parameter's name, or a constant of the query itself. */
  readonly slots: readonly Slot[]
}

/** A statement, compiled for a database when it is first asked for. */
export interface Statement {
  for(dialect: Dialect): Compiled
}

/** A statement with its types: `P` are its parameters by name, `R` is a row of its answer. */
export interface Query<P, R> extends Statement {
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

const builders: Readonly<Record<Dialect, Kysely<Schema>>> = {
  sqlite: new Kysely<Schema>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler()
    }
  }),
  postgres: new Kysely<Schema>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler()
    }
  })
}

/**
 * Builds a query: `query<{ id: number }>()((db, p) => db.selectFrom('runs').selectAll().where('id', '=', p.id))`.
 * In the builder `p.x` stands for the parameter `x`; it can be passed on as a value, not read. `dialect` is for the few
 * words that the two databases do not share.
 */
export function query<P extends object = object>(): <R>(
  build: (db: Kysely<Schema>, p: P, dialect: Dialect) => Compilable<R>
) => Query<P, R> {
  return (build) => {
    const compiled: Partial<Record<Dialect, Compiled>> = {}
    return { for: (dialect) => (compiled[dialect] ??= compile(dialect, build)) }
  }
}

function compile(dialect: Dialect, build: (db: Kysely<Schema>, p: never, dialect: Dialect) => Compilable): Compiled {
  const parameters = new Proxy({} as never, { get: (_, name) => new Parameter(String(name)) })
  const { sql, parameters: values } = build(builders[dialect], parameters, dialect).compile()
  return { sql, slots: values.map(slotOf) }
}

function slotOf(value: unknown): Slot {
  if (value instanceof Parameter) return { name: value.name }
  if (value === null || typeof value === 'string' || typeof value === 'number' || value instanceof Uint8Array)
    return { constant: value }
  throw new TypeError(`a query holds a constant that cannot be stored (${typeof value})`)
}

/** The values of a statement's parameters, in order. An absent one is NULL. */
export function bind(statement: Compiled, params: unknown): Value[] {
  const given = params as Readonly<Record<string, Value | undefined>> | undefined
  const values: Value[] = []
  for (const slot of statement.slots) values.push('name' in slot ? (given?.[slot.name] ?? null) : slot.constant)
  return values
}
