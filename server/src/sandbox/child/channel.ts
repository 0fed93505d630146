/** What the child's own parts may do with the pipe. */
import type { Duplex } from 'node:stream'
import type { Json } from '@bellhop/sdk'
import type { LogLevel, Target } from '../protocol/messages.ts'

export interface ChildChannel {
  /** Opens a connection through the server. A Duplex that emits 'connect' asynchronously, or 'error'. */
  open(target: Target): Duplex
  /** Asks the server. Rejects with an error that has `code` and `hint`. */
  ask(operation: string, input: Json): Promise<Json>
  /** A console line of the call that runs. */
  log(level: LogLevel, text: string): void
}
