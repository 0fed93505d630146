/** What statements are run with: the same view of either database. */
import type { Args, Dialect, Query } from './query.ts'

/** Reads. `Row`s are plain objects; integers are numbers. */
export interface Reader {
  /** For the few who do their work in other portions on the other database. */
  readonly dialect: Dialect
  all<P, R>(query: Query<P, R>, ...params: Args<P>): Promise<R[]>
  /** The first row, or undefined. */
  get<P, R>(query: Query<P, R>, ...params: Args<P>): Promise<R | undefined>
}

/** What a command does its work with: one savepoint of the writer's current transaction, or one transaction. */
export interface Tx extends Reader {
  run<P, R>(query: Query<P, R>, ...params: Args<P>): Promise<{ changes: number }>
  /**
   * Runs `work` without overwriting what it deletes. For rows that hold no sealed secret and are many or large:
   * freed pages are then not written at all.
   */
  withoutErasing<T>(work: () => Promise<T>): Promise<T>
}

/**
 * Does works that do not wait for each other: over a network together, in SQLite one after the other. None goes on when this
 * rejects: a statement after the one that failed would stand outside of what is taken back.
 */
export async function together(tx: Tx, works: readonly (() => Promise<unknown>)[]): Promise<void> {
  if (tx.dialect === 'sqlite') {
    for (const work of works) await work()
    return
  }
  const ends = await Promise.allSettled(works.map((work) => work()))
  const failed = ends.find((end) => end.status === 'rejected')
  if (failed !== undefined) throw failed.reason as Error
}
