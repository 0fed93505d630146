import type { Json } from '@bellhop/sdk'

/** What a database answered to one statement. */
export interface Answer {
  columns: readonly string[]
  /** By position, as `columns`. */
  rows: readonly Json[][]
  /** There were more rows than were asked for. */
  truncated: boolean
  /** How many rows a statement without rows of its own has changed. */
  changed: number
}

/** Bytes of one answer, over all its rows. */
export const MOST_BYTES = 16 * 1024 * 1024
