/**
 * Values of MySQL and MariaDB as JSON, and JSON as parameters. `bigint` and `decimal` stay text, dates are ISO 8601 in the
 * session's time zone, which they do not name, and what is binary is base64.
 */
import type { Json } from '@bellhop/sdk'
import type { FieldPacket } from 'mysql2'

/** The protocol's numbers of `timestamp` and `datetime`. */
const MOMENTS: readonly (number | undefined)[] = [7, 12]

export function valueOf(value: unknown, field: FieldPacket | undefined): Json {
  if (value === null || value === undefined) return null
  if (Buffer.isBuffer(value)) return value.toString('base64')
  if (typeof value === 'string') {
    return MOMENTS.includes(field?.columnType ?? field?.type) ? value.replace(' ', 'T') : value
  }
  if (typeof value === 'number' || typeof value === 'boolean') return value
  // JSON columns, points and vectors are read by the client.
  return JSON.parse(JSON.stringify(value)) as Json
}

/** A value for the client. Lists and objects go as JSON. */
export function parameterOf(value: Json): string | number | boolean | null {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value
}
