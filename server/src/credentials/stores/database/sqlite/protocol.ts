import type { Json } from '@bellhop/sdk'
import type { Answer } from '../answer.ts'

/** What the process is asked: one statement, with its values by the names that it gives its parameters. */
export interface Request {
  path: string
  readOnly: boolean
  sql: string
  values: Record<string, Json>
  maxRows: number
  maxBytes: number
  /** How long it waits for another process's lock, in milliseconds. */
  busyMs: number
}

/** `errcode` is SQLite's; the message stays between the two processes. */
export type Response = { answer: Answer } | { errcode: number; message: string } | { tooLarge: true }
