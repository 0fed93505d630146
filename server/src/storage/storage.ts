/**
 * Storage, whichever database it stands on: `sqlite/` for one process and its data directory, `postgres/` for any number
 * of nodes. A write is a command by name, a read a query; what is built on top knows no more of a database than that.
 */
import type { Commands } from './command.ts'
import type { Reader } from './tx.ts'

export interface Storage<C extends Commands> {
  /** Short reads. What a command wrote is seen once its promise is fulfilled. */
  readonly reader: Reader
  /** Which start this is, among all that share the database: it names this process in the rows that it owns. From 1. */
  readonly boot: number
  /** Whether nothing can be written now: there is no room, or the database cannot be reached. */
  readonly full: boolean
  /**
   * Carries out a command; resolves after its commit. Of two commands of which one did not wait for the other, either may be
   * carried out first.
   * @param args or what makes them when the command leaves. That is for sealing: done for all commands of a turn in a
   *   row it takes a third of the time, as its code is large and would push everything else out of the caches each time.
   * @throws what the command threw, as a Fault if it was one, or what making its arguments threw
   * @throws Fault `storage_full`, `storage_busy`, `database_unavailable` (503, retryable): nothing was written
   * @throws Fault `storage_unavailable` (503, retryable): whether it was written is not known, as the database was lost in
   *   the middle of the commit; what is done about it has to be right in either case
   */
  write<K extends keyof C & string>(
    name: K,
    args: Parameters<C[K]>[1] | (() => Parameters<C[K]>[1])
  ): Promise<Awaited<ReturnType<C[K]>>>
  /** Resolves when it is worth trying to write: at once if it is not `full`. */
  room(): Promise<void>
  /**
   * Tells what commands of other nodes announce, after their commit; `''` when something may have been missed. Nothing where there
   * are no other nodes.
   * @returns what ends the telling
   */
  onNotice(listener: (subject: string) => void): () => void
  /** Waits for every command given so far, and lets go of the database. */
  close(): Promise<void>
}
