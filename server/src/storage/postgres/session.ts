/** One connection of the pool, while a command or a read has it. A transaction begins with the first statement that needs one. */
import type { PoolClient, QueryResult } from 'pg'
import type { Args, Query, Statement } from '../query.ts'
import type { Tx } from '../tx.ts'
import { failureOf } from './failures.ts'
import { CHANNEL } from './notices.ts'
import { callOf } from './values.ts'

export type Isolation = 'serializable' | 'read committed'

/** What the server says of a commit, for want of a transaction. */
const NOTHING_TO_COMMIT = 'COMMIT'

export class Session implements Tx {
  readonly dialect = 'postgres'
  readonly #client: PoolClient
  readonly #isolation: Isolation | undefined
  #begun: Promise<unknown> | undefined
  #failure: unknown
  #failed = false
  #usable = true
  #gathering = false

  /** @param isolation of the transaction that its statements are; each is one by itself without it */
  constructor(client: PoolClient, isolation?: Isolation) {
    this.#client = client
    this.#isolation = isolation
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
    this.#begin()
    await this.#watched(this.#client.query('select pg_notify($1, $2)', [CHANNEL, `${boot} ${subject}`]))
  }

  /** Carries out a statement that is a transaction in itself, before any other; answers with how many rows it changed. */
  async alone(statement: Statement, params: unknown): Promise<number> {
    return (await this.#send(statement, params)).rowCount ?? 0
  }

  /**
   * Commits what was done; answers with what the server made of that.
   * @throws where the beginning failed too
   */
  async commit(): Promise<string> {
    if (this.#begun === undefined) return NOTHING_TO_COMMIT
    await this.#begun
    return (await this.#watched(this.#client.query('commit'))).command
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
    this.#begin()
    return this.#send(statement, params)
  }

  /**
   * Goes out with the first statements, which halves the way there and back. The server can refuse them both, or neither: it is idle,
   * and the word has nothing that could be wrong.
   */
  #begin(): void {
    if (this.#isolation === undefined || this.#begun !== undefined) return
    this.#gather()
    this.#begun = this.#watched(this.#client.query(`begin isolation level ${this.#isolation}`))
    this.#begun.catch(() => undefined)
  }

  #send(statement: Statement, params: unknown): Promise<QueryResult<object>> {
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
