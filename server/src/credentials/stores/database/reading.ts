/** The one row that a lookup found, as a secret. */
import type { Json } from '@bellhop/sdk'
import { notThere } from '../faults.ts'
import type { Reading } from '../store.ts'
import type { Answer } from './answer.ts'
import { ambiguous, findsNothing } from './faults.ts'

/**
 * Its columns are the fields; `expires_at`, where there is such a column, says until when they are good.
 * @throws Fault `store_path_missing`, `store_ambiguous`, `store_bad_statement`
 */
export function readingOf({ columns, rows, truncated, changed }: Answer): Reading {
  if (columns.length === 0) throw findsNothing(changed)
  const [row] = rows
  if (row === undefined) throw notThere('has no row for this key', 'Look at the key that the reference brought.')
  if (rows.length > 1 || truncated) throw ambiguous()
  const fields = Object.fromEntries(columns.map((name, index) => [name, row[index] ?? null]))
  const expiresAt = momentOf(fields['expires_at'])
  const [only, ...others] = columns
  return {
    fields,
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(only === undefined || others.length > 0 ? {} : { credential: only })
  }
}

const DATE = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/
const ZONE = /(Z|[+-]\d\d(:?\d\d)?)$/
/** Unix seconds of the year 5138: what is more counts milliseconds. */
const MOST_SECONDS = 1e11

/** A date as text, UTC unless it says otherwise, or Unix time in seconds or milliseconds; in Unix milliseconds. */
export function momentOf(value: Json | undefined): number | undefined {
  const text = typeof value === 'number' ? String(value) : value
  if (typeof text !== 'string') return undefined
  if (/^\d{9,14}(\.\d+)?$/.test(text)) return Number(text) < MOST_SECONDS ? Number(text) * 1000 : Number(text)
  if (!DATE.test(text)) return undefined
  const moment = Date.parse(ZONE.test(text) ? text : `${text}Z`)
  return Number.isNaN(moment) ? undefined : moment
}
