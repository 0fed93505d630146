/** What the child's own parts may do with the pipe. */
import type { Duplex } from 'node:stream'
import type { Json } from '@bellhop/sdk'
import type { LogLevel, OpenMessage } from '../protocol/messages.ts'

export interface ChildChannel {
  /**
   * Opens a stream to the server: a connection, or one request, whose body and whose answer's body it carries. A Duplex that
   * emits 'connect', or 'head' with an {@link AnswerHead}, asynchronously, or 'error'.
   */
  open(message: OpenMessage): Duplex
  /** Whether requests of the call that runs may go as messages. */
  takesRequests(): boolean
  /** Asks the server. Rejects with an error that has `code` and `hint`. */
  ask(operation: string, input: Json): Promise<Json>
  /** A console line of the call that runs. */
  log(level: LogLevel, text: string): void
}
