/** One connection of the pool, while a command or a read has it. */
import type { PoolClient, QueryResult } from 'pg'
import type { Args, Query, Statement } from '../query.ts'
import type { Tx } from '../tx.ts'
import { failureOf } from './failures.ts'
import { CHANNEL } from './notices.ts'
import { callOf } from './values.ts'

export class Session implements Tx {
  readonly dialect = 'postgres'
  readonly #client: PoolClient
  #failure: unknown
  #failed = false
  #usable = true
  #gathering = false

  constructor(client: PoolClient) {
    this.#client = client
  }

  /** What the server or the connection said first of what went wrong, if anything did. */
  get failure(): { error: unknown } | undefined {
    return this.#failed ? { error: this.#failure } : undefined
  }

  async all<P, R>(query: Query<P, R>, ...params: Args<P>): Promise<R[]> {
    // PostgreSQL answers with the columns that Kysely typed from the schema.
    return (await this.#call(query, params[0])).rows as R[]
  }

  async get<P, R>(query: Query<P, R>, ...params: Args<P>): Promise<R | undefined> {
    return (await this.#call(query, params[0])).rows[0] as R | undefined
  }

  async run<P, R>(query: Query<P, R>, ...params: Args<P>): Promise<{ changes: number }> {
    return { changes: (await this.#call(query, params[0])).rowCount ?? 0 }
  }

  /** Nothing is erased here: a deleted row stays until it is vacuumed, in any case. */
  withoutErasing<T>(work: () => Promise<T>): Promise<T> {
    return work()
  }

  /** Resolves when this is where one can write. */
  async look(): Promise<void> {
    const { rows } = await this.#watched(
      this.#client.query<{ standby: number }>('select pg_is_in_recovery() as standby')
    )
    if (rows[0]?.standby === 0) return
    this.#usable = false
    throw new Error('the server is a standby')
  }

  /** Tells other nodes, if this is committed. */
  async announce(boot: number, subject: string): Promise<void> {
    await this.#watched(this.#client.query('select pg_notify($1, $2)', [CHANNEL, `${boot} ${subject}`]))
  }

  /** Says something about the transaction; answers with what was done. */
  async say(text: string): Promise<string> {
    this.#gather()
    return (await this.#watched(this.#client.query(text))).command
  }

  /** Takes everything back. False when the session is gone, which does so too. */
  async rollBack(): Promise<boolean> {
    try {
      await this.#client.query('rollback')
      return true
    } catch {
      this.#usable = false
      return false
    }
  }

  /** Gives the connection back to the pool, which keeps it if it is of use. */
  release(): void {
    this.#client.release(!this.#usable)
  }

  #call(statement: Statement, params: unknown): Promise<QueryResult<object>> {
    this.#gather()
    return this.#watched(this.#client.query<object>(callOf(statement, params)))
  }

  /** What is said in one go leaves in one write: each would wake the server by itself. */
  #gather(): void {
    if (this.#gathering) return
    this.#gathering = true
    const { stream } = this.#client.connection
    stream.cork()
    queueMicrotask(() => {
      this.#gathering = false
      stream.uncork()
    })
  }

  async #watched<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer
    } catch (error) {
      if (!this.#failed) this.#failure = error
      this.#failed = true
      const failure = failureOf(error)
      if (failure === 'lost' || failure === 'stale') this.#usable = false
      throw error
    }
  }
}
