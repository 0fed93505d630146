/** Which columns of an answer are secret: those that the step names, and those that later bindings read. */
import type { Json } from '@bellhop/sdk'
import { badInput } from '../faults.ts'
import type { Operated } from '../store.ts'
import type { Answer } from './answer.ts'

type Path = readonly (string | number)[]

/**
 * The secrets of an answer, by column and over all its rows: who binds a credential of one row holds those of the others
 * in the same column.
 * @param bound paths into the list of rows: `[0, 'token']`
 * @throws Fault `store_bad_input` for a named column that the answer does not have, because what it was to protect
 * would go unprotected under another name
 */
export function secretsOf(answer: Answer, named: readonly string[], bound: readonly Path[]): Operated['secrets'] {
  const { columns } = answer
  const unknown = named.find((name) => !columns.includes(name))
  if (unknown !== undefined && columns.length > 0) {
    throw badInput('secret_columns', `names a column that the answer does not have; it has ${listed(columns)}`)
  }
  const secret = new Set([...named, ...bound.flatMap((path) => columnsAt(path, columns))])
  return columns.flatMap((name, index) => {
    if (!secret.has(name)) return []
    const values = answer.rows.map((row) => row[index] ?? null)
    return [{ name, value: values }]
  })
}

/** A path that ends at a row, or above, reads all of its columns. */
function columnsAt([row, column]: Path, all: readonly string[]): readonly string[] {
  if (typeof row === 'string') return []
  return column === undefined ? all : [String(column)]
}

/** Rows by the names of their columns. */
export function rowsOf({ columns, rows }: Answer): Json[] {
  return rows.map((row) => Object.fromEntries(columns.map((name, index) => [name, row[index] ?? null])))
}

/** The name that two columns share; undefined where there is none. */
export function repeated(columns: readonly string[]): string | undefined {
  return columns.find((name, index) => columns.indexOf(name) !== index)
}

/** Names of columns, as a message lists them. */
export function listed(columns: readonly string[]): string {
  const shown = columns.slice(0, 20).map((name) => `\`${name.slice(0, 60)}\``)
  return columns.length > shown.length
    ? `${shown.join(', ')} and ${columns.length - shown.length} more`
    : shown.join(', ')
}
