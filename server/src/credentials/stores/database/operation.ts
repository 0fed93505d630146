/** What a step asks of a database: one statement, with its values beside it. */
import type { Json, JsonObject } from '@bellhop/sdk'
import { badInput } from '../faults.ts'
import { textInput } from '../inputs.ts'
import type { Operation } from '../store.ts'
import type { Answer } from './answer.ts'
import { rowsOf, secretsOf } from './columns.ts'

/** Rows that a step gets unless it says otherwise, and at most. */
const DEFAULT_ROWS = 1_000
const MOST_ROWS = 100_000

/** Runs a statement. */
export type Ask = (sql: string, values: readonly Json[], maxRows: number, signal: AbortSignal) => Promise<Answer>

/**
 * `{ sql, values, secret_columns, max_rows }` → `{ rows, columns, row_count, truncated }`, where `row_count` counts the
 * rows that came back, or those that were changed. The step returns `rows` and exports the rest.
 */
export function queryOperation(ask: Ask): Operation {
  return {
    revealsItems: ['values'],
    async run(input, { signal, bound }) {
      const { sql, values, secretColumns, maxRows } = readInput(input)
      const answer = await ask(sql, values, maxRows, signal)
      const rows = rowsOf(answer)
      const value = {
        rows,
        columns: [...answer.columns],
        row_count: answer.columns.length > 0 ? rows.length : answer.changed,
        truncated: answer.truncated
      }
      return { value, secrets: secretsOf(answer, secretColumns, bound) }
    }
  }
}

interface Input {
  sql: string
  values: Json[]
  secretColumns: string[]
  maxRows: number
}

function readInput(input: JsonObject): Input {
  const sql = textInput(input, 'sql')
  const { values = [], secret_columns: secretColumns = [], max_rows: maxRows = DEFAULT_ROWS } = input
  if (!Array.isArray(values)) throw badInput('values', 'is not a list')
  if (!Array.isArray(secretColumns)) throw badInput('secret_columns', 'is not a list')
  if (!Number.isInteger(maxRows) || Number(maxRows) < 1 || Number(maxRows) > MOST_ROWS) {
    throw badInput('max_rows', `is not a whole number from 1 to ${MOST_ROWS}`)
  }
  return { sql, values, secretColumns: secretColumns.map(String), maxRows: Number(maxRows) }
}
