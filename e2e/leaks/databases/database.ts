import type { Part } from '../judge/files.ts'
import type { Secret } from '../stage/secrets.ts'

/** A value of a row, with the place that it came from. */
export interface RowValue {
  /** `table.column` */
  place: string
  /** The key of the run whose row it is. */
  run: number | undefined
  value: string | Buffer
}

/** Where a server keeps its rows, as the suite comes to see it. */
export interface Database {
  /** Added to the server's environment. */
  readonly env: Readonly<Record<string, string>>
  /** What must be found nowhere. */
  readonly secrets: readonly Secret[]
  /** Folders that it writes to, besides the server's own. */
  readonly folders: readonly string[]
  /** The server has made its tables. */
  ready(): Promise<void>
  /** What is committed stands in the files when this resolves. */
  settle(): Promise<void>
  /** Every value of every row of every table that there is now. */
  rows(): Promise<RowValue[]>
  /** Those of them that were not there when this was called last; none where the files show all. */
  fresh(): Promise<RowValue[]>
  /** Of what stands in files, that which is free within a minute of what was written before it was known to be a secret. */
  lasting(parts: readonly Part[]): Part[]
  close(): Promise<void>
}
