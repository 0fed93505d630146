/** One statement on one file: opened for it, and closed after it, so that nothing of it outlives it. */
import { DatabaseSync, type StatementSync, type SQLInputValue, type SQLOutputValue } from 'node:sqlite'
import type { Json } from '@bellhop/sdk'
import { authorize } from './authorizer.ts'
import type { Request, Response } from './protocol.ts'

/** Never throws for what a statement can do. */
export function runStatement(request: Request): Response {
  try {
    const db = open(request)
    try {
      return read(db.prepare(request.sql), request)
    } finally {
      db.close()
    }
  } catch (error) {
    const errcode = typeof error === 'object' && error !== null && 'errcode' in error ? Number(error.errcode) : 0
    return { errcode, message: error instanceof Error ? error.message : '' }
  }
}

function open({ path, readOnly, busyMs, maxBytes }: Request): DatabaseSync {
  const db = new DatabaseSync(path, {
    readOnly,
    timeout: busyMs,
    defensive: true,
    allowExtension: false,
    limits: { length: maxBytes, attach: 0 }
  })
  // No file for what is sorted: it may be secret (I1).
  db.exec('pragma temp_store = memory; pragma trusted_schema = off')
  db.setAuthorizer(authorize)
  return db
}

function read(statement: StatementSync, { values, maxRows, maxBytes }: Request): Response {
  const bound = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, toSqlite(value)]))
  statement.setReadBigInts(true)
  const columns = statement.columns().map(({ name }) => name)
  if (columns.length === 0) {
    return { answer: { columns, rows: [], truncated: false, changed: Number(statement.run(bound).changes) } }
  }
  statement.setReturnArrays(true)
  const rows: Json[][] = []
  let bytes = 0
  // As arrays, as was asked.
  for (const row of statement.iterate(bound) as Iterable<unknown> as Iterable<SQLOutputValue[]>) {
    if (rows.length === maxRows) return { answer: { columns, rows, truncated: true, changed: 0 } }
    const values = row.map(toJson)
    for (const value of values) bytes += typeof value === 'string' ? value.length : 8
    if (bytes > maxBytes) return { tooLarge: true }
    rows.push(values)
  }
  return { answer: { columns, rows, truncated: false, changed: 0 } }
}

/** Whole numbers as such: as a floating-point one, 7 would not be equal to the text `7`. Lists and objects are JSON. */
function toSqlite(value: Json): SQLInputValue {
  if (typeof value === 'boolean') return value ? 1n : 0n
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value
}

/** Whole numbers that JSON readers would round are text, and blobs are base64. */
function toJson(value: SQLOutputValue): Json {
  if (value === null || typeof value === 'string') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
  return Buffer.from(value).toString('base64')
}
