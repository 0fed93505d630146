/** What the store needs of a database's client, and what a client is asked. */
import type { Json } from '@bellhop/sdk'
import type { Check } from '../store.ts'
import type { Answer } from './answer.ts'
import type { Dialect } from './dialects.ts'
import type { Statement } from './parameters.ts'

/** What every database can be told. */
export interface DatabaseConfig {
  ttl: number
  /** Milliseconds for one request, waiting for a connection included. */
  timeout: number
  /** The statement that looks a key up, with `$1` for it. */
  query?: string | undefined
  read_only: boolean
}

/** One statement, with what bounds it. */
export interface Asked {
  statement: Statement
  values: readonly Json[]
  /** Rows beyond these are not fetched. */
  maxRows: number
  readOnly: boolean
  /** For the server's own limit, in milliseconds. */
  timeoutMs: number
}

/** A session with the server. It answers one statement at a time. */
export interface Connection {
  /** False once it has broken. */
  readonly usable: boolean
  /** @throws Stale; anything else, for `Driver.fault` */
  ask(asked: Asked): Promise<Answer>
  /** Takes back whatever a statement may have left in the session: settings, locks, temporary tables, transactions. */
  reset(): Promise<void>
  end(): Promise<void>
  /** Ends it at once, and what it is doing at the server, too. Resolves when that was tried. */
  abandon(): Promise<void>
}

/** A session had ended before its statement was sent: nothing was run, and another session may be asked. */
export class Stale extends Error {
  override readonly name = 'Stale'
}

export interface Driver<Config extends DatabaseConfig> {
  dialect: Dialect
  /** How many connections one store may have. */
  most: number
  /** Where a configuration leads and as whom: a connection serves configurations that lead to the same. */
  target(config: Config): string
  /** Ends what it began when the signal is aborted. @throws anything, for `fault` */
  connect(config: Config, signal: AbortSignal): Promise<Connection>
  /** Whatever a connection threw, as a Fault in our words. `sql` is what was asked, and may be named in parts. */
  fault(error: unknown, config: Config, sql: string): Error
  /** What a test says of a connection that was made. */
  connected(config: Config): Connected
}

/** In words, by what was looked at; what a kind does not have is left out. */
export type Connected = Readonly<Partial<Record<Check['what'], string>>>
